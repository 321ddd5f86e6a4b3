"""What only Linux can: tie a child's life to its parent's, adopt orphans, list processes.

Elsewhere each function does nothing, or finds nothing, after one line in the log.
"""

import ctypes
import logging
import os
import signal
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

logger = logging.getLogger(__name__)
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """One line of the process table."""

    pid: int
    parent: int
    group: int
    dead: bool


def die_with_parent(death: signal.Signals) -> bool:
    """Have the kernel send this signal when the thread that started this process ends."""
    return _prctl(PR_SET_PDEATHSIG, death)


def adopt_orphans() -> bool:
    """Become the new parent of every descendant whose parent dies."""
    return _prctl(PR_SET_CHILD_SUBREAPER, 1)


def processes() -> list[Process]:
    """Every process of the machine that can be seen; empty where there is no /proc."""
    found = (_read(entry) for entry in _numbered())
    return [process for process in found if process is not None]


def descendants(root: int) -> list[Process]:
    """All processes below this one, zombies included."""
    below: dict[int, list[Process]] = {}
    for process in processes():
        below.setdefault(process.parent, []).append(process)
    found: list[Process] = []
    todo = [root]
    while todo:
        children = below.get(todo.pop(), [])
        found += children
        todo += [child.pid for child in children]
    return found


def children(parent: int) -> list[Process]:
    """The processes directly below this one, zombies included."""
    return [process for process in processes() if process.parent == parent]


def living(group: int) -> list[int]:
    """The numbers of the processes of a process group that still run."""
    return [process.pid for process in processes() if process.group == group and not process.dead]


def _numbered() -> list[Path]:
    try:
        return [PROC / name for name in os.listdir(PROC) if name.isdigit()]
    except OSError:
        return []


def _read(entry: Path) -> Process | None:
    try:
        text = (entry / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name stands in parentheses and may hold anything, parentheses too.
    state, parent, group = text.rpartition(")")[2].split()[:3]
    return Process(int(entry.name), int(parent), int(group), dead=state in "ZX")


@cache
def _libc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        logger.warning("Not Linux: a killed supervisor leaves its processes behind.")
        return None
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> bool:
    libc = _libc()
    if libc is None:
        return False
    if libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        logger.warning("prctl(%s) failed: %s", option, os.strerror(ctypes.get_errno()))
        return False
    return True
