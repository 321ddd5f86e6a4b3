"""Pages that look across apps: the home page and a project's front page."""

from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from common.http import HttpRequest
from datasets.models import DataTable
from datasets.queries import fields_of, wall_summary
from datasets.snippets import use_it
from live.queries import counters, last_seq
from projects.access import project_for
from projects.live import topic_of
from projects.models import Project
from projects.queries import feed, recent
from training.models import TrainedModel
from training.queries import board
from training.queries.standing import learning_of

WALLS_ON_HOME = 24
LINES_ON_HOME = 8
MODELS_ON_WALL = 3
LINES_ON_WALL = 10


class Territory(NamedTuple):
    """One project as the home page shows it."""

    project: Project
    count: int  # type: ignore[assignment]  # tuple.count is not missed
    people: int
    goal: int | None
    wall_url: str
    topic: str
    seq: int


class Totals(NamedTuple):
    """How much there is on the whole site, of what everybody may see."""

    datapoints: int
    people: int
    projects: int
    models: int


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The wall of all public walls, what just happened, and the way in."""
    context = {
        "projects": territories(),
        "totals": totals(),
        "feed": recent(request.user, LINES_ON_HOME),
    }
    return render(request, "crowdcontrolled/home.html", context)


@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """A project's wall, what it is about, its best models and its feed."""
    found = project_for(request.user, slug)
    # Read first: what happens while the page is made is then told twice, never lost.
    seq = last_seq(topic_of(found.pk))
    wall = wall_summary(found)
    context: dict[str, Any] = {
        "project": found,
        "tab": "wall",
        "topic": topic_of(found.pk),
        "seq": seq,
        "wall": wall,
        "count": wall["accepted"],
        "people": wall["people"],
        "fields": fields_of(found),
        "board": board(found, limit=MODELS_ON_WALL),
        "learning": learning_of(found),
        "feed": feed(found, LINES_ON_WALL),
        "use_it": use_it(request, found),
    }
    return render(request, "crowdcontrolled/project.html", context)


def public() -> QuerySet[Project]:
    """What everybody sees on the home page, signed in or not: no private wall by accident."""
    return Project.objects.filter(
        visibility=Project.Visibility.PUBLIC, state=Project.State.PUBLISHED, hidden=False
    )


def territories() -> list[Territory]:
    """The walls of the home page, the ones with the most datapoints first."""
    tables = (
        DataTable.objects.filter(project__in=public())
        .select_related("project")
        .order_by("-accepted", "-project_id")[:WALLS_ON_HOME]
    )
    found = list(tables)
    seqs = counters(topic_of(table.project_id) for table in found)
    return [
        Territory(
            table.project,
            table.accepted,
            table.people,
            table.project.goal,
            reverse("wall_data", args=[table.project.slug]),
            topic_of(table.project_id),
            seqs.get(topic_of(table.project_id), 0),
        )
        for table in found
    ]


def totals() -> Totals:
    """Counts over all public projects."""
    shown = public()
    rows = DataTable.objects.filter(project__in=shown).aggregate(all=Sum("accepted"))["all"]
    people = User.objects.filter(contributions__project__in=shown).distinct().count()
    models = TrainedModel.objects.filter(project__in=shown, hidden=False).count()
    return Totals(rows or 0, people, shown.count(), models)
