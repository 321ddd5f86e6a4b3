"""Ending a run before its time."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Forbidden, Refused
from jobs import services as jobs
from training.access import may_steer
from training.models import Run
from training.queries import job_of
from training.services.announcing import tell_state
from training.states import FINAL, advance


def request_stop(run: Run, *, actor: User) -> None:
    """Stop and keep the best so far; a waiting run is cancelled. Twice is the same as once.

    Raises:
        Forbidden: the actor neither started the run nor maintains the project.
        Refused: the run is over already.
    """
    _check(run, actor)
    end(run)


def end(run: Run) -> None:
    """As ``request_stop``, for whoever was let in already, and for the site itself."""
    with transaction.atomic():
        if _cancelled(run):
            return
        # Also one whose worker has taken the job and not yet said so.
        going = Run.objects.exclude(state__in=FINAL)
        asked = going.filter(pk=run.pk, stop_requested=False)
        if asked.update(stop_requested=True):
            tell_state(run.pk)


def cancel(run: Run, *, actor: User) -> bool:
    """Take a waiting run out of the queue. One that has begun is stopped and keeps its best.

    Returns:
        Whether it is cancelled.

    Raises: as ``request_stop``.
    """
    request_stop(run, actor=actor)
    run.refresh_from_db()
    return run.state == Run.State.CANCELLED


def _cancelled(run: Run) -> bool:
    """Cancel a run that waits for its first attempt; ask a training one to stop."""
    job = job_of(run.pk)
    if job is None:
        return False
    begun = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).exists()
    if not jobs.cancel(job.pk):
        return False
    # A run whose worker was lost waits too, but its state says that it has begun.
    if begun:
        advance(run.pk, Run.State.QUEUED)
    if advance(run.pk, Run.State.CANCELLED, finished=timezone.now()):
        tell_state(run.pk)
    return True


def _check(run: Run, actor: User) -> None:
    if not may_steer(actor, run):
        raise Forbidden(_("Only whoever started this run, or a maintainer, may end it."))
    state = Run.objects.values_list("state", flat=True).get(pk=run.pk)
    if state == Run.State.CANCELLED:
        return
    if state in FINAL:
        raise Refused(_("This run has ended already."), status=409)
