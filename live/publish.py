"""Writing events: the one way to tell the open windows that something happened.

Only services call these functions (import-linter holds it), inside the transaction of the change
they tell about, and last in it: the counter row stays locked until the commit.
"""

import json
import logging
import re
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from common.limits import LIVE_PAYLOAD_BYTES
from live.session_mark import session_mark
from live.topics import RIGHTS_TOPIC, split

logger = logging.getLogger(__name__)

Publication = tuple[str, str, dict[str, Any]]

KIND = re.compile(r"[a-z][a-z0-9_.-]{0,39}")
RESERVED = frozenset({"seq", "kind"})
# PostgreSQL's jsonb refuses an escaped NUL; after an odd number of backslashes it is literal text.
ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
BUMP = """
    INSERT INTO live_topiccounter (topic, seq) VALUES (%s, %s)
    ON CONFLICT (topic) DO UPDATE SET seq = live_topiccounter.seq + excluded.seq
    RETURNING seq
"""
INSERT = "INSERT INTO live_event (topic, seq, kind, payload, created) VALUES (%s, %s, %s, %s, %s)"


def publish(topic: str, kind: str, payload: dict[str, Any]) -> int:
    """Write one event and return its number; numbers of a topic have no gaps.

    Raises:
        TransactionManagementError: called outside ``transaction.atomic()``.
        ValueError: the topic is no topic, or the payload is no JSON object of at most 16 kB.
    """
    return publish_all([(topic, kind, payload)])[0]


def publish_all(publications: Iterable[Publication]) -> list[int]:
    """Write several events of one change and return their numbers, in the order given.

    Counters are bumped in the order of the topics' names, so that two changes which touch the same
    topics cannot wait for each other for ever.

    Raises: as ``publish``; nothing is written then.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "Publish inside the transaction of the change: an event and its cause commit together."
        )
    ready = [
        (topic, _kind(kind), _encoded(topic, payload)) for topic, kind, payload in publications
    ]
    counts: dict[str, int] = {}
    for topic, _, _ in ready:
        split(topic)
        counts[topic] = counts.get(topic, 0) + 1
    created = connection.ops.adapt_datetimefield_value(timezone.now())
    numbers: list[int] = []
    with connection.cursor() as cursor:
        following: dict[str, int] = {}
        for topic in sorted(counts):
            cursor.execute(BUMP, (topic, counts[topic]))
            following[topic] = cursor.fetchone()[0] - counts[topic] + 1
        for topic, _, _ in ready:
            numbers.append(following[topic])
            following[topic] += 1
        cursor.executemany(
            INSERT,
            [
                (topic, seq, kind, text, created)
                for (topic, kind, text), seq in zip(ready, numbers, strict=True)
            ],
        )
    return numbers


def rights_changed(user_id: int | None = None, project_id: int | None = None) -> None:
    """After the commit, have every open socket that this may concern checked at once.

    For a person who was suspended or lost a role name the user; for a project whose visibility
    changed or that was deleted name the project. A socket that lost a right is closed with 4404.
    """
    _tell_sockets({"user": user_id, "project": project_id})


def session_ended(session_key: str) -> None:
    """Close the sockets of one session: somebody signed out there."""
    _tell_sockets({"session": session_mark(session_key)})


def _tell_sockets(payload: dict[str, Any]) -> None:
    # In a transaction of its own: every change of rights shares this one counter, and a service
    # may go on to lock others. When it fails, the check each minute still ends the right.
    transaction.on_commit(partial(_tell_now, payload), robust=True)


def _tell_now(payload: dict[str, Any]) -> None:
    with transaction.atomic():
        publish(RIGHTS_TOPIC, "changed", payload)


def _kind(kind: str) -> str:
    if not KIND.fullmatch(kind):
        raise ValueError(f"{kind!r} is no kind of event: write a word such as row or row.hidden.")
    return kind


def _encoded(topic: str, payload: dict[str, Any]) -> str:
    if RESERVED & payload.keys():
        raise ValueError(f"An event on {topic} may not have the keys seq and kind in its payload.")
    try:
        text = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise ValueError(f"An event on {topic} cannot be written as JSON: {error}.") from error
    raw = ESCAPED_NUL.sub(r"\1\\ufffd", text).encode("utf-8", "replace")
    if len(raw) > LIVE_PAYLOAD_BYTES:
        raise ValueError(
            f"An event on {topic} has {len(raw)} bytes; the most is {LIVE_PAYLOAD_BYTES}. "
            "Publish what changed and let the page ask for the rest."
        )
    return raw.decode()
