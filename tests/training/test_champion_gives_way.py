"""A person never waits for a living champion: the real engine is ended, and trains later."""

import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from jobs.models import Job
from jobs.services import claim
from jobs.sweeper import sweep
from jobs.tasks import work_one
from projects.models import Project
from tests.training.champions import champions, looked
from tests.training.finished import QUICK
from training import services
from training.child import Child
from training.models import EpochPoint, Run
from training.queries import status_of
from training.services import champion

__all__ = ["champions"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champions")]
#: A minute or more, however quick the machine is.
ENDLESS = {"layers": [{"units": 512, "activation": "relu"}] * 2, "batch_size": 2, "refit": "no"}


def endless(project: Project) -> Run:
    """The project's own run, which takes long."""
    run = looked(project)
    Run.objects.filter(pk=run.pk).update(
        settings={**run.settings, **ENDLESS, "epochs": 200, "patience": 200}
    )
    return run


def once_it_trains(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Do something when the engine has reported its first epochs."""
    noted = services.note_epochs

    def note(*arguments: Any) -> None:
        noted(*arguments)
        act()

    monkeypatch.setattr(services, "note_epochs", note)


@pytest.mark.long
def test_a_persons_run_ends_the_champions_child_and_goes_first(
    digits: Project, carol: User, monkeypatch: pytest.MonkeyPatch
):
    own = endless(digits)
    began: list[float] = []
    ended: list[float] = []
    children: list[Child] = []
    close = Child.close

    def closes(self: Child) -> None:
        close(self)
        children.append(self)
        ended.append(time.monotonic())

    def wish() -> None:
        if not began:
            began.append(time.monotonic())
            services.start_run(project=digits, user=carol, architecture="dense", settings=QUICK)

    once_it_trains(monkeypatch, wish)
    monkeypatch.setattr(Child, "close", closes)
    assert work_one("training", raising=True) is not None
    assert ended[0] - began[0] < 2
    with pytest.raises(ProcessLookupError):
        os.kill(children[0].pid, 0)
    own.refresh_from_db()
    job = Job.objects.get(key=f"run:{own.pk}")
    assert (own.state, own.reason) == (Run.State.QUEUED, "")
    assert (job.state, job.attempt, job.yields) == ("queued", 0, 1)
    status = status_of(own)
    assert status.place is not None
    assert (status.place.position, status.place.of, status.yields) == (2, 2, 1)

    person = work_one("training", raising=True)
    assert person is not None
    assert person.key != job.key

    Run.objects.filter(pk=own.pk).update(settings={**own.settings, **QUICK}, epochs=4)
    work_one("training", raising=True)
    own.refresh_from_db()
    job.refresh_from_db()
    assert (own.state, job.state, job.attempt) == (Run.State.DONE, "done", 1)
    assert list(own.points.values_list("epoch", flat=True)) == [1, 2, 3, 4]


def test_its_page_says_that_people_go_first(digits: Project, carol: User, client: Any):
    own = looked(digits)
    Job.objects.filter(key=f"run:{own.pk}").update(yields=3)
    services.start_run(project=digits, user=carol, architecture="dense", settings=QUICK)
    page = client.get(f"/runs/{own.pk}/").content.decode()
    assert "living champion" in page
    assert "it gave way 3 times" in page
    assert "people's runs go first" in client.get(f"/p/{digits.slug}/learning/").content.decode()


@pytest.mark.long
def test_a_worker_that_dies_with_it_leaves_it_to_another(
    digits: Project, turn_queue: Callable[..., int]
):
    own = looked(digits)
    job = claim("training", "gone/1:1")
    assert job is not None
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())
    assert sweep().returned == (job.key,)
    Run.objects.filter(pk=own.pk).update(settings={**own.settings, **QUICK}, epochs=4)
    turn_queue("training")
    own.refresh_from_db()
    assert own.state == Run.State.DONE
    assert EpochPoint.objects.filter(run=own).count() == own.epoch
    assert champion.look(digits.pk) is None
