"""Cancelling what waits, stopping what runs, giving back what a stopping worker holds."""

import os
import signal
import threading
import time

import pytest
from django.db import connections, transaction

from jobs.errors import Interrupted
from jobs.interrupt import interruptible, knock_again
from jobs.lease import kept
from jobs.models import Job
from jobs.services import cancel, claim, enqueue, fail, request_stop
from jobs.tasks import turn, work_one
from tests.jobs import handlers
from tests.jobs.handlers import take, token_of


@pytest.mark.django_db
def test_a_waiting_job_is_cancelled_at_once_and_for_good():
    job = enqueue("works", "w:1")

    assert cancel(job.pk)
    assert not cancel(job.pk)

    job.refresh_from_db()
    assert job.state == "cancelled"
    assert claim("light", "here:1") is None


@pytest.mark.django_db
def test_only_a_running_job_can_be_asked_to_stop():
    job = enqueue("works", "w:1")
    assert not request_stop(job.pk)

    running = take("light", "here:1")
    assert not cancel(job.pk)

    running.refresh_from_db()
    assert (running.state, running.stop_requested) == ("running", True)


@pytest.mark.django_db
def test_a_stopped_job_is_not_tried_again():
    job = enqueue("works", "w:1")
    running = take("light", "here:1")
    request_stop(job.pk)

    fail(running.pk, token_of(running), "It broke while stopping.", retry=True)

    running.refresh_from_db()
    assert (running.state, running.reason) == ("failed", "It broke while stopping.")


@pytest.mark.django_db(transaction=True)
def test_a_running_handler_learns_of_a_stop_within_half_a_second():
    job = enqueue("watches", "w:1")
    asked: list[float] = []

    def ask() -> None:
        while not Job.objects.filter(state="running").exists():
            time.sleep(0.01)
        # By now the handler has looked at least once.
        time.sleep(0.2)
        assert request_stop(job.pk)
        asked.append(time.monotonic())
        connections.close_all()

    thread = threading.Thread(target=ask)
    thread.start()
    assert work_one("light", raising=True) is not None
    ended = time.monotonic()
    thread.join()

    assert ended - asked[0] < 1
    assert handlers.log == ["w:1"]


@pytest.mark.django_db
def test_entering_the_lease_again_gives_the_same_one():
    enqueue("works", "w:1")
    job = take("light", "here:1")

    with kept(job) as outer:
        with kept(job) as inner:
            assert inner is outer
        assert not outer.lost
        assert not outer.stop_requested


def test_sigterm_interrupts_once_only():
    with interruptible() as interrupt:
        with pytest.raises(Interrupted):
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
        assert interrupt.wanted


@pytest.mark.django_db(transaction=True)
def test_sigterm_waits_for_the_end_of_a_transaction():
    with interruptible() as interrupt:
        with transaction.atomic():
            os.kill(os.getpid(), signal.SIGTERM)
            assert interrupt.wanted
        with pytest.raises(Interrupted):
            knock_again()


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_a_stopping_worker_gives_its_job_back_uncounted():
    enqueue("watches", "w:1")

    def stop_when_running() -> None:
        while not Job.objects.filter(state="running").exists():
            time.sleep(0.01)
        connections.close_all()
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=stop_when_running)
    thread.start()
    with pytest.raises(SystemExit):
        turn("light")
    thread.join()

    job = Job.objects.get()
    assert (job.state, job.attempt, job.token) == ("queued", 0, None)
    assert handlers.log == []


def test_work_that_hears_nothing_is_cut_off(monkeypatch):
    ends: list[int] = []
    monkeypatch.setattr(os, "_exit", ends.append)
    monkeypatch.setattr("jobs.interrupt.PATIENCE", 0.1)
    with interruptible():
        with pytest.raises(Interrupted):
            os.kill(os.getpid(), signal.SIGTERM)
        knock_again()
        assert ends == []
        time.sleep(0.15)
        knock_again()
        assert ends == [1]
