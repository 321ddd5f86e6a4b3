"""Tells a process that works from one that is only alive. One watch for each process."""

import http.client
import threading
import time
from abc import ABC, abstractmethod
from datetime import datetime


class Watch(ABC):
    """Decides whether a process is wedged. Asked by one thread, fed by another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.restarted()

    @abstractmethod
    def restarted(self) -> None:
        """The process was started anew: forget what its forerunner did."""

    @abstractmethod
    def complaint(self) -> str:
        """Why the process must be replaced; empty while it works."""


class BeatWatch(Watch):
    """A cluster works while its workers' sign of life moves on.

    Time is counted by the monotonic clock from when a *new* sign was seen, so neither a clock that
    is set nor a database that does not answer lets a working cluster look dead.
    """

    #: Seconds without a sign. A worker is rung for every 10 s and renews a lease every 15 s.
    LIMIT = 45.0
    #: Seconds until the first sign of a new process.
    GRACE = 90.0

    def restarted(self) -> None:
        with self._lock:
            self._fresh = self._asked = time.monotonic()
            self._sign: datetime | None = None
            self._first: datetime | None = None
            self._knows = False

    def saw(self, sign: datetime | None) -> None:
        """The last sign of life, as the database tells it now."""
        with self._lock:
            self._asked = time.monotonic()
            if not self._knows:
                self._first, self._knows = sign, True
            if sign != self._sign:
                self._sign, self._fresh = sign, self._asked

    def saw_nothing(self) -> None:
        """The database or the broker did not answer: this time does not count."""
        with self._lock:
            now = time.monotonic()
            self._fresh += now - self._asked
            self._asked = now

    def complaint(self) -> str:
        with self._lock:
            silent = self._asked - self._fresh
            limit = self.LIMIT if self._sign != self._first else self.GRACE
        return f"no sign of life for {silent:.0f} s" if silent > limit else ""


class WebWatch(Watch):
    """The web process works while it answers ``/healthz``."""

    #: This many misses in a row.
    LIMIT = 3
    #: Seconds until a new process must answer.
    GRACE = 60.0
    #: Seconds to wait for an answer.
    PATIENCE = 10.0

    def __init__(self, host: str, port: int, name: str) -> None:
        self._address = (host, port)
        self._name = name
        super().__init__()

    def restarted(self) -> None:
        with self._lock:
            self._started = time.monotonic()
            self._answered = False
            self._misses = 0

    def ask(self) -> None:
        """Ask once, and note the answer."""
        began = time.monotonic()
        good = self._answers()
        with self._lock:
            if self._started > began:
                return  # the answer is its forerunner's
            self._answered = self._answered or good
            self._misses = 0 if good else self._misses + 1

    @property
    def answered(self) -> bool:
        """Whether this process has answered at least once."""
        with self._lock:
            return self._answered

    def complaint(self) -> str:
        with self._lock:
            if not self._answered and time.monotonic() - self._started < self.GRACE:
                return ""
            misses = self._misses
        return f"no answer to /healthz, {misses} times in a row" if misses >= self.LIMIT else ""

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(*self._address, timeout=self.PATIENCE)
        try:
            connection.request("GET", "/healthz", headers={"Host": self._name})
            # A redirect to https, or a refused host name, is an answer too: the process works.
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
