"""Starting a run from the page: once, with the settings of the form."""

from collections.abc import Mapping
from pathlib import Path

from django.test import Client

from accounts.models import User
from jobs.models import Job
from projects.models import Project
from tests.training.finished import done
from training.models import Run
from training.services import start_run

FORM: Mapping[str, object] = {
    "architecture": "dense",
    "layer_units": ["32", "16"],
    "layer_activation": ["relu", "tanh"],
    "epochs": "7",
    "learning_rate": "0.01",
    "idempotency_key": "a-key",
}


def test_the_form_becomes_a_run(digits: Project, carol: User, carol_client: Client) -> None:
    answer = carol_client.post(f"/p/{digits.slug}/train/", FORM)
    run = Run.objects.get()
    assert answer["Location"] == f"/runs/{run.pk}/"
    assert (run.user, run.number, run.state) == (carol, 1, Run.State.QUEUED)
    assert run.settings["layers"] == [
        {"units": 32, "activation": "relu"},
        {"units": 16, "activation": "tanh"},
    ]
    assert (run.settings["epochs"], run.settings["learning_rate"]) == (7, 0.01)
    # What the form left empty is the best recipe.
    assert run.settings["loss"] == "CrossEntropy"
    job = Job.objects.get()
    assert (job.key, job.slot, job.user) == (f"run:{run.pk}", "training", carol.pk)


def test_sent_twice_it_is_one_run(digits: Project, carol_client: Client) -> None:
    first = carol_client.post(f"/p/{digits.slug}/train/", FORM)
    second = carol_client.post(f"/p/{digits.slug}/train/", FORM)
    assert first["Location"] == second["Location"]
    assert Run.objects.count() == Job.objects.count() == 1


def test_another_run_under_the_same_key_is_a_conflict(
    digits: Project, carol_client: Client
) -> None:
    carol_client.post(f"/p/{digits.slug}/train/", FORM)
    assert carol_client.post(f"/p/{digits.slug}/train/", {**FORM, "epochs": "8"}).status_code == 409
    assert Run.objects.count() == 1


def test_numbers_count_within_the_project(digits: Project, birds: Project, carol: User) -> None:
    runs = [
        start_run(project=project, user=carol, architecture="dense", settings={})
        for project in (digits, birds, digits)
    ]
    assert [run.number for run in runs] == [1, 1, 2]


def test_layers_come_and_go_without_scripts(digits: Project, carol_client: Client) -> None:
    page = carol_client.post(f"/p/{digits.slug}/train/", {**FORM, "change": "add"})
    assert page.status_code == 200
    assert page.content.decode().count('name="layer_units"') == 3 + 1  # one in the template
    page = carol_client.post(f"/p/{digits.slug}/train/", {**FORM, "change": "remove-1"})
    assert page.content.decode().count('name="layer_units"') == 1 + 1
    assert 'value="16"' in page.content.decode()
    for odd in ("remove-", "remove-99", "remove-x", "", "explode", "remove-" + "9" * 5000):
        assert carol_client.post(f"/p/{digits.slug}/train/", {**FORM, "change": odd}).status_code
    assert not Run.objects.exists()


def test_choosing_a_network_shows_its_settings(digits: Project, carol_client: Client) -> None:
    sent = {**FORM, "architecture": "lstm", "change": "architecture"}
    answer = carol_client.post(f"/p/{digits.slug}/train/", sent)
    assert answer["Location"] == f"/p/{digits.slug}/train/?architecture=lstm"
    assert b"Direction" in carol_client.get(answer["Location"]).content


def test_the_best_recipe_is_filled_in(
    digits: Project, carol: User, carol_client: Client, tmp_path: Path
) -> None:
    good = done(digits, carol, tmp_path, score=0.95)
    Run.objects.filter(pk=good.pk).update(settings={**good.settings, "epochs": 33})
    done(digits, carol, tmp_path, score=0.5)
    page = carol_client.get(f"/p/{digits.slug}/train/?architecture=dense").content.decode()
    assert 'value="33"' in page
    assert f'<a href="/runs/{good.pk}/">run 1</a>' in page


def test_what_is_wrong_with_a_hidden_field_is_said_too(
    digits: Project, carol_client: Client
) -> None:
    page = carol_client.post(f"/p/{digits.slug}/train/", {**FORM, "idempotency_key": "k" * 65})
    assert page.status_code == 422
    assert "at most 64 characters" in page.text


def test_a_layer_without_its_activation_is_not_dropped(
    digits: Project, carol_client: Client
) -> None:
    page = carol_client.post(
        f"/p/{digits.slug}/train/", {**FORM, "layer_units": ["8", "4"], "layer_activation": "relu"}
    )
    assert page.status_code == 422
    assert "layer 2: activation is none of" in page.text
    assert not Run.objects.exists()
