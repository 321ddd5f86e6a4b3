"""How long a training takes is said beforehand, and what it took can be compared afterwards."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from jobs.models import Job, WorkerBeat
from jobs.queries import place_of_next
from jobs.services import enqueue
from projects.models import Project
from tests.jobs_turning import TurnQueue
from tests.training.finished import done
from training.engine.architectures import architecture_named
from training.estimates import (
    Load,
    Past,
    Span,
    calculated,
    expected,
    load_of,
    span_from,
)
from training.models import Run
from training.queries import expected_span, past_runs, readiness, told_span
from training.services import start_preset
from training.spans import span

#: What was told may be off by this factor at either end: other work runs on the same machine.
FACTOR = 3.0
SETTINGS = {"epochs": 40, "patience": 6, "batch_size": 32, "test_ratio": 0.2, "refit": "no"}
LOAD = Load("flat", 1_000, 10_000, 1, SETTINGS)


def brackets(told: Span, seconds: float) -> bool:
    return told.low / FACTOR <= seconds <= told.high * FACTOR


@pytest.mark.long
def test_real_trainings_take_as_long_as_was_said(
    digits: Project, birds: Project, carol: User, turn_queue: TurnQueue
) -> None:
    took = []
    # The first one is told by calculation alone, the second by how the first went.
    for project in (birds, digits):
        run = start_preset(project=project, user=carol, preset="quick")
        told = told_span(run)
        assert told is not None
        turn_queue("training")
        run.refresh_from_db()
        assert run.started
        assert run.finished
        took.append(((run.finished - run.started).total_seconds(), told))
    assert [one for one in took if not brackets(one[1], one[0])] == []
    assert [told.measured for _seconds, told in took] == [0, 1]
    # A promise that has nothing to do with it would be seen.
    for seconds, told in took:
        assert not brackets(Span(told.low / 200, told.high / 200, 0), seconds)
        assert not brackets(Span(told.low * 200, told.high * 200, 0), seconds)


def test_more_work_takes_longer() -> None:
    larger = Load("flat", 1_000, 2_000_000, 1, SETTINGS)
    longer = Load("flat", 100_000, 10_000, 1, SETTINGS)
    again = Load("flat", 1_000, 10_000, 1, {**SETTINGS, "refit": "yes"})
    steps = Load("steps", 1_000, 10_000, 50, SETTINGS)
    assert calculated(LOAD, 20) < calculated(LOAD, 40)
    for load in (larger, longer, again, steps):
        assert calculated(load, 40) > calculated(LOAD, 40)


def test_patience_can_end_it_early() -> None:
    # After the first epoch six without progress, and then half as many at the lower rate.
    assert LOAD.fewest_epochs == 1 + 6 + 3
    told = expected(LOAD, [])
    assert told.low < calculated(LOAD, 10) < calculated(LOAD, 40) < told.high


def test_measured_trainings_move_and_narrow_the_range() -> None:
    slow = [Past(LOAD, 40, 8 * calculated(LOAD, 40)) for _ in range(5)]
    unmeasured, once, often = (expected(LOAD, past) for past in ([], slow[:1], slow))
    assert once.low > unmeasured.low * 5
    assert often.high / often.low < once.high / once.low < unmeasured.high / unmeasured.low
    assert often.low < 8 * calculated(LOAD, 40) < often.high


def test_a_busy_machine_is_slower_while_nothing_was_measured() -> None:
    assert expected(LOAD, [], busy=5.0).high == pytest.approx(5 * expected(LOAD, []).high)
    assert expected(LOAD, [], busy=0.2) == expected(LOAD, [])
    measured = [Past(LOAD, 40, 4.0)]
    assert expected(LOAD, measured, busy=5.0) == expected(LOAD, measured)


def test_trainings_alike_tell_how_many_epochs_it_takes() -> None:
    long = Load("flat", 1_000, 10_000, 1, {**SETTINGS, "epochs": 200})
    alike = [Past(long, 50, calculated(long, 50)) for _ in range(4)]
    other = Load("flat", 1_000, 10_000, 1, {**SETTINGS, "epochs": 60})
    unlike = [Past(other, 50, calculated(other, 50)) for _ in range(4)]
    assert expected(long, alike).high < expected(long, unlike).high / 1.5


def test_a_project_without_runs_hears_the_rest_of_the_site(
    digits: Project, birds: Project, carol: User, tmp_path: Path
) -> None:
    ready = readiness(digits)
    assert ready.schema is not None
    dense = architecture_named("dense")
    settings = dense.default_settings(ready.schema, ready.rows)
    before = expected_span(digits, dense, ready.schema, ready.rows, settings)
    assert before.measured == 0
    run = done(birds, carol, tmp_path)
    began = timezone.now() - timedelta(hours=1)
    Run.objects.filter(pk=run.pk).update(started=began, finished=began + timedelta(minutes=9))
    after = expected_span(digits, dense, ready.schema, ready.rows, settings)
    assert (after.measured, after.low > before.high) == (1, True)


def test_runs_that_somebody_stopped_tell_nothing(
    digits: Project, carol: User, tmp_path: Path
) -> None:
    run = done(digits, carol, tmp_path)
    assert len(past_runs(digits, architecture_named("dense"))) == 1
    Run.objects.filter(pk=run.pk).update(stopped_early=True)
    assert past_runs(digits, architecture_named("dense")) == []


def test_a_run_says_what_it_took_beside_what_was_said(
    digits: Project, carol: User, erin_client: Client, tmp_path: Path
) -> None:
    run = done(digits, carol, tmp_path)
    Job.objects.update(payload={"run": run.pk, "expected": "21.4 38.0 5"})
    began = timezone.now() - timedelta(hours=1)
    Run.objects.update(started=began, finished=began + timedelta(seconds=34))
    for address in (f"/runs/{run.pk}/", f"/models/{run.trained.pk}/"):
        assert "Took 34 s (estimated 20–40 s)." in erin_client.get(address).content.decode()
    Job.objects.update(payload={"run": run.pk})
    assert "Took 34 s." in erin_client.get(f"/runs/{run.pk}/").content.decode()


@pytest.mark.parametrize("odd", [None, "", "1 2", "1 2 3 4", "a b c", [1, 2, 3], 7])
def test_what_is_no_span_is_none(odd: object) -> None:
    assert span_from(odd) is None


def test_a_span_survives_its_job() -> None:
    assert span_from(str(Span(1.25, 30.0, 4))) == Span(1.2, 30.0, 4)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.2, 0.4, "1 s"),
        (2.4, 7.2, "2–8 s"),
        (21.4, 38.0, "20–40 s"),
        (30.0, 200.0, "30 s to 4 min"),
        (61.0, 118.0, "1–2 min"),
        (100.0, 110.0, "1–2 min"),
        (121.0, 179.0, "2–3 min"),
        (60.0, 95.0, "1–2 min"),
    ],
)
def test_a_span_is_rounded_outwards(low: float, high: float, words: str) -> None:
    assert span(low, high) == words


@pytest.fixture
def queued(carol: User, alice: User) -> Callable[[int], None]:
    """Put so many trainings of alice into the queue, with a worker at hand."""

    def put(count: int) -> None:
        WorkerBeat.objects.get_or_create(
            worker="here:1", defaults={"slot": "training", "at": timezone.now()}
        )
        for number in range(count):
            enqueue("train", f"run:{9_000 + number}", user_id=alice.pk, payload={"run": 0})

    return put


def test_who_comes_next_is_known_before_pressing(
    digits: Project, carol: User, alice: User, queued: Callable[[int], None]
) -> None:
    queued(3)
    # People take turns: carol comes after alice's first, alice after her own three.
    assert place_of_next("train", carol.pk).position == 2
    assert place_of_next("train", alice.pk).position == 4


def test_the_page_says_what_comes_before(
    digits: Project, carol_client: Client, alice_client: Client, queued: Callable[[int], None]
) -> None:
    queued(3)
    page = carol_client.get(f"/p/{digits.slug}/train/").content.decode()
    assert "1 run comes before yours" in page
    assert (
        "3 runs come before yours" in alice_client.get(f"/p/{digits.slug}/train/").content.decode()
    )


def test_a_waiting_run_says_how_long_it_takes_then(
    digits: Project, carol: User, carol_client: Client
) -> None:
    run = start_preset(project=digits, user=carol, preset="quick")
    page = carol_client.get(f"/runs/{run.pk}/").content.decode()
    told = told_span(run)
    assert told is not None
    assert f"Then it takes {span(told.low, told.high)}." in page
    assert "Cancel the run" in page


def test_what_a_run_has_to_do_follows_from_its_settings(strokes: Project) -> None:
    schema = readiness(strokes).schema
    assert schema is not None
    lstm = architecture_named("lstm")
    load = load_of(lstm, schema, 60, lstm.default_settings(schema, 60))
    assert (load.layout, load.steps, load.rows) == ("steps", 8, 60)
