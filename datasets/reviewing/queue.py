"""Which rows somebody should check next: never an own one, never one they judged before.

First the rows of the class that is rarest against what is wanted, then those with the fewest
votes, then the oldest. The order is made over the oldest ``WINDOW`` rows that the person may
check, so that it costs the same however many wait.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import User
from datasets.labelling.queries import collects_labels
from datasets.models import Contribution, DataTable, Gold, Review, Row, RowState, Vote
from datasets.queries import Purpose, class_needs, fields_of, rows, target_of
from datasets.reviewing.claims import Wanted
from datasets.reviewing.reviewers import secret_number
from datasets.reviewing.rule import Tally
from datasets.services.class_counts import counted_field
from projects.models import Project

WINDOW = 1_000


def waiting_rows(project: Project) -> QuerySet[Row]:
    """The rows that wait for a check, in arrival order; items that wait for a label are none."""
    # The state once more, as the index of waiting rows has it.
    found = rows(project, Purpose.REVIEW).filter(state=RowState.PENDING)
    found = found.filter(contribution__state=Contribution.State.VISIBLE)
    target = target_of(fields_of(project))
    if target is None or not collects_labels(project):
        return found
    return found.filter(**{f"{target.column}__isnull": False})


def to_check(project: Project, user: User, rules: DataTable) -> list[Wanted]:
    """The rows that the person may check, the best first, with the votes that each lacks.

    Where one maintainer decides, that is one.
    """
    by_peers = rules.acceptance == DataTable.Acceptance.PEERS
    found = _open_to(project, user)
    field = counted_field(fields_of(project))
    columns = ["pk", "arrival", *([field.column] if field else [])]
    listed = list(found.values_list(*columns)[:WINDOW])
    tallies = tallies_of(project, [row[0] for row in listed])
    missing = _missing(project) if field else {}
    order = sorted(
        listed,
        key=lambda row: (
            -missing.get(row[2] if field else None, 0),
            tallies.get(row[0], Tally()).votes,
            row[1],
        ),
    )
    return [
        Wanted(row[0], tallies.get(row[0], Tally()).missing if by_peers else 1) for row in order
    ]


def gold_to_check(project: Project, user: User) -> list[Wanted]:
    """The rows with a known answer that the person may be shown, in an order nobody foresees."""
    known = Gold.objects.filter(project=project, accept__isnull=False)
    judged = Vote.objects.filter(project=project, user=user).values("row")
    ids = list(known.exclude(row__in=judged).values_list("row", flat=True))
    kept = rows(project, Purpose.MODERATION).order_by().filter(pk__in=ids)
    others = kept.exclude(contribution__user=user).values_list("pk", flat=True)
    order = sorted(others, key=lambda row: secret_number(project.pk, user.pk, row))
    return [Wanted(row, None) for row in order]


def tallies_of(project: Project, ids: Iterable[int]) -> dict[int, Tally]:
    """What the votes on these rows come to, where there are any."""
    found = Review.objects.filter(project=project, row__in=list(ids))
    return {one.row: Tally(one.yes, one.no, one.yes_weight, one.no_weight) for one in found}


def _open_to(project: Project, user: User) -> QuerySet[Row]:
    judged = Vote.objects.filter(project=project, user=user).values("row")
    disputed = Review.objects.filter(project=project, state=Review.State.DISPUTED).values("row")
    known = Gold.objects.filter(project=project).values("row")
    found = waiting_rows(project).exclude(contribution__user=user)
    return found.exclude(pk__in=judged).exclude(pk__in=disputed).exclude(pk__in=known)


def _missing(project: Project) -> dict[int | None, int]:
    """By class, how many rows it lacks."""
    return {need.code: need.missing for need in class_needs(project, fields_of(project))}
