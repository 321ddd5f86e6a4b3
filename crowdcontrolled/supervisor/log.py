"""One stream of lines on standard output, each beginning with the name of its process."""

import sys
import threading
from typing import IO

WIDTH = 9
_lock = threading.Lock()


def say(name: str, line: str) -> None:
    """Write one line; should nobody read any more, it is dropped."""
    with _lock:
        try:
            sys.stdout.write(f"{name:<{WIDTH}}| {line}\n")
            sys.stdout.flush()
        except (OSError, ValueError):
            return


def forward(name: str, stream: IO[bytes]) -> None:
    """Pass on a process's lines until all who could write them are gone."""
    with stream:
        for line in stream:
            say(name, line.decode("utf-8", errors="replace").rstrip())
