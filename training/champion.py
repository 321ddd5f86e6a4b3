"""When a project trains its standing recipe by itself. Pure: numbers and moments in, a verdict out.

The rule: from ``MIN_ROWS_TO_TRAIN`` accepted rows on, then whenever they grew by five percent or
by fifty, whichever is less, and never sooner than an hour after it was last queued.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

from common.limits import (
    CHAMPION_GROWTH_PERCENT,
    CHAMPION_GROWTH_ROWS,
    CHAMPION_MINUTES,
    MIN_ROWS_TO_TRAIN,
)

#: The least time between two trainings that one project starts by itself.
REST = timedelta(minutes=CHAMPION_MINUTES)
#: How many projects a process remembers; of whoever is forgotten the table is asked again.
REMEMBERED = 10_000


def due_after(rows: int) -> int:
    """From how many accepted rows on a project trains again that trained on so many."""
    grown = -(-rows * (100 + CHAMPION_GROWTH_PERCENT) // 100)
    return max(MIN_ROWS_TO_TRAIN, rows + 1, min(grown, rows + CHAMPION_GROWTH_ROWS))


def rests_until(queued: datetime | None, rest: timedelta = REST) -> datetime | None:
    """The moment before which the project does not train again; None when it never did."""
    return None if queued is None else queued + rest


def is_due(
    accepted: int,
    due_rows: int,
    queued: datetime | None,
    now: datetime,
    rest: timedelta = REST,
) -> bool:
    """Whether a project with so many accepted rows trains now."""
    until = rests_until(queued, rest)
    enough = accepted >= max(due_rows, MIN_ROWS_TO_TRAIN)
    return enough and (until is None or now >= until)


def after_shrinking(rows: int, due_rows: int, accepted: int) -> tuple[int, int]:
    """``rows`` and ``due_rows`` of a project that has fewer rows now than it trained on.

    Growth counts from what is left. A recipe that has not trained yet stays due.
    """
    if accepted >= rows:
        return rows, due_rows
    waits = due_rows <= rows
    return accepted, max(MIN_ROWS_TO_TRAIN, accepted) if waits else due_after(accepted)


class _Quiet(NamedTuple):
    """Between ``low`` and ``high`` accepted rows, or before ``until``, nothing is to be done."""

    low: int
    high: int
    until: datetime | None


class Memory:
    """What one process knows about projects that are not due, so that it need not ask.

    Only a shortcut: what it misses, the sweep finds in the table.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[int, _Quiet] = OrderedDict()
        self._lock = Lock()

    def note(self, project_id: int, low: int, high: int, until: datetime | None) -> None:
        """Remember that the project is not due below ``high`` rows, nor before ``until``.

        With fewer rows than ``low`` its growth is counted anew.
        """
        with self._lock:
            self._known[project_id] = _Quiet(low, high, until)
            self._known.move_to_end(project_id)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)

    def is_quiet(self, project_id: int, accepted: int, now: datetime) -> bool:
        """Whether nothing is to be done for a project with so many rows, as far as is known."""
        quiet = self._known.get(project_id)
        if quiet is None or accepted < quiet.low:
            return accepted < MIN_ROWS_TO_TRAIN
        return accepted < quiet.high or (quiet.until is not None and now < quiet.until)

    def forget(self) -> None:
        """Know nothing any more."""
        with self._lock:
            self._known.clear()
