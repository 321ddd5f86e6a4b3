"""One run from the wish to its model, by the real engine in a real subprocess."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from accounts.models import User
from jobs.models import Job
from projects.models import Activity, Project
from tests.training.conftest import Trained
from training.models import Run
from training.queries import board, confusion_cells


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
