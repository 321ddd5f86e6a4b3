"""The home page: the wall of all walls, what just happened, what moves, and the way in."""

import random
from typing import NamedTuple

from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.http import HttpRequest
from crowdcontrolled.lands import Land, happened, lands, thumbnail_url
from crowdcontrolled.totals import totals
from datasets.models import DataTable
from projects.featuring import featured
from projects.models import Feature, Project
from projects.trending import Moving, moving, shown_to_all
from training.queries.week import best_of_week

LINES = 8
MOVING = 5
MODELS = 5
OPEN_WALLS = 6
#: From how many projects "Add a datapoint" chooses.
CHOICE = 12
#: What a project weighs in that choice besides its momentum, so that still ones come up too.
EVEN = 0.25


class Carded(NamedTuple):
    """A project with what its card shows; ``why`` is empty or what moves it."""

    project: Project
    count: int  # type: ignore[assignment]  # tuple.count is not missed
    people: int
    wall_url: str
    moving: Moving | None = None


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One page for everybody: only what is public stands here, whoever reads."""
    fast = moving(MOVING)
    pick = featured()
    # Read before all that they tell about: what happens meanwhile is told twice, never lost.
    shown = lands([one.project.pk for one in fast])
    counts = _counts([one.project.pk for one in fast], pick, shown)
    moves = {one.project.pk for one in fast}
    context = {
        "lands": shown,
        "totals": totals(),
        "feed": happened(LINES),
        "fast": [_card(one.project, counts, one) for one in fast],
        "pick": pick,
        "picked": _card(pick.project, counts) if pick else None,
        "week": best_of_week(MODELS),
        "open_walls": [
            _card(land.project, counts) for land in shown if land.project.pk not in moves
        ][:OPEN_WALLS],
    }
    return render(request, "crowdcontrolled/home.html", context)


@never_cache
@require_safe
def add(request: HttpRequest) -> HttpResponse:
    """Straight to the form of a project that needs datapoints; which one, chance decides."""
    project = wanting()
    if project is None:
        return render(request, "crowdcontrolled/nothing_wanted.html")
    return redirect("contribute", project.slug)


def wanting() -> Project | None:
    """A public project that has not reached its goal; the more one moves, the likelier.

    Chosen among ``CHOICE``, the fastest first and then the newest. One that collects labels wants
    some while items wait. Projects without a goal come when none else wants anything.
    """
    rank = F("project__momentum__rank").desc(nulls_last=True)
    labels = Q(collects=DataTable.Collects.LABELS)
    items = labels & Q(pending__gt=0)
    for wants in (
        ~labels & Q(accepted__lt=F("project__goal")) | items,
        ~labels & Q(project__goal=None),
    ):
        tables = DataTable.objects.filter(shown_to_all(), wants).select_related("project")
        fast = list(tables.order_by(rank, "-project_id")[:CHOICE])
        if fast:
            speed = {one.project.pk: one.value for one in moving(CHOICE)}
            weights = [EVEN + speed.get(table.project_id, 0.0) for table in fast]
            return random.choices(fast, weights)[0].project  # noqa: S311 - no secret
    return None


def _counts(fast: list[int], pick: Feature | None, shown: list[Land]) -> dict[int, Carded]:
    """The counts of all projects that get a card, by project."""
    known = {land.project.pk: _of_land(land) for land in shown}
    ids = [*fast, *([pick.project_id] if pick else [])]
    others = DataTable.objects.filter(project__in=[pk for pk in ids if pk not in known])
    for table in others.select_related("project"):
        url = thumbnail_url(table.project.slug, table.next_arrival)
        known[table.project_id] = Carded(table.project, table.accepted, table.people, url)
    return known


def _card(project: Project, counts: dict[int, Carded], move: Moving | None = None) -> Carded:
    known = counts.get(project.pk) or Carded(project, 0, 0, thumbnail_url(project.slug, 0))
    return known._replace(moving=move)


def _of_land(land: Land) -> Carded:
    url = thumbnail_url(land.project.slug, land.cells)
    return Carded(land.project, land.count, land.people, url)
