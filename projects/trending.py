"""The projects that move fastest now, and why."""

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.numbers import readable
from projects.models import Momentum, MomentumPart, Project
from projects.momentum import (
    FADED,
    MONTH_SECONDS,
    RECENT_SECONDS,
    SHOWN_HOURS,
    Sums,
    faded,
    value,
)

#: What is read from the top of the order that needs no clock, to be ordered exactly.
READ = 60
REASONS = 3


class Moving(NamedTuple):
    """A project that moves, with the numbers behind it as they are now."""

    project: Project
    value: float
    recent: float
    month: float
    factor: float
    #: How often each kind of event happened within ``SHOWN_HOURS``.
    parts: dict[str, int]

    @property
    def why(self) -> str:
        """Its parts as words: ``12 new people, 340 datapoints, 3 lead changes in 48 h``."""
        said = [_part(kind, self.parts[kind]) for kind in _ORDER if self.parts.get(kind)]
        if not said:
            return ""
        return _("%(parts)s in %(hours)d h") % {
            "parts": ", ".join(said[:REASONS]),
            "hours": SHOWN_HOURS,
        }


def shown_to_all() -> Q:
    """What everybody may see, as a condition on a relation named ``project``."""
    return Q(
        project__state=Project.State.PUBLISHED,
        project__visibility=Project.Visibility.PUBLIC,
        project__hidden=False,
    )


def moving(limit: int) -> list[Moving]:
    """The public projects that move fastest, without those that stand still; two queries."""
    now = timezone.now()
    top = Momentum.objects.filter(shown_to_all()).select_related("project").order_by("-rank")
    found = [(value(_sums(one), now), one) for one in top[:READ]]
    found = [pair for pair in found if pair[0] >= FADED]
    found.sort(key=lambda pair: pair[0], reverse=True)
    parts = _parts([one.project_id for _value, one in found[:limit]])
    return [
        Moving(
            one.project,
            number,
            faded(one.recent, (now - one.at).total_seconds(), RECENT_SECONDS),
            faded(one.month, (now - one.at).total_seconds(), MONTH_SECONDS),
            one.factor,
            parts[one.project_id],
        )
        for number, one in found[:limit]
    ]


def _sums(kept: Momentum) -> Sums:
    return Sums(kept.recent, kept.month, kept.at, kept.factor)


def _parts(projects: list[int]) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    if not projects:
        return counts
    since = timezone.now() - timedelta(hours=SHOWN_HOURS)
    found = MomentumPart.objects.filter(project__in=projects, hour__gt=since)
    for project, kind, events in found.values_list("project", "kind").annotate(n=Sum("events")):
        counts[project][kind] = events
    return counts


_ORDER = ("person", "rows", "lead", "entry", "run", "follow", "chat")


def _part(kind: str, count: int) -> str:
    sentences = {
        "person": ngettext("%(n)s new person", "%(n)s new people", count),
        "rows": ngettext("%(n)s datapoint", "%(n)s datapoints", count),
        "lead": ngettext("%(n)s lead change", "%(n)s lead changes", count),
        "entry": ngettext("%(n)s competition entry", "%(n)s competition entries", count),
        "run": ngettext("%(n)s training", "%(n)s trainings", count),
        "follow": ngettext("%(n)s new follower", "%(n)s new followers", count),
        "chat": ngettext("%(n)s message", "%(n)s messages", count),
    }
    return sentences[kind] % {"n": readable(count)}
