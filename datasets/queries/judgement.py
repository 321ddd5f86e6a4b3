"""What became of one row, as its page says it."""

from dataclasses import dataclass

from datasets.models import Contribution, Flag, Gold, Review, RowChange, RowState
from datasets.queries.listing import ShownRow
from projects.models import Project


@dataclass(frozen=True)
class Judgement:
    """What was said of a row.

    Attributes:
        waits: it waits for a check; ``disputed`` then says that a maintainer decides.
        rejected: it was rejected, ``whole`` with its whole contribution, and ``reason`` is why.
        yes, no: the answers so far.
        gold: the known answer, for maintainers.
        flags: why somebody should look at it.
    """

    waits: bool
    disputed: bool
    rejected: bool
    whole: bool
    reason: str
    yes: int
    no: int
    gold: Gold | None
    flags: list[Flag]


def judgement_of(project: Project, row: ShownRow) -> Judgement:
    """What was said of the row so far."""
    review = Review.objects.filter(project=project, row=row.pk).first()
    whole = row.contribution.state == Contribution.State.REJECTED
    rejected = row.state == RowState.REJECTED
    return Judgement(
        waits=row.state == RowState.PENDING and not whole,
        disputed=review is not None and review.state == Review.State.DISPUTED,
        rejected=rejected,
        whole=whole,
        reason=_reason(project, row.pk) if rejected and not whole else "",
        yes=review.yes if review else 0,
        no=review.no if review else 0,
        gold=Gold.objects.filter(project=project, row=row.pk, accept__isnull=False).first(),
        flags=list(Flag.objects.filter(project=project, row=row.pk, settled=None)),
    )


def _reason(project: Project, row: int) -> str:
    changes = RowChange.objects.filter(project=project, row=row, kind=RowChange.Kind.REJECTED)
    return changes.order_by("-pk").values_list("reason", flat=True).first() or ""
