"""The states of a job, and the only ways from one to another."""

from django.db import models
from django.utils.translation import gettext_lazy as _

#: One worker each on a small machine, so that a long training blocks no import.
SLOTS = ("training", "light")


class State(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


#: From each state: where a job may go. A state with no way out is final.
TRANSITIONS: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RUNNING, State.FAILED, State.CANCELLED}),
    State.RUNNING: frozenset({State.QUEUED, State.DONE, State.FAILED, State.CANCELLED}),
    State.DONE: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
}
FINAL = frozenset(state for state, ways in TRANSITIONS.items() if not ways)


def check_way(source: State | str, target: State) -> None:
    """Make sure that a job may go from one state to another.

    Raises:
        ValueError: it may not, which is a mistake in the calling code.
    """
    if target not in TRANSITIONS[State(source)]:
        raise ValueError(f"A job does not go from {source} to {target}.")
