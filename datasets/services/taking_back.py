"""Contributions that go again: undone, withdrawn, rejected; and rejected ones that come back.

The act changes the contribution's state; its rows follow. Those of a small one follow in the same
transaction, those of a large one in portions, by a job that goes on where it was killed.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moderation import Change
from common.errors import Forbidden, Refused
from common.limits import UNDO_SECONDS
from common.pacing import Pace
from datasets.models import Contribution
from datasets.reviewing.claims import lock
from datasets.services.following import AT_ONCE, follow, portions
from jobs.kinds import Kind, register
from jobs.models import Job
from jobs.services import enqueue, finish

#: The button goes after UNDO_SECONDS; a click in the last moment still arrives.
GRACE_SECONDS = 2
KIND = "follow_contribution"


def install() -> None:
    """Register the job; called once the apps are ready."""
    register(Kind(KIND, "light", "datasets.services.taking_back.follow_all", time_limit=780))


def undo(contribution: Contribution, user: User) -> Contribution:
    """Take a contribution back right after it was made; doing it twice does it once.

    Raises:
        Forbidden: it is somebody else's.
        Refused: the time for undoing is over; withdrawing is still possible.
    """
    _own(contribution, user)
    age = timezone.now() - contribution.created
    if age > timedelta(seconds=UNDO_SECONDS + GRACE_SECONDS):
        raise Refused(
            _(
                "Undo works for %(limit)s seconds after adding. "
                "You can withdraw the datapoint on its own page."
            )
            % {"limit": UNDO_SECONDS},
            status=409,
        )
    return withdraw(contribution, user)


def withdraw(contribution: Contribution, user: User) -> Contribution:
    """Empty the rows for good: values and hashes go, an empty cell stays on the wall.

    Raises:
        Forbidden: it is somebody else's.
    """
    _own(contribution, user)
    with transaction.atomic():
        contribution = _locked(contribution)
        if contribution.state != Contribution.State.WITHDRAWN:
            _set(contribution, Contribution.State.WITHDRAWN)
    return contribution


def reject(contribution: Contribution, actor: User) -> Change:
    """Take a contribution out of wall, table and later snapshots; its values are kept.

    Raises:
        Refused: it is not visible now.
    """
    with transaction.atomic():
        contribution = _locked(contribution)
        if contribution.state != Contribution.State.VISIBLE:
            raise Refused(_("Only a visible contribution can be rejected."), status=409)
        _set(contribution, Contribution.State.REJECTED)
    return {"state": "visible"}, {"state": "rejected"}


def restore(contribution: Contribution, actor: User) -> Change:
    """Take a rejected contribution in again, at its old places.

    Rows that were rejected one by one before stay so, and rows that waited for a check wait again.

    Raises:
        Refused: it is not rejected, or was withdrawn by its contributor meanwhile.
    """
    with transaction.atomic():
        contribution = _locked(contribution)
        if contribution.state != Contribution.State.REJECTED:
            raise Refused(_("Only a rejected contribution can be restored."), status=409)
        _set(contribution, Contribution.State.VISIBLE)
    return {"state": "rejected"}, {"state": "visible"}


def follow_all(job: Job) -> None:
    """Have every row of a contribution follow its state, in portions; killed it begins again.

    When the state changes meanwhile it stops: that change has a job of its own.
    """
    pace = Pace()
    for start in portions(job.payload["rows"]):
        pace.breathe()
        with transaction.atomic():
            found = Contribution.objects.filter(pk=job.payload["contribution"])
            contribution = found.select_related("project", "user").first()
            if contribution is None or not _is_as(job, _locked(contribution)):
                break
            follow(contribution, start)
    if job.token is not None:
        with transaction.atomic():
            finish(job.pk, job.token)


def _is_as(job: Job, contribution: Contribution) -> bool:
    return bool(contribution.state == job.payload["state"])


def _own(contribution: Contribution, user: User) -> None:
    if contribution.user_id != user.pk:
        raise Forbidden(_("Only the person who added it can take it back."))


def _locked(contribution: Contribution) -> Contribution:
    """The contribution as it is now; the project's counts are locked until the commit."""
    lock(contribution.project)
    return Contribution.objects.select_related("project", "user").get(pk=contribution.pk)


def _set(contribution: Contribution, state: Contribution.State) -> None:
    contribution.state = state
    if state == Contribution.State.WITHDRAWN:
        contribution.withdrawn = timezone.now()
    contribution.save(update_fields=["state", "withdrawn"])
    if contribution.rows <= AT_ONCE:
        for start in portions(contribution.rows):
            follow(contribution, start)
        return
    # The moment is part of the key: rejected, restored and rejected again is three times work.
    enqueue(
        KIND,
        f"{KIND}:{contribution.pk}:{state}:{timezone.now().timestamp():.3f}",
        user_id=contribution.user_id,
        payload={"contribution": contribution.pk, "state": state, "rows": contribution.rows},
    )
