"""The state machine of a job."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.models import Job
from jobs.services import enqueue
from jobs.states import FINAL, TRANSITIONS, State, check_way


def test_every_state_has_its_ways_and_every_state_can_be_reached():
    assert set(TRANSITIONS) == set(State)
    reached, todo = set(), [State.QUEUED]
    while todo:
        state = todo.pop()
        reached.add(state)
        todo += TRANSITIONS[state] - reached
    assert reached == set(State)
    assert {State.DONE, State.FAILED, State.CANCELLED} == FINAL


@pytest.mark.parametrize("state", sorted(FINAL))
@pytest.mark.parametrize("target", list(State))
def test_an_end_is_an_end(state, target):
    with pytest.raises(ValueError, match=f"from {state} to {target}"):
        check_way(state, target)


def test_only_a_running_job_is_done():
    check_way(State.RUNNING, State.DONE)
    with pytest.raises(ValueError, match="from queued to done"):
        check_way(State.QUEUED, State.DONE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "asleep"},
        {"slot": "heavy"},
        {"attempt": 4},
        {"state": "running"},
        {"state": "running", "token": uuid.UUID(int=7)},
        {"state": "done"},
        {"state": "failed", "finished_at": timezone.now()},
    ],
    ids=lambda wrong: ",".join(f"{name}={value}"[:20] for name, value in wrong.items()),
)
def test_the_database_refuses_half_truths(wrong):
    job = enqueue("works", "w:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**wrong)


@pytest.mark.django_db
def test_the_database_takes_whole_truths():
    job = enqueue("works", "w:1")
    now = timezone.now()
    row = Job.objects.filter(pk=job.pk)
    lease = now + timedelta(seconds=60)
    row.update(state="running", token=uuid.uuid4(), lease_until=lease, started_at=now, attempt=1)
    row.update(state="failed", finished_at=now, reason="It rained.")
    assert Job.objects.get().state == "failed"
