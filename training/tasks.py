"""What a worker does for one run: a fresh process of the engine, watched until its end."""

import contextlib
import json
import logging
import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import TRAINING_MEMORY_BYTES, TRAINING_SECONDS
from datasets.models import Snapshot
from datasets.queries.versions import Unsettled
from datasets.services import take_snapshot
from jobs.errors import GiveWay, LostLease, Retry
from jobs.lease import Lease, kept
from jobs.models import Job
from training import disagreeing, files, services
from training.child import BadOutput, Child
from training.listening import Listener
from training.models import Run
from training.predictions import BadPredictions
from training.queries import classes_of
from training.services import champion, pruning

logger = logging.getLogger(__name__)
#: How long one look at the child takes at most: stop and lost leases are noticed this soon.
LOOK = 0.25
#: The same for a run of the site's own: a person who waits for the worker is noticed this soon.
LOOK_OWN = 0.1
#: The wall clock ends a run first; this catches a child whose parent hangs.
CPU_MARGIN = 60
#: How long a run waits for a change of the schema, each of its attempts.
UNSETTLED_SECONDS = 60
#: A folder of a worker that was killed is removed by a later run after this.
STALE_SECONDS = 2 * 60 * 60


def train(job: Job) -> None:
    """Train the run of the job; the handler of the kinds ``train`` and ``champion``."""
    run = Run.objects.select_related("project", "user", "snapshot").get(pk=job.payload["run"])
    own = run.origin == Run.Origin.CHAMPION
    with kept(job) as lease:
        if own:
            champion.check_may_go_on(run)
        snapshot = run.snapshot or _snapshot_of(run)
        if not services.begin(job, run, snapshot.pk):
            raise Refused(_("This run has ended already."))
        if own:
            champion.note_begun(run)
        folder = _folder(run, job)
        try:
            _train_in(folder, run, job, lease)
        except (Retry, GiveWay):
            services.back_to_queue(job, run)
            raise
        finally:
            _remove(folder)
    if own:
        pruning.prune(run.project)


def run_failed(job: Job) -> None:
    """The job of a run ended as failed: so does the run, with the same reason."""
    services.fail(int(job.payload["run"]), job.reason)


def _train_in(folder: Path, run: Run, job: Job, lease: Lease) -> None:
    _write_job(folder, run)
    listener = Listener(job, run)
    try:
        with Child("training.engine.work", str(folder), folder=folder) as child:
            _watch(child, run, lease, listener)
            outcome = listener.outcome(child)
    except BadOutput as bad:
        logger.error("Run %s: the engine said something odd: %s", run.pk, bad)
        raise Refused(_odd()) from bad
    try:
        services.finish(job, run, outcome, folder, classes=len(classes_of(run)))
        _flag(run)
    except (BadPredictions, files.ChangedFile) as bad:
        logger.error("Run %s: the engine wrote something odd: %s", run.pk, bad)
        raise Refused(_odd()) from bad


def _flag(run: Run) -> None:
    """Flag the rows that a new best model finds wrong; the run is done with or without it."""
    try:
        disagreeing.flag(run)
    except DatabaseError:
        logger.warning("Run %s: its rows were not flagged; the nightly look will.", run.pk)


def _watch(child: Child, run: Run, lease: Lease, listener: Listener) -> None:
    """Listen until the child ends; pass a stop on, and end it when its time or lease is over."""
    deadline = time.monotonic() + TRAINING_SECONDS
    stopping = False
    while not child.ended:
        event = child.event(LOOK_OWN if lease.kind.gives_way else LOOK)
        if event is not None:
            listener.hear(event)
        listener.flush_sometimes()
        if lease.lost:
            raise LostLease(f"Run {run.pk} was taken from this worker.")
        if lease.give_way:
            raise GiveWay
        if not stopping and (run.stop_requested or lease.stop_requested):
            stopping = child.say("stop")
        if time.monotonic() > deadline:
            raise Refused(_too_long())
    while (event := child.event(0)) is not None:
        listener.hear(event)
    listener.flush()


def _write_job(folder: Path, run: Run) -> None:
    snapshot = run.snapshot
    assert snapshot is not None
    try:
        files.fetch(snapshot.file, folder / "data.parquet", snapshot.file_sha256)
    except files.ChangedFile:
        raise Refused(
            _("The file of snapshot v%(number)d is missing or damaged. Start a new run.")
            % {"number": snapshot.number}
        ) from None
    job: dict[str, Any] = {
        "data": "data.parquet",
        "schema": snapshot.table_schema,
        "architecture": run.architecture,
        "settings": run.settings,
        "memory_bytes": TRAINING_MEMORY_BYTES,
        "cpu_seconds": TRAINING_SECONDS + CPU_MARGIN,
    }
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")


def _snapshot_of(run: Run) -> Snapshot:
    """The data of now; while rows follow a change of the schema the run waits."""
    try:
        return take_snapshot(run.project)
    except Unsettled as refused:
        raise Retry(refused.message, after=UNSETTLED_SECONDS) from refused


def _folder(run: Run, job: Job) -> Path:
    """An empty folder for this attempt; what attempts before have left is removed."""
    work = settings.VAR / "work"
    shutil.rmtree(work / str(run.pk), ignore_errors=True)
    folder: Path = work / str(run.pk) / str(job.token)
    folder.mkdir(parents=True, mode=0o700)
    for old in work.iterdir():
        if time.time() - old.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    return folder


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    # Another attempt may have its own folder beside it by now.
    with contextlib.suppress(OSError):
        folder.parent.rmdir()


def _too_long() -> str:
    return _(
        "Training took longer than %(minutes)d minutes. Try fewer epochs, fewer or smaller "
        "layers, or a larger batch."
    ) % {"minutes": TRAINING_SECONDS // 60}


def _odd() -> str:
    return _("The training process ended with something unreadable. It was logged; try again.")
