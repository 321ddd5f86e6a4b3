"""What the socket sends: JSON texts ``{topic, from, to, data}``.

Events: ``from`` and ``to`` are the first and last number inside. Snapshot: ``from`` is 0.
Passing news without a number (people here, answers to a ping): ``from`` is ``to`` + 1.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from live.queries import EventText

#: The most that events of one frame may hold together; a single event always fits.
FRAME_CHARACTERS = 256 * 1024


@dataclass(frozen=True)
class Frame:
    """One encoded message, shared by all sockets that get it.

    Attributes:
        text: what is sent.
        size: its length in bytes.
        to: the number of the last event that a window knows after it.
    """

    text: str
    size: int
    to: int


def events_frame(topic: str, events: Sequence[EventText]) -> Frame:
    """The first of the events that fit into one frame; there must be at least one."""
    taken, characters = 0, 0
    for event in events:
        characters += len(event.text) + 1
        if taken and characters > FRAME_CHARACTERS:
            break
        taken += 1
    first, last = events[0].seq, events[taken - 1].seq
    inside = ",".join(event.text for event in events[:taken])
    return _frame(topic, first, last, f"[{inside}]")


def snapshot_frame(topic: str, seq: int, data: dict[str, Any]) -> Frame:
    """The whole state as of event ``seq``."""
    return _frame(topic, 0, seq, _json(data))


def passing_frame(topic: str, seq: int, data: dict[str, Any]) -> Frame:
    """News that no event carries, for a window that knows events up to ``seq``."""
    return _frame(topic, seq + 1, seq, _json(data))


def _frame(topic: str, first: int, last: int, data: str) -> Frame:
    text = f'{{"topic":"{topic}","from":{first},"to":{last},"data":{data}}}'
    return Frame(text, len(text.encode()), last)


def _json(data: dict[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()
