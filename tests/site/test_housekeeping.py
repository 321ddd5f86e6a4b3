"""What grows by itself is cut back; one task that fails does not hold up the others."""

import threading
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.idempotency import once
from accounts.models import IdempotencyKey, User
from crowdcontrolled import housekeeping
from tests.cast import client_of


@pytest.fixture(autouse=True)
def kept_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own transaction lives on the connections that a round would close."""
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)


def test_a_round_forgets_keys_and_sessions(alice: User, bob: User):
    once(alice, "old", {}, dict)
    IdempotencyKey.objects.update(created=timezone.now() - timedelta(hours=49))
    client_of(alice)
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    client_of(bob)
    housekeeping.tidy()
    assert not IdempotencyKey.objects.exists()
    assert Session.objects.count() == 1


def test_every_task_is_there():
    tasks = (*housekeeping.TASKS, *housekeeping.OFTEN)
    assert all(callable(import_string(task)) for task in tasks)


def test_what_falls_due_by_the_clock_is_looked_for_before_the_hour_is_over(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(housekeeping, "MINUTE", 0.01)
    stop = threading.Event()
    done: list[tuple[str, ...]] = []

    def do(tasks: tuple[str, ...]) -> None:
        done.append(tasks)
        if len(done) == 3:
            stop.set()

    monkeypatch.setattr(housekeeping, "do_all", do)
    housekeeping.keep_tidy(stop)
    assert done == [housekeeping.OFTEN] * 3


def test_a_task_that_fails_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, alice: User
):
    once(alice, "old", {}, dict)
    IdempotencyKey.objects.update(created=timezone.now() - timedelta(hours=49))
    monkeypatch.setattr(housekeeping, "TASKS", ("no.such.task", *housekeeping.TASKS))
    housekeeping.tidy()
    assert not IdempotencyKey.objects.exists()
    assert "no.such.task did not finish" in caplog.text


def test_it_ends_when_it_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(housekeeping, "FIRST_AFTER", 0.01)
    stop = threading.Event()
    monkeypatch.setattr(housekeeping, "tidy", stop.set)
    housekeeping.keep_tidy(stop)
    assert stop.is_set()
