"""What the tailer reads in one hop, and how it finds what each window still needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from live.queries import EventText, events_after

#: Windows at most so far behind share one read with those that are up to date.
NEAR = 1_000
#: So many windows further behind are brought forward per topic and tick, 1,000 events each.
FAR_READS = 4


@dataclass(frozen=True)
class Read:
    """Events of a topic after a number, as far as one read went."""

    after: int
    events: Sequence[EventText]

    def following(self, position: int) -> Sequence[EventText] | None:
        """The events after that position; empty: nothing in this read; None: they are gone."""
        if not self.events:
            return None
        first = self.events[0].seq
        if position + 1 < first:
            return None
        return self.events[position + 1 - first :]


def starts(positions: Iterable[int], counter: int) -> list[int]:
    """From where to read so that every window at one of the positions gets on, highest first."""
    behind = sorted({position for position in positions if position < counter}, reverse=True)
    near = [position for position in behind if counter - position <= NEAR]
    far = behind[len(near) :]
    return [*near[-1:], *far[:FAR_READS]]


def read_news(wanted: dict[str, list[int]]) -> dict[str, list[Read]]:
    """Topic → one read for each start. One query each, in the calling thread."""
    return {
        topic: [Read(start, events_after(topic, start, NEAR)) for start in begins]
        for topic, begins in wanted.items()
    }
