"""Keeps a set of processes running: whatever dies or wedges is replaced, and nothing is left over.

The main thread starts, buries and stops; it touches no database, so nothing can hold it up.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from types import FrameType

from crowdcontrolled.supervisor import linux, log
from crowdcontrolled.supervisor.child import Child

TICK = 0.2
#: Seconds between two looks for orphans.
ORPHANS_EVERY = 1.0
#: Seconds that processes get to end because all that they started has ended.
PARTS_FIRST = 3.0
#: Seconds that they get to end because they were told to.
PATIENCE = 17.0
#: Seconds to wait for what was killed to be gone.
LAST_WAIT = 5.0


class Supervisor:
    """Runs the children until it is told to stop."""

    def __init__(self, children: Iterable[Child]) -> None:
        self._children = tuple(children)
        self._signals = 0
        self._swept = 0.0

    def run(self, tick: Callable[[], None] = lambda: None) -> None:
        """Supervise until SIGTERM, SIGINT or SIGHUP, then stop everything.

        Args:
            tick: called in each round, a few times a second.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._hear)
        linux.adopt_orphans()
        try:
            while not self._signals:
                self._round()
                tick()
                time.sleep(TICK)
        finally:
            self._stop()

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1

    def _round(self) -> None:
        for child in self._children:
            complaint = child.watch.complaint() if child.pid else ""
            if complaint:
                log.say("up", f"{child.name} is replaced: {complaint}.")
                child.bury()
            elif child.has_died():
                log.say("up", f"{child.name} ended ({_ended(child.bury())}); starting it again.")
            if child.start_when_due():
                log.say("up", f"{child.name} started as process {child.pid}.")
        if time.monotonic() - self._swept > ORPHANS_EVERY:
            self._swept = time.monotonic()
            self._end_orphans()

    def _end_orphans(self) -> None:
        """Kill and reap what was left behind by a dead process of ours, and nothing else."""
        ours = {child.pid for child in self._children}
        for process in linux.children(os.getpid()):
            if process.pid in ours:
                continue
            if not process.dead:
                log.say("up", f"process {process.pid} lost its parent and is ended.")
                _kill(process.pid)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process.pid, os.WNOHANG)

    def _stop(self) -> None:
        log.say("up", "stopping; once more to stop at once.")
        for child in self._children:
            child.terminate()
        if not self._wait_for_end(PARTS_FIRST):
            for child in self._children:
                child.signal(signal.SIGTERM)
            self._wait_for_end(PATIENCE)
        for child in self._children:
            child.bury()
        self._end_all()
        log.say("up", "stopped.")

    def _wait_for_end(self, seconds: float) -> bool:
        """Whether all have ended in time; a second signal ends the waiting."""
        until = time.monotonic() + seconds
        while self._signals < 2 and time.monotonic() < until:
            if all(child.is_empty() for child in self._children):
                return True
            time.sleep(TICK)
        return False

    def _end_all(self) -> None:
        """Whatever else stands below this process, in whatever group or session."""
        until = time.monotonic() + LAST_WAIT
        while time.monotonic() < until:
            left = linux.descendants(os.getpid())
            if not left:
                return
            for process in left:
                _kill(process.pid)
            self._end_orphans()
            time.sleep(0.05)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def _ended(code: int) -> str:
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"
