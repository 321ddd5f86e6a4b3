"""Reads of the event log, for pages and for the tailer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from live.consistent import consistent_read
from live.models import TopicCounter
from live.topics import find

__all__ = ["EventText", "consistent_read", "counters", "events_after", "last_seq", "snapshot_of"]

#: Topics in one query; SQLite takes at most 32,766 parameters, older ones 999.
CHUNK = 500
EVENTS = """
    SELECT seq, kind, payload FROM live_event
    WHERE topic = %s AND seq > %s ORDER BY seq LIMIT %s
"""


@dataclass(frozen=True)
class EventText:
    """One event as it is sent: ``text`` is the JSON object ``{"seq", "kind", ...payload}``."""

    seq: int
    text: str


def last_seq(topic: str) -> int:
    """The number of the newest event of a topic, 0 before the first.

    A page reads it *before* the content it shows (or both inside ``consistent_read``) and carries
    it as ``data-live-seq``: so nothing falls between the page and its first frame.
    """
    return counters([topic]).get(topic, 0)


def counters(topics: Iterable[str]) -> dict[str, int]:
    """Topic → number of its newest event, for those that have any; one query per 500 topics."""
    found: dict[str, int] = {}
    for part in _chunks(list(topics)):
        found.update(TopicCounter.objects.filter(topic__in=part).values_list("topic", "seq"))
    return found


def events_after(topic: str, seq: int, limit: int) -> list[EventText]:
    """At most ``limit`` events with a number above ``seq``, oldest first, encoded once."""
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, (topic, seq, limit))
        return [EventText(number, _joined(number, kind, raw)) for number, kind, raw in cursor]


def snapshot_of(topic: str) -> tuple[int, dict[str, Any]]:
    """The state of a topic and the number of the last event in it, both of one moment."""
    found = find(topic)
    with consistent_read():
        seq = last_seq(topic)
        if found is None or found[0].snapshot is None:
            return seq, {}
        return seq, found[0].snapshot(found[1])


def _joined(seq: int, kind: str, raw: str) -> str:
    # The payload comes as the text in which it is stored; a kind needs no escaping.
    rest = raw.lstrip()[1:]
    comma = "" if rest.lstrip().startswith("}") else ","
    return f'{{"seq":{seq},"kind":"{kind}"{comma}{rest}'


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), CHUNK):
        yield names[start : start + CHUNK]
