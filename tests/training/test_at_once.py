"""Several people and workers at the same moment, on real transactions."""

import pytest

from accounts.models import User
from common.errors import Refused
from common.limits import RUNS_WAITING_PER_PERSON
from jobs.models import Job
from jobs.tasks import work_one
from projects.models import Project
from tests.at_once import at_once
from tests.training.finished import QUICK
from training.models import Run, TrainedModel
from training.services import start_run

HANDS = 4


@pytest.fixture
def real(transactional_db: None, request: pytest.FixtureRequest) -> Project:
    """The digits with their people, committed."""
    project: Project = request.getfixturevalue("digits")
    return project


def test_one_key_is_one_run_and_numbers_are_unique(real: Project, carol: User) -> None:
    keys = ("a", "a", "b", "b")
    found = at_once(
        lambda at: (
            start_run(
                project=real, user=carol, architecture="dense", settings=QUICK, key=keys[at]
            ).pk
        ),
        HANDS,
    )
    assert found[0] == found[1] != found[2] == found[3]
    assert sorted(Run.objects.values_list("number", flat=True)) == [1, 2]
    assert Job.objects.count() == 2


def test_the_limit_holds_against_haste(real: Project, carol: User) -> None:
    def starts(_place: int) -> bool:
        try:
            start_run(project=real, user=carol, architecture="dense", settings=QUICK)
        except Refused:
            return False
        return True

    found = at_once(starts, RUNS_WAITING_PER_PERSON + 3)
    assert found.count(False) == 3
    assert Run.objects.count() == RUNS_WAITING_PER_PERSON


@pytest.mark.long
def test_two_workers_train_two_runs(real: Project, carol: User, alice: User) -> None:
    for user in (carol, alice):
        start_run(project=real, user=user, architecture="dense", settings=QUICK)
    at_once(lambda _: work_one("training", raising=True), 2)
    assert set(Run.objects.values_list("state", flat=True)) == {"done"}
    assert TrainedModel.objects.count() == 2
