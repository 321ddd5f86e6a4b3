"""A project's front page, which looks across apps."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.http import HttpRequest
from datasets.queries import fields_of, wall_summary
from datasets.snippets import use_it
from live.queries import last_seq
from projects.access import project_for
from projects.live import topic_of
from projects.queries import feed
from training.queries import board
from training.queries.standing import learning_of

MODELS_ON_WALL = 3
LINES_ON_WALL = 10


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
