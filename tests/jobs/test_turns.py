"""One turn of a worker: at most one job, and every ending noted."""

import pytest
from django.utils import timezone

from jobs import bell
from jobs.errors import LostLease, Retry
from jobs.models import Job, WorkerBeat
from jobs.queries import last_beat
from jobs.services import enqueue
from jobs.tasks import turn, work_one
from jobs.worker import host, me
from tests.jobs import handlers

pytestmark = pytest.mark.django_db
OURS = "Something went wrong on our side. It was logged."


def only() -> Job:
    return Job.objects.get()


def test_work_and_state_commit_together(turn_queue):
    enqueue("works", "w:1")

    assert turn_queue() == 1

    job = only()
    assert (job.state, job.attempt, job.reason) == ("done", 1, "")
    assert job.seconds is not None
    assert 0 <= job.seconds < 10
    assert handlers.log == ["w:1"]


def test_one_turn_takes_one_job_and_rings_for_the_next(settings):
    for number in range(3):
        enqueue("works", f"w:{number}")

    assert work_one("light") is not None

    assert Job.objects.filter(state="done").count() == 1
    assert Job.objects.filter(state="queued").count() == 2


@pytest.mark.django_db(databases="__all__")
def test_a_turn_rings_while_there_is_more():
    enqueue("works", "w:1")
    enqueue("works", "w:2")

    turn("light")
    assert Job.objects.filter(state="done").count() == 1
    assert bell.unheard("light") == 1
    turn("light")
    turn("light")
    assert Job.objects.filter(state="done").count() == 2
    assert bell.unheard("light") == 1


@pytest.mark.django_db(databases="__all__")
def test_a_turn_is_a_sign_of_life():
    before = timezone.now()

    turn("training")

    beat = last_beat("training", host=host())
    assert beat is not None
    assert beat >= before
    assert last_beat("light") is None
    assert WorkerBeat.objects.get().worker == me()


@pytest.mark.django_db(databases="__all__")
def test_a_bell_for_another_machine_is_handed_on_but_not_for_ever():
    turn("light", "elsewhere", 0)
    assert bell.unheard("light") == 1
    turn("light", "elsewhere", bell.MAX_HOPS)
    turn("light", host(), 0)
    assert bell.unheard("light") == 1


@pytest.mark.parametrize(
    ("kind", "reason", "attempt"),
    [
        ("breaks", OURS, 1),
        ("forgets", OURS, 1),
        ("missing", OURS, 1),
        ("refuses", "There are only 3 rows: at least 10 are needed.", 1),
        ("wants_again", "The storage did not answer.", 3),
    ],
)
def test_every_failure_ends_with_a_sentence_and_no_effect(turn_queue, kind, reason, attempt):
    enqueue(kind, "w:1")

    turn_queue(raising=False)

    job = only()
    assert (job.state, job.reason, job.attempt) == ("failed", reason, attempt)
    assert (job.token, job.lease_until) == (None, None)
    assert not WorkerBeat.objects.filter(slot="effect").exists()
    assert handlers.log == [f"w:1 failed: {reason}"]


def test_the_user_never_reads_a_traceback_but_the_log_has_it(turn_queue, caplog):
    enqueue("breaks", "w:1")

    turn_queue(raising=False)

    assert "secret detail" not in only().reason
    assert "secret detail" in caplog.text


def test_a_retry_waits_in_the_queue(turn_queue):
    enqueue("wants_again", "w:1")

    with pytest.raises(Retry):
        turn_queue()

    job = only()
    assert (job.state, job.attempt, job.reason, job.token) == ("queued", 1, "", None)


def test_a_robbed_worker_rolls_back_and_says_nothing(turn_queue, caplog):
    enqueue("is_robbed", "w:1")

    with pytest.raises(LostLease):
        turn_queue()

    job = only()
    assert (job.state, job.attempt) == ("running", 1)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert not WorkerBeat.objects.filter(slot="effect").exists()
    assert handlers.log == []


def test_a_kind_that_no_app_knows_any_more_fails(turn_queue):
    job = enqueue("works", "w:1")
    Job.objects.filter(pk=job.pk).update(kind="forgotten")

    turn_queue(raising=False)

    assert (only().state, only().reason) == ("failed", OURS)
