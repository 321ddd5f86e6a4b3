"""Rows that go again: undone, withdrawn, rejected; and rejected ones that come back."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moderation import Change
from common.errors import Forbidden, Refused
from common.limits import UNDO_SECONDS
from datasets import growth
from datasets.models import Contribution, DataTable, RowState
from datasets.queries import Purpose, count_of, fields_of, rows, typed_fields
from datasets.records import typed
from datasets.services.announcing import rows_added, rows_removed
from datasets.services.class_counts import Changes, classes_of_accepted, count_classes
from datasets.services.counting import change_accepted, count_person
from datasets.services.writing import empty_rows, set_state

#: The button goes after UNDO_SECONDS; a click in the last moment still arrives.
GRACE_SECONDS = 2


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
        if contribution.state == Contribution.State.WITHDRAWN:
            return contribution
        arrivals = _accepted_arrivals(contribution)
        classes = classes_of_accepted(contribution)
        empty_rows(contribution, typed(contribution.project.fields.all()))
        _set(contribution, Contribution.State.WITHDRAWN)
        _uncount(contribution, arrivals, classes)
        rows_removed(contribution.project, arrivals)
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
        arrivals = _accepted_arrivals(contribution)
        classes = classes_of_accepted(contribution)
        set_state(contribution, RowState.ACCEPTED, RowState.REJECTED)
        _set(contribution, Contribution.State.REJECTED)
        _uncount(contribution, arrivals, classes)
        rows_removed(contribution.project, arrivals)
    return {"state": "visible"}, {"state": "rejected"}


def restore(contribution: Contribution, actor: User) -> Change:
    """Take a rejected contribution in again, at its old places.

    Raises:
        Refused: it is not rejected, or was withdrawn by its contributor meanwhile.
    """
    with transaction.atomic():
        contribution = _locked(contribution)
        if contribution.state != Contribution.State.REJECTED:
            raise Refused(_("Only a rejected contribution can be restored."), status=409)
        set_state(contribution, RowState.REJECTED, RowState.ACCEPTED)
        _set(contribution, Contribution.State.VISIBLE)
        back = len(_accepted_arrivals(contribution))
        change_accepted(contribution.project, back)
        count_person(contribution.project, contribution.user, back)
        count_classes(fields_of(contribution.project), classes_of_accepted(contribution))
        counts = count_of(contribution.project)
        growth.changed(contribution.project_id, counts.accepted)
        rows_added(contribution, typed_fields(contribution.project), counts)
    return {"state": "rejected"}, {"state": "visible"}


def _own(contribution: Contribution, user: User) -> None:
    if contribution.user_id != user.pk:
        raise Forbidden(_("Only the person who added it can take it back."))


def _locked(contribution: Contribution) -> Contribution:
    """The contribution as it is now; the project's counts are locked until the commit."""
    DataTable.objects.select_for_update().get(project_id=contribution.project_id)
    return Contribution.objects.select_related("project", "user").get(pk=contribution.pk)


def _set(contribution: Contribution, state: str) -> None:
    contribution.state = state
    contribution.save(update_fields=["state"])


def _accepted_arrivals(contribution: Contribution) -> list[int]:
    found = rows(contribution.project, Purpose.CHANGE).filter(contribution=contribution)
    accepted = found.filter(state=RowState.ACCEPTED).values_list("arrival", flat=True)
    return [arrival for arrival in accepted if arrival is not None]


def _uncount(contribution: Contribution, arrivals: list[int], classes: Changes) -> None:
    change_accepted(contribution.project, -len(arrivals))
    count_person(contribution.project, contribution.user, -len(arrivals))
    lost = {code: -count for code, count in classes.items()}
    count_classes(fields_of(contribution.project), lost)
    growth.changed(contribution.project_id, count_of(contribution.project).accepted)
