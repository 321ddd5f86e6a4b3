"""Who a worker process is, and whether it still lives."""

import os
import socket
from functools import cache
from pathlib import Path


@cache
def host() -> str:
    """A name for this machine and its process numbers.

    Two containers may share a host name and not their process numbers: then they differ here.
    """
    try:
        space = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        space = "0"
    return f"{socket.gethostname()[:80]}/{space}"


def me() -> str:
    """This process, as ``Job.worker`` and ``WorkerBeat.worker`` name it."""
    return f"{host()}:{os.getpid()}"


def surely_dead(worker: str) -> bool:
    """Whether the worker ran on this machine and its process is gone.

    False when in doubt (another machine, a number that is in use again): then the lease decides.
    """
    where, _, pid = worker.rpartition(":")
    if where != host() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_zombie(int(pid))


def _is_zombie(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[:1] == ["Z"]
