"""What the training tests share: quick settings, and a run that was really trained."""

from collections.abc import Callable

import pytest

from accounts.models import User
from projects.models import Project
from tests.jobs_turning import TurnQueue
from training.models import Run
from training.services import start_run

#: A network that is trained in a blink.
QUICK = {"layers": [{"units": 8, "activation": "relu"}], "epochs": 4, "refit": "no"}
Trained = Callable[..., Run]


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
