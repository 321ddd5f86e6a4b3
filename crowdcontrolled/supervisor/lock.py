"""One supervisor for one folder of data."""

from pathlib import Path
from typing import IO


class AlreadyRunning(Exception):
    """Another supervisor holds the lock."""


def hold(path: Path) -> IO[str]:
    """Take the lock; it is held until the returned file is closed, at the latest by death.

    Raises:
        AlreadyRunning: somebody else holds it.
    """
    file = path.open("a", encoding="ascii")
    try:
        import fcntl
    except ImportError:
        return file  # no such locks here: the port is the only guard
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise AlreadyRunning from None
    return file
