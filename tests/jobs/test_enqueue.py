"""Wishing for a job."""

import pytest
from django.db import transaction
from django_q.conf import Conf

from jobs import bell
from jobs.models import Job
from jobs.services import enqueue

pytestmark = pytest.mark.django_db


def test_a_wish_is_a_queued_row_in_the_slot_of_its_kind():
    job = enqueue("trains", "train:1", user_id=7, payload={"run": 1})

    row = Job.objects.get()
    assert row == job
    assert (row.state, row.slot, row.user, row.payload) == ("queued", "training", 7, {"run": 1})
    assert (row.attempt, row.max_attempts, row.token) == (0, 3, None)


def test_the_same_key_is_the_same_job():
    first = enqueue("works", "import:4", payload={"upload": 4})
    second = enqueue("works", "import:4", payload={"upload": 5})

    assert second == first
    assert second.payload == {"upload": 4}
    assert Job.objects.count() == 1


def test_a_rolled_back_wish_leaves_nothing():
    def act():
        with transaction.atomic():
            enqueue("works", "import:4")
            assert Job.objects.exists()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()

    assert not Job.objects.exists()


@pytest.mark.parametrize("value", [1.5, "x" * 201, [1, 2], {"a": 1}, b"bytes"])
def test_payloads_hold_only_ids_and_short_strings(value):
    with pytest.raises(ValueError, match="Payload 'thing': only ids"):
        enqueue("works", "import:4", payload={"thing": value})

    assert not Job.objects.exists()


def test_an_unknown_kind_is_a_mistake():
    with pytest.raises(LookupError, match="'dances'"):
        enqueue("dances", "dance:1")


@pytest.mark.django_db(databases="__all__")
class TestBell:
    def test_it_rings_after_the_commit(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            enqueue("works", "import:4")
            assert bell.unheard("light") == 0

        assert bell.unheard("light") == 1
        assert bell.unheard("training") == 0

    def test_the_same_key_rings_once(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            enqueue("works", "import:4")
            enqueue("works", "import:4")

        assert bell.unheard("light") == 1

    def test_a_bell_that_is_still_waiting_is_enough(self):
        assert bell.ring_once("training")
        assert bell.ring_once("training")

        assert bell.unheard("training") == 1


def test_a_broken_bell_harms_no_wish(django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr(Conf, "ORM", "nowhere")

    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue("works", "import:4")

    job.refresh_from_db()
    assert job.state == "queued"
    assert not bell.ring_once("light")
