"""The states of a run, and the only ways from one to another."""

from typing import Any

from django.db.models import QuerySet

from training.models import Run

State = Run.State

#: From each state: where a run may go. A state with no way out is final.
TRANSITIONS: dict[str, frozenset[str]] = {
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED, State.FAILED}),
    State.RUNNING: frozenset({State.QUEUED, State.RUNNING, State.DONE, State.FAILED}),
    State.DONE: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
}
FINAL = frozenset(state for state, ways in TRANSITIONS.items() if not ways)


def sources(target: str) -> list[str]:
    """The states from which a run may go to this one."""
    return [source for source, ways in TRANSITIONS.items() if target in ways]


def advance(run_id: int, to: str, **changes: Any) -> bool:
    """Move a run to a state, together with other columns, in one conditional UPDATE.

    Returns:
        Whether it moved; False when it was in no state that leads there.
    """
    movable: QuerySet[Run] = Run.objects.filter(pk=run_id, state__in=sources(to))
    return movable.update(state=to, **changes) == 1
