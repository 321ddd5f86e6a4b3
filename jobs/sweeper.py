"""Returns lost jobs to the queue and fails poison ones. Any process may sweep at any time."""

import logging
import random
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs import bell, services, worker
from jobs.errors import LostLease
from jobs.models import Job, WorkerBeat
from jobs.queries import is_work
from jobs.states import SLOTS, State

logger = logging.getLogger(__name__)
EVERY = 30.0
NAME = "sweeper"
#: Signs of life of workers that are long gone are forgotten after this.
FORGET = timedelta(days=1)
_last = 0.0
_starting = threading.Lock()


@dataclass(frozen=True)
class Swept:
    """The keys of the jobs a sweep put back and of those it ended."""

    returned: tuple[str, ...]
    failed: tuple[str, ...]


def sweep(now: datetime | None = None) -> Swept:
    """Look for jobs whose worker died, and ring where work waits.

    A job is lost when its lease ran out, or when its worker was a process of this machine that
    is gone. With attempts left it goes back into the queue, else it fails with the reason.
    """
    now = now or timezone.now()
    returned: list[str] = []
    failed: list[str] = []
    for job in Job.objects.filter(state=State.RUNNING):
        if not _is_lost(job, now):
            continue
        try:
            (returned if _settle(job, now) else failed).append(job.key)
        except LostLease:
            continue  # another sweeper, or the worker itself, was first
        except Exception:
            # A broken on_failed of one kind must not keep the others from coming back.
            logger.exception("Job %s could not be settled; the next sweep tries again.", job)
    WorkerBeat.objects.filter(at__lt=now - FORGET).delete()
    for slot in SLOTS:
        if is_work(slot):
            bell.ring_once(slot)
    if returned or failed:
        logger.warning("Lost jobs: %s returned, %s failed.", returned, failed)
    return Swept(tuple(returned), tuple(failed))


def sweep_sometimes() -> None:
    """Sweep, unless this process did so lately; a refusal of the database is only logged."""
    global _last
    if time.monotonic() - _last < EVERY:
        return
    _last = time.monotonic()
    try:
        sweep()
    except DatabaseError:
        logger.warning("A sweep did not finish; the next one will.", exc_info=True)


def start_sweeper() -> None:
    """Sweep every 30 s, give or take, in a daemon thread of this process (one, however often)."""
    with _starting:
        if any(thread.name == NAME for thread in threading.enumerate()):
            return
        threading.Thread(target=_sweep_for_ever, name=NAME, daemon=True).start()


def _sweep_for_ever() -> None:
    while True:
        time.sleep(EVERY * random.uniform(0.7, 1.3))  # noqa: S311 - jitter, not a secret
        try:
            sweep()
        except Exception:
            logger.warning("A sweep did not finish; the next one will.", exc_info=True)
        finally:
            connections.close_all()


def _is_lost(job: Job, now: datetime) -> bool:
    expired = job.lease_until is None or job.lease_until < now
    return expired or worker.surely_dead(job.worker)


def _settle(lost: Job, now: datetime) -> bool:
    """Return a lost job to the queue (True) or end it (False).

    Raises:
        LostLease: it is not lost any more.
    """
    with transaction.atomic():
        held = Job.objects.select_for_update().filter(pk=lost.pk, token=lost.token)
        job = held.first()
        if job is None or job.state != State.RUNNING or not _is_lost(job, now):
            raise LostLease(f"Job {lost.pk} was renewed or ended meanwhile.")
        if job.stop_requested:
            services.end_failed(
                job, _("It was asked to stop, and its worker died before it could.")
            )
            return False
        if job.attempt < job.max_attempts:
            services.return_lost(job)
            return True
        services.end_failed(job, _died(job))
        return False


def _died(job: Job) -> str:
    return _(
        "The worker died %(count)d times while doing this, so it was given up. "
        "It may need more memory or time than there is."
    ) % {"count": job.attempt}
