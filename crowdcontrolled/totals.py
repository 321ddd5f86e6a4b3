"""How much there is on the whole site, of what everybody may see. Kept for a minute."""

from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, Sum

from datasets.models import Contributor, DataTable
from projects.trending import shown_to_all

SECONDS = 60
KEY = "home:totals"


class Totals(NamedTuple):
    """Counts over all public projects."""

    datapoints: int
    people: int
    projects: int


def totals() -> Totals:
    """The counts, at most ``SECONDS`` old: sums of each project's own counts, never of rows."""
    kept = cache.get(KEY)
    if kept is None:
        kept = tuple(counted())
        cache.set(KEY, kept, SECONDS)
    return Totals(*kept)


def counted() -> Totals:
    """The counts as they are now; people are distinct over projects."""
    sums = DataTable.objects.filter(shown_to_all()).aggregate(all=Sum("accepted"), n=Count("pk"))
    givers = Contributor.objects.filter(shown_to_all(), accepted__gt=0)
    people = givers.aggregate(n=Count("user", distinct=True))["n"]
    return Totals(sums["all"] or 0, people, sums["n"])
