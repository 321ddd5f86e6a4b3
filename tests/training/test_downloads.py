"""What one can take along: weights, description and train.py, for whoever may read the project."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from projects.models import Project
from tests.training.conftest import Trained
from tests.training.finished import done
from training.engine.architectures import architecture_named
from training.engine.script import script_for
from training.models import Run, TrainedModel


@pytest.fixture
def run(digits: Project, carol: User, tmp_path: Path) -> Run:
    return done(digits, carol, tmp_path)


@pytest.mark.parametrize("name", ["model.safetensors", "model.json"])
def test_a_file_comes_whole_and_with_its_hash(run: Run, name: str, erin_client: Client) -> None:
    path = f"/models/{run.trained.pk}/files/{name}"
    answer = erin_client.get(path)
    content = answer.getvalue()
    assert hashlib.sha256(content).hexdigest() == run.trained.files[name]
    assert answer["ETag"] == f'"{run.trained.files[name]}"'
    assert answer["Content-Disposition"] == f'attachment; filename="digits-run1-{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    again = erin_client.get(path, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["predictions.parquet", "..", "stderr.log", "model.json.part"])
def test_nothing_else_is_served(run: Run, name: str, erin_client: Client) -> None:
    assert erin_client.get(f"/models/{run.trained.pk}/files/{name}").status_code == 404


def test_a_file_that_is_gone_is_missing(run: Run, erin_client: Client) -> None:
    TrainedModel.objects.update(folder="models/nowhere")
    assert erin_client.get(f"/models/{run.trained.pk}/files/model.json").status_code == 404


def test_the_script_is_the_engines_own(run: Run, erin_client: Client) -> None:
    answer = erin_client.get(f"/models/{run.trained.pk}/train.py")
    assert run.snapshot is not None
    expected = script_for(
        architecture_named("dense"),
        run.settings,
        run.snapshot.table_schema,
        run.number,
        run.metrics,
        "digits-v1.parquet",
        "2.13.0+cpu",
    )
    assert answer.content.decode() == expected
    assert answer["Content-Disposition"] == 'attachment; filename="train.py"'


@pytest.mark.long
def test_the_downloaded_script_repeats_the_run(
    digits: Project, carol: User, trained: Trained, erin_client: Client, tmp_path: Path
) -> None:
    run = trained(digits, carol, epochs=3, refit="yes")
    assert run.snapshot is not None
    script = erin_client.get(f"/models/{run.trained.pk}/train.py").content
    (tmp_path / "train.py").write_bytes(script)
    data = erin_client.get(f"/p/{digits.slug}/data/v{run.snapshot.number}.parquet")
    (tmp_path / "data.parquet").write_bytes(data.getvalue())
    found = subprocess.run(
        [sys.executable, "train.py", "data.parquet"],
        cwd=tmp_path,
        env={"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "agrees with the run" in found.stdout


def test_a_stopped_run_stops_in_its_script_too(run: Run, erin_client: Client) -> None:
    Run.objects.update(stopped_early=True, epoch=3)
    text = erin_client.get(f"/models/{run.trained.pk}/train.py").content.decode()
    assert '"stopped_after": 3' in text
