"""Ending a run early: who may, what stays, and twice."""

import pytest
from django.test import Client

from accounts.models import User
from jobs.models import Job
from live.models import Event
from projects.models import Project
from tests.cast import client_of
from tests.training.finished import begun
from training import services
from training.models import Run


@pytest.fixture
def waiting(digits: Project, carol: User) -> Run:
    return services.start_run(project=digits, user=carol, architecture="dense", settings={})


def test_a_waiting_run_is_cancelled_at_once(waiting: Run, carol_client: Client) -> None:
    for _twice in range(2):
        answer = carol_client.post(f"/runs/{waiting.pk}/cancel/")
        assert answer["Location"] == f"/runs/{waiting.pk}/"
    waiting.refresh_from_db()
    assert waiting.state == Run.State.CANCELLED
    assert waiting.finished is not None
    assert Job.objects.get().state == "cancelled"
    kinds = Event.objects.filter(topic=f"run:{waiting.pk}").values_list("payload__state", flat=True)
    assert list(kinds) == ["queued", "cancelled"]


def test_a_training_run_is_asked_to_stop(digits: Project, carol: User, bob_client: Client) -> None:
    run, job = begun(digits, carol)
    for _twice in range(2):
        bob_client.post(f"/runs/{run.pk}/stop/")
    run.refresh_from_db()
    job.refresh_from_db()
    assert (run.state, run.stop_requested) == (Run.State.RUNNING, True)
    assert job.stop_requested


def test_cancelling_one_that_has_just_begun_stops_it(
    digits: Project, carol: User, carol_client: Client
) -> None:
    run, _job = begun(digits, carol)
    page = carol_client.post(f"/runs/{run.pk}/cancel/", follow=True).content.decode()
    assert "It had just begun: it stops, and the best so far is kept." in page
    run.refresh_from_db()
    assert run.state == Run.State.RUNNING


def test_a_run_whose_worker_was_lost_can_be_cancelled(digits: Project, carol: User) -> None:
    run, job = begun(digits, carol)
    Job.objects.filter(pk=job.pk).update(state="queued", token=None, lease_until=None)
    run = Run.objects.select_related("project").get(pk=run.pk)
    from training.access import run_for

    assert services.cancel(run_for(carol, run.pk), actor=carol)


def test_an_ended_run_cannot_be_stopped(waiting: Run, carol_client: Client) -> None:
    services.fail(waiting.pk, "It broke.")
    assert carol_client.post(f"/runs/{waiting.pk}/stop/").status_code == 409


@pytest.mark.parametrize("verb", ["stop", "cancel"])
def test_others_may_not(waiting: Run, dave: User, erin_client: Client, verb: str) -> None:
    path = f"/runs/{waiting.pk}/{verb}/"
    assert client_of(dave).post(path).status_code == 403
    assert erin_client.post(path).status_code == 302
    assert client_of(dave).get(path).status_code == 405
    waiting.refresh_from_db()
    assert waiting.state == Run.State.QUEUED
