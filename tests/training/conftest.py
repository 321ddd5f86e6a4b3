"""What the training tests share: quick settings, and a run that was really trained."""

from collections.abc import Callable

import pytest

from accounts.models import User
from projects.models import Project
from tests.jobs_turning import TurnQueue
from tests.projects_in_use import seeded
from tests.training.finished import QUICK
from training.models import Run
from training.services import start_run

Trained = Callable[..., Run]


@pytest.fixture
def birds(alice: User, bob: User, carol: User) -> Project:
    """Penguins of more than one species."""
    return seeded(alice, bob, carol, "penguins", rows=200)


@pytest.fixture
def trained(turn_queue: TurnQueue) -> Trained:
    """``trained(project, user, **settings)``: a finished run of the real engine."""

    def train(project: Project, user: User, architecture: str = "dense", **settings: object) -> Run:
        run = start_run(
            project=project, user=user, architecture=architecture, settings={**QUICK, **settings}
        )
        turn_queue("training")
        run.refresh_from_db()
        return run

    return train
