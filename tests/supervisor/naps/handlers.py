"""A job that takes a while and leaves exactly one trace."""

import subprocess
import time

from django.db import transaction
from django.utils import timezone

from jobs.lease import kept
from jobs.models import Job, WorkerBeat
from jobs.services import finish


def nap(job: Job) -> None:
    """Sleep, perhaps beside a child in a session of its own, then leave the trace."""
    assert job.token is not None
    child = None
    if job.payload.get("child"):
        child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        with kept(job) as lease:
            until = time.monotonic() + job.payload["milliseconds"] / 1000
            while time.monotonic() < until and not lease.stop_requested:
                time.sleep(0.05)
    finally:
        if child is not None:
            child.kill()
            child.wait()
    with transaction.atomic():
        # Unique: a second trace of the same job would fail.
        WorkerBeat.objects.create(slot="trace", worker=job.key, at=timezone.now())
        finish(job.pk, job.token)
