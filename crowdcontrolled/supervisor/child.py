"""One supervised process with all that it starts: a session and process group of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from crowdcontrolled.supervisor import linux, log
from crowdcontrolled.supervisor.health import Watch

#: Seconds before each restart in a row: the first at once, since most deaths are accidents.
DELAYS = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
#: A process that lived this long starts again at once.
SETTLED = 60.0


@dataclass
class Child:
    """A process to be kept running: what to start, how to tell that it works.

    Attributes:
        name: what its lines in the log begin with.
        arguments: what Python is to run, without the interpreter.
        environment: variables it gets besides the supervisor's own.
        watch: tells when it is wedged.
    """

    name: str
    arguments: tuple[str, ...]
    watch: Watch
    environment: Mapping[str, str] = field(default_factory=dict)
    _process: "subprocess.Popen[bytes] | None" = None
    _began: float = 0.0
    _due: float = 0.0
    _deaths: int = 0

    @property
    def pid(self) -> int | None:
        """The number of its first process, which is its process group's too; None while down."""
        return self._process.pid if self._process else None

    def start_when_due(self) -> bool:
        """Start it, unless it runs or is to wait longer. From the main thread only.

        The kernel ties a child's life to the *thread* that started it.
        """
        if self._process is not None or time.monotonic() < self._due:
            return False
        self.watch.restarted()
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, *self.arguments],
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        threading.Thread(
            target=log.forward, args=(self.name, self._process.stdout), daemon=True
        ).start()
        return True

    def has_died(self) -> bool:
        """Whether its first process ended. It stays a zombie, so that its number stays taken."""
        if self._process is None:
            return False
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, flags) is not None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to everything in its process group."""
        if self._process is not None:
            # All of it may be gone already (macOS refuses to signal zombies).
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def terminate(self) -> None:
        """Ask it to end: what it started first, since it ends when all that has ended.

        django-q2's parent process waits for ever, in its own handler of SIGTERM, for an answer of
        its child when that was told to end at the same time.
        """
        if self._process is None:
            return
        first = self._process.pid
        others = [pid for pid in linux.living(first) if pid != first]
        for pid in others or [first]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def is_empty(self) -> bool:
        """Whether nothing of its process group runs any more."""
        return self._process is None or (self.has_died() and not linux.living(self._process.pid))

    def bury(self) -> int:
        """Kill whatever is left of it, take its exit code, and plan the next start."""
        if self._process is None:
            return 0
        self.signal(signal.SIGKILL)
        code = self._process.wait()
        lived = time.monotonic() - self._began
        self._deaths = 0 if lived > SETTLED else self._deaths
        delay = DELAYS[min(self._deaths, len(DELAYS) - 1)]
        self._due = time.monotonic() + delay
        self._deaths += 1
        self._process = None
        return code
