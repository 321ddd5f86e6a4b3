"""The list of projects: found by words, tags and filters, in an order, page by page.

A page is found by the place of its first or last project, never by a number: the hundredth costs
what the first costs, and projects that come in meanwhile shift nothing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, F, FloatField, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from projects.access import Person, listed_for
from projects.finding import PROJECT, circles_of
from projects.models import Project, Tag
from search.queries import matching

PAGE = 12
TAGS_SHOWN = 12
NEW, TRENDING, DATA = "new", "trending", "data"
MINE, FOLLOWED = "mine", "followed"
#: Below every place that momentum gives.
NO_MOMENTUM = -1e300

#: The lookup from a project to its number of datapoints; the app that counts them says it.
_size: list[str] = []


def count_by(lookup: str) -> None:
    """Say how a project's datapoints are looked up; called from ``AppConfig.ready``."""
    _size[:] = [lookup]


class Wish(NamedTuple):
    """What a reader wants to see; every part may be empty."""

    q: str = ""
    tag: str = ""
    task: str = ""
    licence: str = ""
    #: ``mine``: where the reader is a member; ``followed``: what the reader follows.
    show: str = ""
    #: Only projects that have not reached their goal.
    needs: str = ""
    sort: str = ""

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return any(self._replace(sort=""))

    def address(self, **changes: str) -> str:
        """The query of the list's address with some parts changed."""
        parts = self._asdict() | changes
        return "?" + urlencode({name: value for name, value in parts.items() if value})


class Listed(NamedTuple):
    """One page of the list, and the places before and behind it where there is more."""

    projects: Sequence[Project]
    before: str | None
    after: str | None


class Counted(NamedTuple):
    """How many projects there would be with this choice."""

    value: str
    count: int  # type: ignore[assignment]  # tuple.count is not missed


def wished(reader: Person, wish: Wish) -> QuerySet[Project]:
    """Every project that the reader may see and wants to, in no order."""
    found = listed_for(reader).order_by()
    if wish.q:
        documents = matching(PROJECT, wish.q, also=circles_of(reader.pk))
        found = found.filter(pk__in=documents.values("object_id"))
    if wish.tag:
        found = found.filter(tags__slug=wish.tag)
    if wish.task:
        found = found.filter(task=wish.task)
    if wish.licence:
        found = found.filter(licence=wish.licence)
    if wish.needs:
        found = found.annotate(size=_size_of()).filter(Q(goal__isnull=True) | Q(size__lt=F("goal")))
    return _own(found, reader, wish.show)


def page_of(
    found: QuerySet[Project], sort: str, *, before: str = "", after: str = "", limit: int = PAGE
) -> Listed:
    """One page behind (or before) a place; a place that makes no sense counts as the beginning."""
    order = _ORDERS.get(sort, _ORDERS[NEW])
    ranked = found.annotate(place=order.key())
    back = order.read(before) if before else None
    start = order.read(after) if after and back is None else None
    if back is not None:
        behind = ranked.filter(_beyond(back, "gt")).order_by("place", "pk")
        projects = list(behind[: limit + 1])[::-1]
        more_before, more_after = len(projects) > limit, True
        projects = projects[-limit:]
    else:
        if start is not None:
            ranked = ranked.filter(_beyond(start, "lt"))
        projects = list(ranked.order_by("-place", "-pk")[: limit + 1])
        more_before, more_after = start is not None, len(projects) > limit
        projects = projects[:limit]
    return Listed(
        projects,
        _place(projects[0]) if projects and more_before else None,
        _place(projects[-1]) if projects and more_after else None,
    )


def tags_of(found: QuerySet[Project]) -> list[Counted]:
    """The tags that most of these projects have."""
    used = Tag.objects.filter(projects__in=found.values("pk"))
    most = used.annotate(n=Count("projects")).order_by("-n", "slug").values_list("slug", "n")
    return [Counted(slug, n) for slug, n in most[:TAGS_SHOWN]]


def tasks_of(found: QuerySet[Project]) -> list[Counted]:
    """How many of these projects each task has."""
    counts = found.values_list("task").annotate(n=Count("pk", distinct=True)).order_by("task")
    return [Counted(task, n) for task, n in counts]


def _own(found: QuerySet[Project], reader: Person, show: str) -> QuerySet[Project]:
    if not reader.is_authenticated:
        return found
    if show == MINE:
        return found.filter(memberships__user=reader)
    if show == FOLLOWED:
        return found.filter(follows__user=reader)
    return found


def _size_of() -> Any:
    return Coalesce(F(_size[0]), 0) if _size else Value(0, output_field=IntegerField())


class _Order(NamedTuple):
    """What a list is ordered by, and how its places are read from addresses."""

    key: Callable[[], Any]
    of: Callable[[str], Any]

    def read(self, place: str) -> tuple[Any, int] | None:
        """Value and number of a place as ``_place`` wrote it, None when it is none."""
        value, _, number = place.rpartition("_")
        try:
            found = self.of(value), int(number)
        except (ValueError, OverflowError):
            return None
        return found if 0 <= found[1] < 2**63 else None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**31:
        raise ValueError(text)
    return number


def _rank(text: str) -> float:
    number = float(text)
    if number != number or abs(number) > abs(NO_MOMENTUM):
        raise ValueError(text)
    return number


_ORDERS = {
    NEW: _Order(lambda: Coalesce("published", "created"), _moment),
    DATA: _Order(_size_of, _count),
    TRENDING: _Order(
        lambda: Coalesce("momentum__rank", Value(NO_MOMENTUM), output_field=FloatField()), _rank
    ),
}


def _beyond(place: tuple[Any, int], way: str) -> Q:
    value, number = place
    return Q(**{f"place__{way}": value}) | Q(place=value, **{f"pk__{way}": number})


def _place(project: Project) -> str:
    value = project.place  # type: ignore[attr-defined]
    return f"{value.isoformat() if isinstance(value, datetime) else repr(value)}_{project.pk}"
