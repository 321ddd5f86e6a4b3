"""Keeps a running job its worker's own.

The lease is renewed by a thread, so that work which blocks for minutes keeps it. Looks at the
stop flag happen in the thread of the work.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connections

from jobs import interrupt, services
from jobs.kinds import Kind, kind_of
from jobs.models import Job

logger = logging.getLogger(__name__)
#: A stop is noticed this soon (seconds).
LOOK_EVERY = 0.4
#: That another job waits is noticed this soon: its owner waits too.
LOOK_EVERY_GIVING_WAY = 0.15
_held: "ContextVar[Lease | None]" = ContextVar("lease", default=None)


class Lease:
    """The hold of this worker on one job."""

    def __init__(self, job: Job, kind: Kind) -> None:
        if job.token is None:
            raise ValueError(f"Job {job.pk} is not running.")
        self.job = job
        self.kind = kind
        self._token = job.token
        self._began = time.monotonic()
        self._looked = float("-inf")
        self._seen = services.Renewal(alive=True, stop_requested=False)
        self._done = threading.Event()

    @property
    def lost(self) -> bool:
        """Whether the job is somebody else's by now: stop, and write nothing."""
        return not self._look().alive

    @property
    def stop_requested(self) -> bool:
        """Whether the person asked the job to stop. Asks the database at most every 0.4 s."""
        return self._look().stop_requested

    @property
    def give_way(self) -> bool:
        """Whether others wait for whom this job gives way: raise ``GiveWay``."""
        return self._look().give_way

    @property
    def overdue(self) -> bool:
        """Whether the kind's time limit is over; from then on the lease is not renewed."""
        return time.monotonic() - self._began > self.kind.time_limit

    def _look(self) -> services.Renewal:
        every = LOOK_EVERY_GIVING_WAY if self.kind.gives_way else LOOK_EVERY
        if self._seen.alive and time.monotonic() - self._looked >= every:
            self._seen = services.look(self.job.pk, self._token)
            self._looked = time.monotonic()
        return self._seen

    def renew(self) -> None:
        """Renew the lease once, and note a lost one."""
        seconds = self.kind.lease_seconds
        renewal = services.renew(self.job.pk, self._token, seconds=seconds, worker=self.job.worker)
        if not renewal.alive:
            self._seen = renewal

    def keep(self) -> None:
        """Renew every quarter of the lease until done (the renewing thread's whole life)."""
        every = self.kind.lease_seconds / 4
        due = time.monotonic() + every
        try:
            while not self._done.wait(min(1.0, every)) and self._seen.alive and not self.overdue:
                interrupt.knock_again()
                if time.monotonic() >= due:
                    due = time.monotonic() + every
                    self._try_to_renew()
        finally:
            connections.close_all()

    def _try_to_renew(self) -> None:
        try:
            self.renew()
        except Exception:
            logger.warning("Job %s: its lease was not renewed this time.", self.job, exc_info=True)
            connections.close_all()

    def end(self) -> None:
        """Stop renewing."""
        self._done.set()


@contextmanager
def kept(job: Job) -> Iterator[Lease]:
    """Keep the job's lease while the block runs.

    ``turn`` holds every job this way already; a handler that wants to look at ``lost`` and
    ``stop_requested`` enters it again and gets the same lease.
    """
    held = _held.get()
    if held is not None and held.job.pk == job.pk:
        yield held
        return
    lease = Lease(job, kind_of(job.kind))
    thread = threading.Thread(target=lease.keep, name="lease", daemon=True)
    thread.start()
    mark = _held.set(lease)
    try:
        yield lease
    finally:
        _held.reset(mark)
        lease.end()
        thread.join(timeout=2)
