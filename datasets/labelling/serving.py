"""Which item a person is shown next.

Most labels first: an item that lacks one label is worth more than one that lacks three, and the
data grow from the first minute. Then those that nobody has labelled, in the order in which they
came. Gold items come among them, and nobody can tell which they are.
"""

from collections.abc import Collection, Iterator
from enum import Enum
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from datasets.labelling.case import Case, case_of, open_case
from datasets.labelling.rule import wanted
from datasets.models import DataTable, Gold, Item, Label, Row, RowState
from datasets.reviewing.claims import Wanted, held_by, take_first
from datasets.reviewing.reviewers import gold_is_due, record_of, secret_number
from projects.models import Project


class Nothing(Enum):
    """Why there is nothing to show."""

    #: The person reads the guidelines first.
    PAUSED = "paused"
    #: There are no items, or all are settled.
    DONE = "done"
    #: What is left waits for maintainers.
    DISPUTED = "disputed"
    #: What is left the person has labelled, or others are at it.
    OTHERS = "others"
    #: What is left the person has skipped.
    SKIPPED = "skipped"


class Served(NamedTuple):
    """The item to show, or why there is none."""

    case: Case
    row: Row | None
    nothing: Nothing | None = None


def serve(
    project: Project, user: User, *, skipped: Collection[int] = (), first: int | None = None
) -> Served:
    """Claim the next item for a person, for ten minutes; the one that they hold comes again.

    Args:
        project: which asks for labels.
        user: who labels.
        skipped: rows that they do not want to see now.
        first: a row that comes before all others, if it is still open.

    Raises:
        Refused: the project asks for no labels.
    """
    with transaction.atomic():
        case = open_case(project)
        record = record_of(project, user)
        if record.paused is not None:
            return Served(case, None, Nothing.PAUSED)
        held = [row for row in held_by(project, user) if row not in skipped]
        begun = [] if first is None else [first]
        found = _still_open(case, user, begun) or _still_open(case, user, held)
        if found is None and gold_is_due(record):
            found = _gold(case, user, record.answers)
        taken = None
        if found is not None:
            taken = take_first(project, user, [Wanted(found, None)])
        if taken is None:
            taken = take_first(project, user, candidates(case, user, skipped))
        if taken is None:
            return Served(case, None, _why_nothing(case, user, skipped))
        return Served(case, case.row(taken))


def peek(project: Project) -> Served:
    """The item that somebody who is signed out is shown: nobody's claim, and no gold.

    Raises:
        Refused: the project asks for no labels.
    """
    case = case_of(project, DataTable.objects.get(project=project))
    item = case.items.first()
    return Served(case, item, None if item else Nothing.DONE)


def candidates(case: Case, user: User, skipped: Collection[int] = ()) -> Iterator[Wanted]:
    """The open items that the person has not labelled, and how many labels each may get now."""
    mine = Label.objects.filter(project=case.project, row=OuterRef("row"), user=user)
    open_items = Item.objects.filter(project=case.project, state=Item.State.OPEN)
    begun = open_items.filter(~Exists(mine), row__in=case.items.order_by().values("pk"))
    listed = begun.order_by("-labels", "row").values_list("row", "labels")
    for row, labels in listed.iterator(chunk_size=100):
        if row not in skipped:
            yield Wanted(row, wanted(labels, case.table.redundancy))
    known = Item.objects.filter(project=case.project, row=OuterRef("pk"))
    fresh = case.items.filter(~Exists(known)).values_list("pk", flat=True)
    for row in fresh.iterator(chunk_size=100):
        if row not in skipped:
            yield Wanted(row, wanted(0, case.table.redundancy))


def _still_open(case: Case, user: User, listed: list[int]) -> int | None:
    """The first of these rows that still takes a label of the person."""
    if not listed:
        return None
    labelled = Label.objects.filter(project=case.project, user=user, row__in=listed)
    out = set(labelled.values_list("row", flat=True))
    disputed = Item.objects.filter(project=case.project, row__in=listed)
    out |= set(disputed.exclude(state=Item.State.OPEN).values_list("row", flat=True))
    waiting = set(case.items.filter(pk__in=listed).values_list("pk", flat=True))
    waiting |= set(golden(case).filter(row__in=listed).values_list("row", flat=True))
    return next((row for row in listed if row in waiting - out), None)


def _gold(case: Case, user: User, answers: int) -> int | None:
    """A gold item that the person has not seen; which, nobody can know beforehand."""
    seen = Label.objects.filter(project=case.project, row=OuterRef("row"), user=user)
    fresh = golden(case).filter(~Exists(seen))
    left = list(fresh.order_by("row").values_list("row", flat=True))
    if not left:
        return None
    return left[secret_number(case.project.pk, user.pk, answers) % len(left)]


def golden(case: Case) -> QuerySet[Gold]:
    """The gold items whose rows are still there."""
    there = case.kept.filter(state=RowState.ACCEPTED)
    known = Gold.objects.filter(project=case.project, label__isnull=False)
    return known.filter(row__in=there.order_by().values("pk"))


def _why_nothing(case: Case, user: User, skipped: Collection[int]) -> Nothing:
    if skipped and next(candidates(case, user), None) is not None:
        return Nothing.SKIPPED
    disputed = Item.objects.filter(project=case.project, state=Item.State.DISPUTED)
    waiting = case.items.order_by()
    if not waiting.exists():
        return Nothing.DONE
    if waiting.exclude(pk__in=disputed.values("row")).exists():
        return Nothing.OTHERS
    return Nothing.DISPUTED
