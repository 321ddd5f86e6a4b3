"""Long work in short transactions, with rests in which everybody else gets to write.

SQLite has one writer, and whoever waits for it looks again at most every 100 ms. Short transactions
end to end would leave gaps that nobody happens to look into; so after some work there is a rest
that is longer than anybody sleeps. On PostgreSQL rows are locked, not tables: no rest is needed.
"""

import time

from django.db import connection

#: Seconds of transactions end to end, then of rest: a waiting writer looks every 0.1 s.
WORK, REST = 0.5, 0.12


class Pace:
    """How long the work has kept others waiting."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    @property
    def due(self) -> bool:
        """Whether others should get to write now."""
        return time.monotonic() - self._since >= WORK

    def breathe(self) -> None:
        """Call between two transactions: rests when it is time."""
        if self.due:
            self.rest()

    def rest(self, already: float = 0.0) -> None:
        """Let others write; ``already`` is how long nothing was written before."""
        left = REST - already
        if left > 0 and connection.vendor == "sqlite" and not connection.in_atomic_block:
            time.sleep(left)
        self._since = time.monotonic()
