"""Caps on a child process, so that one run cannot take the machine or outlive its parent."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
NICE = 5
FILE_BYTES = 2 * 1024**3
OPEN_FILES = 256
CPU_GRACE = 5


def cap_process(
    memory_bytes: int | None = None, cpu_seconds: int | None = None, nice: int = 0
) -> None:
    """Limit memory, CPU time, file size, open files; no core dump; `nice` yields to the site.

    SIGXCPU comes when the CPU time is used up, SIGKILL a little later. Linux only; elsewhere a line
    on stderr says that there is no cap.
    """
    if sys.platform != "linux":
        print("no resource caps on this system: Linux only", file=sys.stderr, flush=True)
        return
    import resource

    limits = [
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ]
    for kind, limit in limits:
        if limit is not None:
            _, hard = resource.getrlimit(kind)
            grace = CPU_GRACE if kind == resource.RLIMIT_CPU else 0
            highest = limit + grace
            highest = highest if hard == resource.RLIM_INFINITY else min(highest, hard)
            resource.setrlimit(kind, (min(limit, highest), highest))
    os.nice(nice)


def die_with_parent(parent: int) -> None:
    """Be killed when the parent dies; `parent` is its process id, in case it is dead already."""
    if sys.platform != "linux":
        print("the parent's death is seen by stdin only: Linux only", file=sys.stderr, flush=True)
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(4)
