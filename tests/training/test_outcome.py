"""What came of a run: said in plain words, with one thing to try, which one press starts."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from datasets.models import Contribution
from datasets.services import withdraw
from projects.models import Project
from tests.cast import client_of
from tests.projects_in_use import add_records, published, seed_fields, seed_records
from tests.training.conftest import Trained
from tests.training.finished import begun, done
from training.models import EpochPoint, Run
from training.queries import advice_of, confused_most, trained_alike
from training.services import start_run
from training.views.outcome import of_hundred, outcome_of, worst_cases

BUTTON = 'name="rule" value="'


@pytest.fixture
def quick(digits: Project, carol: User, tmp_path: Path) -> Run:
    """A finished quick look, whose whole recipe comes next."""
    run = done(digits, carol, tmp_path)
    Run.objects.filter(pk=run.pk).update(preset="quick", rows={"test": 20})
    run.refresh_from_db()
    return run


def press(client: Client, run: Run, rule: str = "quick", key: str = "one") -> object:
    return client.post(f"/runs/{run.pk}/next/", {"rule": rule, "idempotency_key": key})


def test_it_says_what_it_does_better_than_guessing(
    quick: Run, erin_client: Client, carol_client: Client
) -> None:
    for address in (f"/runs/{quick.pk}/", f"/models/{quick.trained.pk}/"):
        page = erin_client.get(address).content.decode()
        assert "Right 90 of 100 times. Guessing the most common class is right 10 of 100" in page
        assert "Judged on 20 rows that training never saw; the 95 % interval goes from" in page
        assert "Most often confused:" in page
        assert page.count('<ul class="cases">') == 1
        assert BUTTON not in page
        assert "Sign in: Train with Solid" in page
        assert carol_client.get(address).content.decode().count(BUTTON) == 1


def test_no_better_than_guessing_is_said(
    digits: Project, carol: User, tmp_path: Path, erin_client: Client
) -> None:
    run = done(digits, carol, tmp_path, score=0.1)
    page = erin_client.get(f"/runs/{run.pk}/").content.decode()
    assert "Right 10 of 100 times, no better than guessing" in page


def test_a_run_without_a_score_says_so(
    digits: Project, carol: User, tmp_path: Path, erin_client: Client
) -> None:
    run = done(digits, carol, tmp_path, score=None)
    assert "nobody knows how good it is" in erin_client.get(f"/runs/{run.pk}/").content.decode()


@pytest.mark.long
def test_a_number_is_judged_in_its_own_unit(
    alice: User, carol: User, erin_client: Client, trained: Trained
) -> None:
    fields = [
        replace(field, role="target", required=False) if field.name == "body_mass_g" else field
        for field in seed_fields("penguins")
        if field.name != "species"
    ]
    project = published(alice, "Weights", fields, task=Project.Task.REGRESSION)
    names = {field.name for field in fields}
    records = [{k: v for k, v in row.items() if k in names} for row in seed_records("penguins", 90)]
    add_records(project, carol, [row for row in records if row["body_mass_g"] is not None])
    run = trained(project, carol, epochs=30)
    assert run.low is not None
    assert run.score is not None
    assert run.high is not None
    assert run.low < run.score < run.high
    page = erin_client.get(f"/runs/{run.pk}/").content.decode()
    assert " g. Always guessing the mean is off by" in page or "no better than always" in page
    assert "Where it fails most" in page
    cases = worst_cases(run)
    assert len(cases) == 3
    assert all(case.mistake.prediction != case.mistake.target for case in cases)


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "0"), (0.001, "1"), (0.934, "93"), (0.999, "99"), (1.0, "100")]
)
def test_only_all_are_a_hundred(share: float, shown: str) -> None:
    assert of_hundred(share) == shown


def test_one_press_starts_what_is_suggested(
    quick: Run, digits: Project, carol: User, carol_client: Client
) -> None:
    advice = advice_of(quick)
    assert advice is not None
    answer = press(carol_client, quick)
    run = Run.objects.exclude(pk=quick.pk).get()
    assert answer["Location"] == f"/runs/{run.pk}/"  # type: ignore[index]
    assert (run.parent, run.preset, run.settings) == (quick, "solid", advice.settings)
    assert f"follows run {quick.number}" in carol_client.get(f"/runs/{run.pk}/").content.decode()


def test_pressed_twice_or_by_another_it_is_the_same_run(
    quick: Run, carol_client: Client, dave_client: Client
) -> None:
    first = press(carol_client, quick)
    again = press(carol_client, quick)
    other = press(dave_client, quick, key="another")
    places = {answer["Location"] for answer in (first, again, other)}  # type: ignore[index]
    assert len(places) == 1
    assert Run.objects.count() == 2


def test_what_was_started_is_not_suggested_again(
    quick: Run, carol_client: Client, digits: Project, carol: User
) -> None:
    press(carol_client, quick)
    advice = advice_of(quick)
    assert advice is not None
    assert advice.rule != "quick"
    # A cancelled one was not trained: then it may be tried.
    Run.objects.exclude(pk=quick.pk).update(state=Run.State.CANCELLED)
    again = advice_of(quick)
    assert again is not None
    assert again.rule == "quick"


def test_on_newer_data_old_settings_may_be_tried_again(
    digits: Project, carol: User, tmp_path: Path
) -> None:
    first = done(digits, carol, tmp_path)
    assert trained_alike(first, dict(first.settings)) == first
    add_records(digits, carol, seed_records("digits", 70)[60:])
    second = done(digits, carol, tmp_path)
    assert second.snapshot is not None
    assert second.snapshot.number == 2
    Run.objects.filter(pk=second.pk).update(settings={**second.settings, "epochs": 99})
    assert trained_alike(second, dict(first.settings)) is None
    assert trained_alike(first, {**first.settings, "epochs": 99}) == second


@pytest.mark.parametrize("rule", ["", "no-such", "more_data", "unstable", "x" * 5000])
def test_what_does_not_follow_is_refused(rule: str, quick: Run, carol_client: Client) -> None:
    answer = press(carol_client, quick, rule)
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert Run.objects.count() == 1


def test_nothing_follows_from_a_run_that_is_not_done(
    digits: Project, carol: User, carol_client: Client
) -> None:
    run, _job = begun(digits, carol)
    assert outcome_of(run) is None
    assert press(carol_client, run).status_code == 409  # type: ignore[attr-defined]
    page = carol_client.get(f"/runs/{run.pk}/").content.decode()
    assert "What came of it" not in page


def test_who_may_not_train_starts_nothing(quick: Run, dave_client: Client) -> None:
    assert "/login/" in press(client_of(None), quick)["Location"]  # type: ignore[index]
    Project.objects.update(visibility="private")
    assert press(dave_client, quick).status_code == 404  # type: ignore[attr-defined]
    assert dave_client.get(f"/runs/{quick.pk}/next/").status_code in (404, 405)
    assert Run.objects.count() == 1


def test_the_daily_limit_holds_for_suggestions(
    quick: Run, carol_client: Client, digits: Project, carol: User
) -> None:
    for epochs in (11, 12, 13):
        start_run(project=digits, user=carol, architecture="dense", settings={"epochs": epochs})
    answer = press(carol_client, quick)
    assert answer.status_code == 429  # type: ignore[attr-defined]
    assert Run.objects.count() == 4


def test_rows_that_are_gone_are_not_shown(quick: Run, carol: User) -> None:
    assert worst_cases(quick)
    pair = confused_most(quick)
    assert pair is not None
    assert 0 < pair.times <= pair.rows
    assert pair.true != pair.taken
    for contribution in Contribution.objects.filter(project=quick.project):
        withdraw(contribution, contribution.user)
    assert worst_cases(quick) == []


@pytest.mark.long
def test_a_real_quick_run_is_told_and_can_be_followed(
    birds: Project, carol: User, carol_client: Client, trained: Trained
) -> None:
    run = trained(birds, carol, epochs=3)
    assert EpochPoint.objects.filter(run=run).count() == 3
    assert run.skill is not None
    told = outcome_of(run)
    assert told is not None
    assert told.verdict.startswith("Right ")
    assert told.advice is not None
    assert told.advice.settings is not None
    press(carol_client, run, told.advice.rule)
    following = Run.objects.latest("pk")
    assert following.parent == run
    assert following.settings == told.advice.settings
    changed = {key for key in run.settings if run.settings[key] != following.settings[key]}
    assert len(changed) == 1
