"""Which rows are with whom: a row shown to a person is theirs to answer for ten minutes.

A row is with no more people at once than answers it still needs, so nobody works for nothing, and
an answer is taken only from a person to whom that row was shown. Whoever hands out rows or takes
an answer holds ``lock(project)`` first, so what is read after it stays; call everything here
inside that transaction.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Refused
from common.limits import CLAIM_MINUTES
from datasets.models import Claim, DataTable
from projects.models import Project

#: Claims deleted in one transaction: on SQLite everybody else who writes waits meanwhile.
CHUNK = 1_000
#: Rows whose claims are counted in one statement.
PORTION = 50


class Wanted(NamedTuple):
    """A row to hand out, and how many answers it still needs; None where any number will do."""

    row: int
    answers: int | None


def lock(project: Project) -> DataTable:
    """The project's table record as it is now, locked until the commit.

    Rows, their states and what is said of them change only under this lock.
    """
    return DataTable.objects.select_for_update().get(project_id=project.pk)


def held_by(project: Project, user: User) -> list[int]:
    """The rows that the person was shown and may still answer, the oldest first."""
    mine = _live(project).filter(user=user)
    return list(mine.order_by("pk").values_list("row", flat=True))


def take_first(project: Project, user: User, wanted: Iterable[Wanted]) -> int | None:
    """Claim the first of these rows that is with fewer others than it needs answers, and name it.

    A row that the person holds already is theirs for ten minutes from now. None when every row is
    with enough people. ``wanted`` may be a generator: it is read in portions, no further than
    needed.
    """
    portion: list[Wanted] = []
    for one in wanted:
        portion.append(one)
        if len(portion) == PORTION:
            if (found := _first_free(project, user, portion)) is not None:
                return found
            portion = []
    return _first_free(project, user, portion)


def check_held(project: Project, user: User, row: int) -> None:
    """Refuse an answer to a row that the person was not shown, or longer ago than ten minutes.

    Raises:
        Refused: the sentence says which.
    """
    until = _claims(project).filter(user=user, row=row).values_list("until", flat=True).first()
    if until is None:
        raise Refused(
            _("You can only answer what you were shown. Here is what waits for you now."),
            status=409,
        )
    if until <= timezone.now():
        raise Refused(
            _(
                "This datapoint was yours for %(minutes)d minutes, and that time is over: "
                "somebody else may have it now. Nothing was saved. Here is what waits for you now."
            )
            % {"minutes": CLAIM_MINUTES},
            status=409,
        )


def give_back(project: Project, user: User, row: int) -> None:
    """End the person's claim of a row: it is answered, or somebody else may have it."""
    _claims(project).filter(user=user, row=row).delete()


def end_claims(project: Project, rows: Iterable[int]) -> None:
    """End everybody's claims of rows that need no answer any more."""
    _claims(project).filter(row__in=list(rows)).delete()


def forget_expired() -> int:
    """Delete the claims whose time is over, and return how many there were; a daily task."""
    old = Claim.objects.filter(until__lte=timezone.now()).order_by("until")
    deleted = 0
    while chunk := list(old.values_list("pk", flat=True)[:CHUNK]):
        # Once more by time: a claim may have been made anew meanwhile.
        gone = Claim.objects.filter(pk__in=chunk, until__lte=timezone.now()).delete()[0]
        deleted += gone
        if not gone:
            break
    return deleted


def _first_free(project: Project, user: User, wanted: list[Wanted]) -> int | None:
    if not wanted:
        return None
    others = _live(project).filter(row__in=[one.row for one in wanted]).exclude(user=user)
    amounts = Counter(others.values_list("row", flat=True))
    for row, answers in wanted:
        if answers is None or amounts[row] < answers:
            until = _until()
            Claim.objects.update_or_create(
                project=project, row=row, user=user, defaults={"until": until}
            )
            return row
    return None


def _until() -> datetime:
    return timezone.now() + timedelta(minutes=CLAIM_MINUTES)


def _claims(project: Project) -> QuerySet[Claim]:
    return Claim.objects.filter(project=project)


def _live(project: Project) -> QuerySet[Claim]:
    return _claims(project).filter(until__gt=timezone.now())
