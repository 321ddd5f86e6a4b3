"""Ties a supervised process, and all that it forks, to the life of its parent."""

import os
import signal

from crowdcontrolled.supervisor.linux import die_with_parent

_forking = 0


def bind(parent: int) -> None:
    """Die at once when the parent dies, however it dies.

    Args:
        parent: the process that started this one; should it be gone already, this one ends here.
    """
    die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit("The supervisor is gone.")


def bind_forks() -> None:
    """Tie every process forked from here on to its parent's life.

    They get SIGTERM and not SIGKILL, so that a worker with a job in its hands may give it back.
    """
    os.register_at_fork(before=_note, after_in_child=_bind_fork)


def _note() -> None:
    global _forking
    _forking = os.getpid()


def _bind_fork() -> None:
    die_with_parent(signal.SIGTERM)
    if os.getppid() != _forking:
        os._exit(0)
