"""Runs due jobs in the test's own process: no worker, no waiting."""

from collections.abc import Callable

import pytest

TurnQueue = Callable[..., int]
#: More jobs than any test means to run: a job that puts itself back for ever ends here.
MANY = 500


@pytest.fixture
def turn_queue(db: None) -> TurnQueue:
    """``turn_queue()`` does all due jobs of all slots and tells how many.

    Exceptions of handlers come through, after the job has noted them;
    ``turn_queue(raising=False)`` keeps them in the job.
    """

    # Here, since a plugin is loaded before the apps are.
    from jobs.states import SLOTS
    from jobs.tasks import work_one

    def turn(*slots: str, raising: bool = True) -> int:
        count = 0
        for slot in slots or SLOTS:
            while work_one(slot, raising=raising) is not None:
                count += 1
                assert count < MANY, "A job comes back for ever."
        return count

    return turn
