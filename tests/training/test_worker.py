"""What a worker does when things go wrong under it: each run ends done, or failed with a reason."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from accounts.models import User
from datasets.models import Snapshot
from jobs.errors import LostLease
from jobs.models import Job
from projects.models import Project
from tests.jobs_turning import TurnQueue
from tests.training.finished import begun, files_of, outcome_of
from training import child, services, tasks
from training.models import Run, TrainedModel
from training.queries import classes_of, confusion_cells, status_of

LONG = {"layers": [{"units": 64, "activation": "relu"}], "epochs": 200, "patience": 200}
#: A minute or more, however quick the machine is: whoever asks to stop is never too late.
ENDLESS = {"layers": [{"units": 512, "activation": "relu"}] * 2, "batch_size": 2, "refit": "no"}


def started(project: Project, user: User, **changes: object) -> Run:
    return services.start_run(
        project=project, user=user, architecture="dense", settings={**LONG, **changes}
    )


def after_first_epoch(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Do something once the real engine has reported its first epochs."""
    noted = services.note_epochs

    def note(*arguments: Any) -> None:
        noted(*arguments)
        act()

    monkeypatch.setattr(services, "note_epochs", note)


@pytest.mark.long
def test_stop_keeps_the_best(
    digits: Project, carol: User, turn_queue: TurnQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(digits, carol, **ENDLESS)

    def stop() -> None:
        Run.objects.filter(pk=run.pk).update(stop_requested=True)
        Job.objects.filter(key=f"run:{run.pk}").update(stop_requested=True)

    after_first_epoch(monkeypatch, stop)
    turn_queue("training")
    run.refresh_from_db()
    assert (run.state, run.stopped_early) == (Run.State.DONE, True), run.reason
    assert 1 <= run.epoch < 200
    assert run.points.count() == run.epoch
    assert run.score is not None


def test_a_killed_process_is_tried_again_and_then_given_up(
    digits: Project, carol: User, turn_queue: TurnQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    spawn = child.Child.__init__

    def spawn_and_kill(self: child.Child, *arguments: Any, **named: Any) -> None:
        spawn(self, *arguments, **named)
        killed.append(self.pid)
        os.kill(self.pid, signal.SIGKILL)

    monkeypatch.setattr(child.Child, "__init__", spawn_and_kill)
    run = started(digits, carol)
    turn_queue("training", raising=False)
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert run.reason.startswith("The training process was killed 3 times (out of memory?).")
    assert len(set(killed)) == 3
    assert not TrainedModel.objects.exists()
    assert not (settings.VAR / "work" / str(run.pk)).exists()


def test_it_ends_when_its_time_is_over(
    digits: Project, carol: User, turn_queue: TurnQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "TRAINING_SECONDS", 1)
    run = started(digits, carol)
    turn_queue("training", raising=False)
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert "Try fewer epochs" in run.reason


def test_what_the_engine_refuses_is_the_reason(
    digits: Project, carol: User, turn_queue: TurnQueue
) -> None:
    run = started(digits, carol)
    # As if the limits had become narrower since the run was queued.
    Run.objects.filter(pk=run.pk).update(settings={**run.settings, "layers": "none"})
    turn_queue("training", raising=False)
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert "not a list of layers" in run.reason
    assert Job.objects.get(key=f"run:{run.pk}").reason == run.reason


def test_a_damaged_snapshot_is_not_trained_on(
    digits: Project, carol: User, turn_queue: TurnQueue
) -> None:
    run, job = begun(digits, carol)
    Snapshot.objects.update(file_sha256="0" * 64)
    Job.objects.filter(pk=job.pk).update(state="queued", token=None, lease_until=None)
    turn_queue("training", raising=False)
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert run.reason == "The file of snapshot v1 is missing or damaged. Start a new run."


def test_a_worker_that_lost_its_job_leaves_nothing(
    digits: Project, carol: User, tmp_path: Path
) -> None:
    run, zombie = begun(digits, carol)
    files = files_of(run, tmp_path)
    Job.objects.filter(pk=zombie.pk).update(state="queued", token=None, lease_until=None)
    before = set(Path(default_storage.path("")).rglob("*.safetensors"))
    with pytest.raises(LostLease):
        services.note_epochs(zombie, run, [point(1)], {})
    with pytest.raises(LostLease):
        services.begin(zombie, run, run.snapshot_id or 0)
    with pytest.raises(LostLease):
        services.finish(zombie, run, outcome_of(run, files), tmp_path, classes=10)
    run.refresh_from_db()
    assert not run.points.exists()
    assert not TrainedModel.objects.exists()
    assert run.score is None
    assert set(Path(default_storage.path("")).rglob("*.safetensors")) == before
    assert status_of(run).again


def point(epoch: int) -> services.Point:
    return {
        "epoch": epoch,
        "of": 4,
        "train_loss": 1.0,
        "validation_loss": 1.0,
        "metric": 0.5,
        "best": True,
    }


@pytest.mark.long
def test_a_second_attempt_starts_over_on_the_same_snapshot(
    digits: Project, carol: User, turn_queue: TurnQueue
) -> None:
    run, job = begun(digits, carol, epochs=3)
    services.note_epochs(job, run, [point(1), point(2)], {})
    Job.objects.filter(pk=job.pk).update(state="queued", token=None, lease_until=None)
    turn_queue("training")
    snapshot = run.snapshot_id
    run.refresh_from_db()
    assert (run.state, run.snapshot_id) == (Run.State.DONE, snapshot), run.reason
    assert list(run.points.values_list("epoch", flat=True)) == [1, 2, 3]
    assert sum(map(sum, confusion_cells(run))) == run.rows["test"]


def test_files_of_a_finish_that_was_rolled_back_go_again(
    digits: Project, carol: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.services import finishing

    run, job = begun(digits, carol)
    before = set(Path(default_storage.path("")).rglob("*.safetensors"))

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(finishing, "_tell", full)
    outcome = outcome_of(run, files_of(run, tmp_path))
    with pytest.raises(OSError, match="no space"):
        services.finish(job, run, outcome, tmp_path, classes=len(classes_of(run)))
    job.refresh_from_db()
    assert job.state == "running"
    assert not TrainedModel.objects.exists()
    assert set(Path(default_storage.path("")).rglob("*.safetensors")) == before


def test_the_child_knows_no_secret(tmp_path: Path) -> None:
    with child.Child("json.tool", "--help", folder=tmp_path) as one:
        assert one.code() == 0
    known = child.environment(tmp_path)
    assert not {"SECRET_KEY", "DATABASE_URL", "VAR", "REDIS_URL", "EMAIL_URL"} & known.keys()


def test_a_stopped_worker_takes_its_child_along(tmp_path: Path) -> None:
    with child.Child("http.server", "--bind", "127.0.0.1", "0", folder=tmp_path) as one:
        pid = one.pid
        closer = threading.Timer(0.2, one.kill)
        closer.start()
        end = time.monotonic() + 5
        while not one.ended and time.monotonic() < end:
            with contextlib.suppress(child.BadOutput):
                one.event(0.1)
        assert one.code() == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
