"""Turns SIGTERM into ``Interrupted`` while a worker takes its turn, never within a transaction."""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from django.db import connection

from jobs.errors import Interrupted

logger = logging.getLogger(__name__)
#: Seconds that a handler gets to clean up.
PATIENCE = 18.0


class Interrupt:
    """Hears SIGTERM for the worker's main thread; elsewhere it does nothing."""

    def __init__(self) -> None:
        #: Whether the worker was asked to stop.
        self.wanted = False
        self._raised = False
        self._since = 0.0
        self._main = threading.main_thread().ident or 0
        self._armed = threading.current_thread() is threading.main_thread()
        self._before = signal.signal(signal.SIGTERM, self._hear) if self._armed else None

    def _hear(self, _signal: int, _frame: FrameType | None) -> None:
        self._since = self._since or time.monotonic()
        self.wanted = True
        # Raised once only: a second one would cut off the cleaning up after the first.
        if not connection.in_atomic_block and not self._raised:
            self._raised = True
            raise Interrupted

    def knock_again(self) -> None:
        """Repeat a signal that came within a transaction (called from another thread).

        A handler that hears nothing at all is cut off: with the supervisor gone, nobody else would.
        """
        if self.wanted and time.monotonic() - self._since > PATIENCE:
            logger.error("The work did not stop within %.0f s; the worker ends.", PATIENCE)
            os._exit(1)
        if self.wanted and self._armed and not self._raised:
            signal.pthread_kill(self._main, signal.SIGTERM)

    def end(self) -> None:
        """Put the earlier handler back."""
        if self._armed:
            self._armed = False
            signal.signal(signal.SIGTERM, self._before)


_active: Interrupt | None = None


def knock_again() -> None:
    """As ``Interrupt.knock_again`` of the turn in progress, if there is one."""
    if _active is not None:
        _active.knock_again()


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Let SIGTERM interrupt the block."""
    global _active
    _active = Interrupt()
    try:
        yield _active
    finally:
        _active.end()
        _active = None
