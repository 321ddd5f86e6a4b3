"""Every page of training shows, in each state, to each reader."""

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from projects.models import Project
from tests.cast import client_of
from tests.training.finished import begun, done
from training import services
from training.models import EpochPoint, Run


@pytest.mark.parametrize("fixture", ["digits", "penguins", "strokes"])
def test_the_train_page_shows_to_everybody(
    fixture: str, request: pytest.FixtureRequest, erin_client: Client, carol: User
) -> None:
    project = request.getfixturevalue(fixture)
    for client in (erin_client, client_of(carol)):
        for query in ("", "?architecture=lstm", "?architecture=none", "?from=99999"):
            answer = client.get(f"/p/{project.slug}/train/{query}")
            assert answer.status_code == 200
            assert b"layer_units" in answer.content


def test_a_waiting_run_says_its_place(digits: Project, carol: User, carol_client: Client) -> None:
    run = services.start_run(project=digits, user=carol, architecture="dense", settings={})
    answer = carol_client.get(f"/runs/{run.pk}/").content.decode()
    assert "Next in the queue." in answer
    assert "Cancel the run" in answer


def test_a_training_run_shows_its_curve_without_scripts(
    digits: Project, carol: User, carol_client: Client, erin_client: Client
) -> None:
    run, _job = begun(digits, carol)
    EpochPoint.objects.bulk_create(
        EpochPoint(run=run, epoch=n, train_loss=3 / n, validation_loss=4 / n, metric=0.5)
        for n in (1, 2, 3)
    )
    Run.objects.filter(pk=run.pk).update(epoch=3)
    answer = carol_client.get(f"/runs/{run.pk}/").content.decode()
    assert '<svg class="plot"' in answer
    assert "Still improving: validation loss fell in 2 of the last 2 epochs." in answer
    assert "Stop and keep best" in answer
    assert "Stop and keep best" not in erin_client.get(f"/runs/{run.pk}/").content.decode()


def test_a_failed_run_says_why_and_what_to_do(
    digits: Project, carol: User, carol_client: Client
) -> None:
    run, _job = begun(digits, carol)
    services.fail(run.pk, "The loss became infinite in epoch 3: try a lower learning rate.")
    answer = carol_client.get(f"/runs/{run.pk}/").content.decode()
    assert "try a lower learning rate" in answer
    assert f"?from={run.pk}" in answer
    assert carol_client.get(f"/p/{digits.slug}/train/?from={run.pk}").status_code == 200


def test_a_finished_run_leads_to_its_model(
    digits: Project, carol: User, erin_client: Client, tmp_path: Path
) -> None:
    run = done(digits, carol, tmp_path)
    assert f"/models/{run.trained.pk}/" in erin_client.get(f"/runs/{run.pk}/").content.decode()
    page = erin_client.get(f"/models/{run.trained.pk}/").content.decode()
    assert "90.0" in page
    assert '<table class="confusion">' in page
    assert "Worst mistakes" in page
    board = erin_client.get(f"/p/{digits.slug}/models/").content.decode()
    assert f'data-run="{run.pk}"' in board


def test_an_empty_board_invites(digits: Project, erin_client: Client) -> None:
    page = erin_client.get(f"/p/{digits.slug}/models/").content.decode()
    assert "Nobody has trained on this yet." in page
    assert "20 datapoints are enough to start (there are 60)." in page
