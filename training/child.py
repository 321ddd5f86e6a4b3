"""A child process of the engine, seen from outside: what it says is data and is never trusted.

It gets no secret: neither the site's key nor the database's address is in its environment. It has
a session of its own, so that it and whatever it may start are ended together.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
#: The longest line that a child may say (bytes).
LINE_BYTES = 256 * 1024
#: How much of what it wrote to stderr is kept for the log (bytes).
ERROR_BYTES = 4_000
PATIENCE = 5.0


class BadOutput(Exception):
    """The child said something that is no event."""


class Child:
    """``python -m MODULE ARGUMENTS`` with pipes; use it as a context manager."""

    def __init__(
        self, module: str, *arguments: str, folder: Path, extra: dict[str, str] | None = None
    ) -> None:
        self._errors: IO[bytes] = (folder / "stderr.log").open("w+b")
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=environment(folder) | (extra or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._out = self._process.stdout
        os.set_blocking(self._out.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._out, selectors.EVENT_READ)
        self._rest = b""
        self._lines: deque[bytes] = deque()
        self.ended = False

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process's number, which is also its group's."""
        return self._process.pid

    def event(self, seconds: float) -> dict[str, Any] | None:
        """The next line as a JSON object; None when none came in time, or it has ``ended``.

        Raises:
            BadOutput: the line is no JSON object, or longer than ``LINE_BYTES``.
        """
        if not self._lines and not self.ended and self._selector.select(seconds):
            self._read()
        return _object(self._lines.popleft()) if self._lines else None

    def _read(self) -> None:
        try:
            chunk = os.read(self._out.fileno(), 1 << 16)
        except BlockingIOError:
            return
        if not chunk:
            self.ended = True
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > LINE_BYTES:
            raise BadOutput(f"a line of more than {LINE_BYTES} bytes")
        self._lines.extend(line for line in whole if line.strip())

    def say(self, line: str) -> bool:
        """Write one line to the child; False when it does not listen any more."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):
            return False
        return True

    def code(self) -> int:
        """How it ended: its exit status, or minus the signal that killed it.

        A child that closed its stdout and goes on is killed.
        """
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._process.wait()

    def kill(self) -> None:
        """End it and everything it started, at once."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def close(self) -> None:
        """Make sure that it is gone and free what it held."""
        if self._process.poll() is None:
            self.kill()
        self._process.wait()
        self._selector.close()
        self._out.close()
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        self._errors.close()

    def errors(self) -> str:
        """The end of what it wrote to stderr, for the log."""
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - ERROR_BYTES))
        return self._errors.read().decode("utf-8", "replace").strip()


def environment(folder: Path) -> dict[str, str]:
    """Everything that a child may know of this process's environment: nearly nothing."""
    return {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadOutput(f"no JSON: {line[:80]!r}") from error
    if not isinstance(found, dict):
        raise BadOutput(f"no JSON object: {line[:80]!r}")
    return found
