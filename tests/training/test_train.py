"""One run from the wish to its model, by the real engine in a real subprocess."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from datasets.drafts import FieldDraft
from jobs.models import Job
from projects.models import Activity, Project
from tests.projects_in_use import add_records, published
from tests.training.conftest import Trained
from training.models import Run
from training.predictor import predictor
from training.queries import board, confusion_cells, residuals


def test_it_leaves_a_model_and_its_figures(digits: Project, carol: User, trained: Trained) -> None:
    run = trained(digits, carol)
    assert run.state == Run.State.DONE, run.reason
    assert run.snapshot is not None
    assert run.snapshot.rows == 60
    assert sum(run.rows.values()) == 60
    assert run.score == run.metrics["test"]["accuracy"]
    assert run.points.count() == run.epoch == 4
    for name in ("model.safetensors", "model.json"):
        assert default_storage.exists(f"{run.trained.folder}/{name}")
    assert sum(map(sum, confusion_cells(run))) == run.rows["test"]
    assert [row.run_id for row in board(digits)] == [run.pk]
    assert Job.objects.get(key=f"run:{run.pk}").state == "done"
    assert Activity.objects.filter(project=digits, kind="model_trained", actor=carol).exists()
    assert not list(Path(settings.VAR, "work").glob("*/*"))


@pytest.mark.long
def test_a_number_is_learned_too(alice: User, trained: Trained, alice_client: Client) -> None:
    fields = [
        FieldDraft(name="days", kind="number", role="feature", options={}),
        FieldDraft(name="litres", kind="number", role="target", options={}, unit="l"),
    ]
    project = published(alice, "Tomatoes", fields, task=Project.Task.REGRESSION)
    add_records(project, alice, [{"days": n, "litres": 2.0 * n + 1} for n in range(60)])
    run = trained(project, alice, epochs=30, learning_rate=0.05)
    assert run.state == Run.State.DONE, run.reason
    assert run.score == run.metrics["test"]["rmse"]
    truth, predicted = residuals(run)
    assert len(truth) == len(predicted) == run.rows["test"]
    assert run.baseline["loss"] == 1.0
    page = alice_client.get(f"/models/{run.trained.pk}/").content.decode()
    assert "Predicted against true" in page
    assert "RMSE" in page
    predictor.close()
