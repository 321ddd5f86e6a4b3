"""The queue is fair, and tells the truth about it."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.models import Job, WorkerBeat
from jobs.order import fair_order
from jobs.queries import Place, position, queue_overview
from jobs.services import claim, enqueue
from tests.jobs.handlers import take

START = datetime(2026, 1, 1, tzinfo=UTC)
users = st.none() | st.integers(1, 4)


def test_people_take_turns_and_the_elder_wish_goes_first():
    waiting = [(1, 7), (2, 7), (3, 7), (4, 8), (5, 9)]

    assert fair_order(waiting, {}, {}) == [1, 4, 5, 2, 3]


def test_who_was_served_last_goes_last():
    served: dict[int | None, datetime] = {7: START + timedelta(hours=1), 8: START}

    assert fair_order([(1, 7), (2, 8), (3, 9)], {}, served) == [3, 2, 1]


def test_a_running_job_is_a_turn_had():
    assert fair_order([(1, 7), (2, 8), (3, 8)], {7: 1}, {7: START}) == [2, 1, 3]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(users, max_size=12),
    st.dictionaries(users, st.integers(0, 9), max_size=4),
)
def test_the_promised_order_is_what_happens(owners, past):
    """One worker plays the queue through, asking anew before each job as workers do."""
    waiting = list(enumerate(owners))
    served = {user: START + timedelta(seconds=second) for user, second in past.items()}
    promised = fair_order(waiting, {}, served)
    assert sorted(promised) == [job_id for job_id, _user in waiting]

    happened = []
    clock = START + timedelta(days=1)
    while waiting:
        job_id = fair_order(waiting, {}, served)[0]
        happened.append(job_id)
        clock += timedelta(seconds=1)
        served[dict(waiting)[job_id]] = clock
        waiting = [pair for pair in waiting if pair[0] != job_id]

    assert happened == promised


@settings(max_examples=50, deadline=None)
@given(st.lists(users, max_size=12), st.dictionaries(users, st.integers(0, 2), max_size=4))
def test_nobody_gets_two_turns_more_than_a_waiting_person(owners, running):
    waiting = list(enumerate(owners))
    turns = Counter(running)
    left = Counter(owners)
    for job_id in fair_order(waiting, running, {}):
        user = owners[job_id]
        assert all(turns[user] <= turns[other] for other in left if left[other])
        turns[user] += 1
        left[user] -= 1


def place(job: Job) -> Place:
    """Where the job stands, which must be somewhere."""
    found = position(job)
    assert found is not None
    return found


@pytest.mark.django_db
class TestPosition:
    def test_it_is_the_order_in_which_jobs_are_taken(self):
        jobs = [enqueue("works", f"w:{n}", user_id=n // 3) for n in range(6)]
        places = {job.key: place(job) for job in jobs}

        for number in range(6):
            taken = take("light", "here:1")
            assert places[taken.key].position == number + 1
            Job.objects.filter(pk=taken.pk).update(
                state="done", finished_at=timezone.now(), token=None
            )

    def test_it_ends_with_the_waiting(self):
        job = enqueue("works", "w:1")
        assert position(job) == Place(1, 1, None)
        claim("light", "here:1")
        assert position(job) is None

    def test_nobody_knows_the_start_without_experience_or_without_workers(self):
        first, second = enqueue("works", "w:1"), enqueue("works", "w:2")
        self.worker()
        assert place(first).starts_in_seconds == 0
        assert place(second).starts_in_seconds is None
        self.experience(10)
        WorkerBeat.objects.all().delete()
        assert place(first).starts_in_seconds is None

    def test_the_start_is_what_is_left_of_those_before(self):
        self.worker()
        self.experience(8, 10, 60)
        for number in range(3):
            enqueue("works", f"w:{number}")
        running = take("light", "here:1")
        started = timezone.now() - timedelta(seconds=4)
        Job.objects.filter(pk=running.pk).update(started_at=started)

        second, third = Job.objects.filter(state="queued").order_by("pk")

        assert place(second).starts_in_seconds == pytest.approx(6, abs=0.5)
        assert place(third).starts_in_seconds == pytest.approx(16, abs=0.5)

    def test_two_workers_halve_the_wait(self):
        self.worker()
        self.worker("here:2")
        self.experience(10)
        jobs = [enqueue("works", f"w:{n}") for n in range(4)]

        starts = [place(job).starts_in_seconds for job in jobs]

        assert starts == pytest.approx([0, 0, 10, 10], abs=0.5)

    def test_the_overview_counts(self):
        self.worker()
        enqueue("works", "w:1")
        enqueue("works", "w:2")
        enqueue("trains", "t:1")
        claim("light", "here:1")

        light = queue_overview("light")

        assert (light.queued, light.running, light.workers) == (1, 1, 1)
        assert light.last_beat is not None
        assert queue_overview("training").workers == 0

    def worker(self, name: str = "here:1") -> None:
        WorkerBeat.objects.create(slot="light", worker=name, at=timezone.now())

    def experience(self, *seconds: float) -> None:
        for number, value in enumerate(seconds):
            job = enqueue("works", f"past:{number}")
            Job.objects.filter(pk=job.pk).update(
                state="done", finished_at=timezone.now(), seconds=value
            )
