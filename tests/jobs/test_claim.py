"""Taking jobs: each exactly once, whoever asks and however many at once."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import Job
from jobs.services import claim, enqueue
from tests.at_once import at_once
from tests.jobs.handlers import take


@pytest.mark.django_db
def test_a_claim_counts_the_attempt_and_sets_token_and_lease():
    enqueue("works", "w:1")
    before = timezone.now()

    job = take("light", "here:1")

    assert (job.state, job.attempt, job.worker) == ("running", 1, "here:1")
    assert job.token is not None
    assert job.started_at is not None
    assert job.lease_until is not None
    lease = timedelta(seconds=60)
    assert before + lease <= job.lease_until <= timezone.now() + lease
    assert claim("light", "here:2") is None


@pytest.mark.django_db
def test_slots_do_not_touch_each_other():
    enqueue("trains", "t:1")

    assert claim("light", "here:1") is None
    assert claim("training", "here:1") is not None


@pytest.mark.django_db
def test_a_job_for_later_is_not_taken_now():
    job = enqueue("works", "w:1")
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now() + timedelta(minutes=1))

    assert claim("light", "here:1") is None


@pytest.mark.django_db
def test_a_job_without_attempts_left_is_not_taken():
    job = enqueue("works", "w:1")
    Job.objects.filter(pk=job.pk).update(attempt=3)

    assert claim("light", "here:1") is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_eight_workers_take_each_of_200_jobs_exactly_once():
    for number in range(200):
        enqueue("works", f"w:{number}", user_id=number % 7)
    Job.objects.filter(key="w:0").update(state="queued")
    taken: list[tuple[str, str]] = []

    def work(place: int) -> None:
        while (job := claim("light", f"here:{place}")) is not None:
            taken.append((job.key, str(job.token)))

    at_once(work, 8)
    assert Counter(key for key, _token in taken) == {f"w:{number}": 1 for number in range(200)}
    assert len({token for _key, token in taken}) == 200
    assert set(Job.objects.values_list("attempt", "state")) == {(1, "running")}
