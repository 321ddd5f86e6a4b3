"""Three presets: valid for any data, ordered by what they cost, started by one press."""

import pytest
from django.test import Client

from accounts.models import User
from jobs.models import Job
from projects.models import Project
from tests.cast import client_of
from tests.projects_in_use import published, seed_fields, seeded
from training.engine.architectures import default_architecture
from training.engine.settings import check_settings
from training.estimates import START_SECONDS, calculated, load_of
from training.models import Run
from training.presets import PRESETS, preset_named
from training.queries import readiness
from training.services import start_run

PROJECTS = ("digits", "penguins", "strokes")


@pytest.mark.parametrize("name", PROJECTS)
def test_every_preset_fits_and_each_costs_more(name: str, request: pytest.FixtureRequest) -> None:
    ready = readiness(request.getfixturevalue(name))
    assert ready.schema is not None
    architecture = default_architecture(ready.schema)
    costs = []
    for preset in PRESETS:
        settings = preset.settings_for(architecture, ready.schema, ready.rows)
        assert check_settings(architecture, settings, ready.schema, ready.rows) == settings
        load = load_of(architecture, ready.schema, ready.rows, settings)
        costs.append(calculated(load, load.epochs) - START_SECONDS)
    assert costs == sorted(costs)
    assert costs[0] < costs[2] / 2


@pytest.mark.parametrize("name", PROJECTS)
def test_a_large_table_takes_fewer_epochs_not_the_whole_day(
    name: str, request: pytest.FixtureRequest
) -> None:
    schema = readiness(request.getfixturevalue(name)).schema
    assert schema is not None
    architecture = default_architecture(schema)
    for preset in PRESETS:
        settings = preset.settings_for(architecture, schema, 300_000)
        check_settings(architecture, settings, schema, 300_000)
        load = load_of(architecture, schema, 300_000, settings)
        assert settings["epochs"] == 1 or calculated(load, load.epochs) <= preset.seconds


def test_the_page_offers_each_with_its_time(
    digits: Project, carol_client: Client, erin_client: Client
) -> None:
    page = carol_client.get(f"/p/{digits.slug}/train/").content.decode()
    for preset in PRESETS:
        assert f'name="preset" value="{preset.key}"' in page
        assert preset.trade in page
    assert page.count("about ") >= len(PRESETS)
    assert "Nobody is waiting: a run starts at once." in page
    open_page = erin_client.get(f"/p/{digits.slug}/train/").content.decode()
    assert 'name="preset"' not in open_page
    assert open_page.count("Sign in to train") == len(PRESETS) + 1


def press(client: Client, project: Project, preset: str, key: str = "one-press") -> object:
    sent = {"preset": preset, "idempotency_key": key}
    return client.post(f"/p/{project.slug}/train/", sent)


@pytest.mark.parametrize("preset", [preset.key for preset in PRESETS])
def test_one_press_starts_it(
    preset: str, strokes: Project, carol: User, carol_client: Client
) -> None:
    press(carol_client, strokes, preset)
    run = Run.objects.get()
    ready = readiness(strokes)
    assert ready.schema is not None
    wanted = preset_named(preset).settings_for(
        default_architecture(ready.schema), ready.schema, ready.rows
    )
    assert (run.preset, run.architecture, run.settings) == (preset, "lstm", wanted)
    assert (run.user, run.epochs, run.parent) == (carol, wanted["epochs"], None)


def test_pressed_twice_it_is_one_run(digits: Project, carol_client: Client) -> None:
    first, second = (press(carol_client, digits, "quick") for _ in range(2))
    assert first["Location"] == second["Location"]  # type: ignore[index]
    assert Run.objects.count() == Job.objects.count() == 1


def test_another_preset_under_the_same_key_is_a_conflict(
    digits: Project, carol_client: Client
) -> None:
    press(carol_client, digits, "quick")
    assert press(carol_client, digits, "solid").status_code == 409  # type: ignore[attr-defined]
    assert Run.objects.count() == 1


def test_a_preset_that_is_none_is_refused_by_name(digits: Project, carol_client: Client) -> None:
    answer = carol_client.post(f"/p/{digits.slug}/train/", {"preset": "overnight"})
    assert answer.status_code == 400
    assert "Choose one of these: Quick, Solid, Careful." in answer.content.decode()
    assert not Run.objects.exists()


def test_too_few_rows_and_strangers_start_nothing(
    alice: User, bob: User, carol: User, dave: User
) -> None:
    few = seeded(alice, bob, carol, "digits", rows=12)
    assert press(client_of(carol), few, "quick").status_code == 409  # type: ignore[attr-defined]
    Project.objects.filter(pk=few.pk).update(visibility="private")
    assert press(client_of(dave), few, "quick").status_code == 404  # type: ignore[attr-defined]
    assert "/login/" in press(client_of(None), few, "quick")["Location"]  # type: ignore[index]
    assert not Run.objects.exists()


def test_an_empty_project_shows_presets_and_what_is_missing(
    alice: User, carol_client: Client
) -> None:
    empty = published(alice, "Empty", seed_fields("digits"))
    page = carol_client.get(f"/p/{empty.slug}/train/").content.decode()
    assert "20 datapoints are enough to start; there are 0." in page
    assert page.count('value="quick" disabled') == 1


def test_settings_of_a_preset_or_a_run_are_filled_in(
    digits: Project, carol: User, carol_client: Client
) -> None:
    address = f"/p/{digits.slug}/train/"
    shut = carol_client.get(address).content.decode()
    assert "<details><summary><h3>All settings" in shut
    filled = carol_client.get(f"{address}?preset=quick").content.decode()
    assert "<details open><summary><h3>All settings" in filled
    assert 'name="epochs" value="30"' in filled
    run = start_run(project=digits, user=carol, architecture="dense", settings={"epochs": 17})
    cloned = carol_client.get(f"{address}?from={run.pk}").content.decode()
    assert 'name="epochs" value="17"' in cloned
    assert f'name="parent" value="{run.pk}"' in cloned


@pytest.mark.parametrize("odd", ["x", "99999999999999999999", "0", "-1", "1e3", ""])
def test_an_odd_beginning_changes_nothing(odd: str, digits: Project, carol_client: Client) -> None:
    for name in ("from", "preset"):
        assert carol_client.get(f"/p/{digits.slug}/train/", {name: odd}).status_code == 200
    sent = {"architecture": "dense", "epochs": "3", "parent": odd}
    carol_client.post(f"/p/{digits.slug}/train/", sent)
    assert Run.objects.get().parent is None


def test_the_run_it_began_with_is_remembered(
    digits: Project, birds: Project, carol: User, carol_client: Client
) -> None:
    mine = start_run(project=digits, user=carol, architecture="dense", settings={"epochs": 5})
    other = start_run(project=birds, user=carol, architecture="dense", settings={"epochs": 5})
    Job.objects.update(state="cancelled", finished_at=mine.created)
    Run.objects.update(state=Run.State.CANCELLED)
    for parent, kept in ((mine, mine), (other, None)):
        sent = {"architecture": "dense", "epochs": "6", "parent": str(parent.pk)}
        carol_client.post(f"/p/{digits.slug}/train/", sent)
        assert Run.objects.latest("pk").parent == kept
