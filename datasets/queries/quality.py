"""How good a project's data are, in figures whose cost does not grow with the rows.

Agreement is looked at over the newest checked rows, duplicates over rows spread evenly, ages by
the index of the rows that wait.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, F, FloatField, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils import timezone

from datasets.models import Contribution, DataTable, Flag, Review, Reviewer, Row, RowState
from datasets.queries.reading import Purpose, rows
from projects.models import Project

#: Checked rows among which agreement is measured, the newest.
NEWEST = 20_000
#: Rows whose near-duplicates are counted, spread evenly.
SPREAD = 2_000
PORTION = 500
CLUSTERS = 8
ROWS_SHOWN = 5
KEPT_SECONDS = 86_400
AGES = (timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30))


class Agreement(NamedTuple):
    """How far people agree who checked the same rows.

    Attributes:
        rows: rows with at least two answers.
        answers: answers to them.
        pairs: the share of pairs of answers to one row that are the same.
        alpha: Krippendorff's alpha for two nominal values: 1 − observed / expected disagreement;
            None when everybody always said the same, so that nothing could have differed.
    """

    rows: int
    answers: int
    pairs: float
    alpha: float | None


class Near(NamedTuple):
    """Near-duplicates: of ``looked_at`` rows, so many have another one in their group."""

    looked_at: int
    rows: int
    clusters: list["Cluster"]

    @property
    def share(self) -> float:
        """The share of the rows that are looked at."""
        return self.rows / self.looked_at if self.looked_at else 0.0


class Cluster(NamedTuple):
    """One group of near-duplicates: how many rows, and the first of them as (id, arrival)."""

    size: int
    rows: list[tuple[int, int]]


class Waiting(NamedTuple):
    """How long rows have waited: since when the oldest and the middle one, and how many how long.

    ``ages`` are counts: up to an hour, a day, a week, a month, longer.
    """

    amount: int
    oldest: datetime | None
    median: datetime | None
    ages: list[int]


class Checks(NamedTuple):
    """What checking came to."""

    accepted: int
    rejected: int
    disputed: int
    reviewers: int
    gold_seen: int
    gold_right: int

    @property
    def gold_accuracy(self) -> float | None:
        """The share of right answers to rows with a known answer."""
        return self.gold_right / self.gold_seen if self.gold_seen else None


def agreement_of(project: Project) -> Agreement | None:
    """Agreement over the newest checked rows; None before two people checked the same row.

    Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), for nominal data: with
    n_u answers to row u, and n in all, D_o = Σ_u 2 yes_u no_u / (n_u − 1) / n and
    D_e = 2 yes no / (n (n − 1)).
    """
    votes = F("yes") + F("no")
    found = Review.objects.filter(project=project).annotate(votes=votes).filter(votes__gte=2)
    newest = found.order_by("-pk")[:NEWEST]
    differ = 2.0 * F("yes") * F("no") / Cast(F("votes") - 1, FloatField())
    sums = newest.aggregate(
        rows=Count("pk"),
        yes_sum=Sum("yes"),
        no_sum=Sum("no"),
        differ=Sum(differ),
        same=Sum(F("yes") * (F("yes") - 1) + F("no") * (F("no") - 1)),
        pairs=Sum(F("votes") * (F("votes") - 1)),
    )
    if not sums["rows"]:
        return None
    yes, no = sums["yes_sum"], sums["no_sum"]
    answers = yes + no
    expected = 2 * yes * no / (answers * (answers - 1))
    observed = sums["differ"] / answers
    alpha = 1 - observed / expected if expected else None
    return Agreement(sums["rows"], answers, sums["same"] / sums["pairs"], alpha)


def checks_of(project: Project) -> Checks:
    """What checking came to so far."""
    states = Review.objects.filter(project=project).order_by().values_list("state")
    amounts = dict(states.annotate(amount=Count("pk")))
    people = Reviewer.objects.filter(project=project, answers__gt=0).aggregate(
        people=Count("pk"), seen=Sum("gold_seen"), right=Sum("gold_right")
    )
    return Checks(
        accepted=amounts.get(Review.State.ACCEPTED, 0),
        rejected=amounts.get(Review.State.REJECTED, 0),
        disputed=amounts.get(Review.State.DISPUTED, 0),
        reviewers=people["people"],
        gold_seen=people["seen"] or 0,
        gold_right=people["right"] or 0,
    )


def waiting_of(project: Project) -> Waiting:
    """How long the rows have waited that wait now."""
    table = rows(project, Purpose.REVIEW).filter(state=RowState.PENDING)
    count = table.count()
    if not count:
        return Waiting(0, None, None, [0] * (len(AGES) + 1))
    return Waiting(count, _since(table, 0), _since(table, count // 2), _ages(project, table, count))


def near_duplicates(project: Project) -> Near:
    """How many rows have a near-duplicate, and the largest groups among those looked at.

    Looked at once for each state of the rows, since some projects have few and large groups.
    """
    kept = DataTable.objects.filter(project=project).values_list("next_arrival", "revision").first()
    last, revision = kept or (0, 0)
    key = f"near-{project.pk}-{project.created.timestamp()}-{revision}"
    found = cache.get(key)
    if found is None:
        found = _near(project, last)
        cache.set(key, found, KEPT_SECONDS)
    return Near(found[0], found[1], [Cluster(*one) for one in found[2]])


def _near(project: Project, last: int) -> Near:
    table = rows(project, Purpose.COUNT).order_by()
    groups: dict[int, int] = {}
    looked_at = 0
    for portion in _portions(spread(last)):
        keys = list(table.filter(arrival__in=portion).values_list("group_key", flat=True))
        looked_at += len(keys)
        for key in keys:
            groups[key] = groups.get(key, 0) + 1
    sizes = _sizes(table, list(groups))
    several = {key: size for key, size in sizes.items() if size > 1}
    largest = sorted(several, key=lambda key: -several[key])[:CLUSTERS]
    return Near(
        looked_at,
        sum(groups[key] for key in several),
        [Cluster(several[key], _rows_in(table, key)) for key in largest],
    )


def flags_of(project: Project) -> dict[str, int]:
    """How many rows have an open flag, by its kind."""
    found = Flag.objects.filter(project=project, settled=None).order_by().values_list("kind")
    return dict(found.annotate(amount=Count("pk")))


def spread(count: int, most: int = SPREAD) -> list[int]:
    """At most ``most`` arrival numbers, spread evenly over the first ``count``."""
    if count <= most:
        return list(range(count))
    return [at * count // most for at in range(most)]


def _portions(numbers: list[int]) -> list[list[int]]:
    return [numbers[start : start + PORTION] for start in range(0, len(numbers), PORTION)]


def _sizes(table: QuerySet[Row], keys: list[int]) -> dict[int, int]:
    sizes: dict[int, int] = {}
    for portion in _portions(keys):
        found = table.filter(group_key__in=portion).values_list("group_key")
        sizes.update(found.annotate(amount=Count("pk")))
    return sizes


def _rows_in(table: QuerySet[Row], key: int) -> list[tuple[int, int]]:
    found = table.filter(group_key=key).values_list("pk", "arrival")[:ROWS_SHOWN]
    return [(pk, arrival) for pk, arrival in found if arrival is not None]


def _since(table: QuerySet[Row], place: int) -> datetime | None:
    return next(
        iter(table.values_list("contribution__created", flat=True)[place : place + 1]), None
    )


def _ages(project: Project, table: QuerySet[Row], count: int) -> list[int]:
    """Counts by age. Contributions come in the order of their arrivals, so an age is a place."""
    now = timezone.now()
    older = [_before(project, table, now - age) for age in AGES]
    edges = [count, *older, 0]
    return [max(0, newer - old) for newer, old in pairwise(edges)]


def _before(project: Project, table: QuerySet[Row], moment: datetime) -> int:
    """How many of the rows came before a moment."""
    acts = Contribution.objects.filter(
        project=project, created__gte=moment, first_arrival__isnull=False
    )
    first = acts.order_by("pk").values_list("first_arrival", flat=True).first()
    return table.count() if first is None else table.filter(arrival__lt=first).count()
