"""How good a project's data are, for everybody who may read them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.http import HttpRequest
from datasets.labelling.queries import collects_labels, summary
from datasets.models import DataTable, Flag, Reviewer
from datasets.queries import count_of, quality
from datasets.reviewing.reviewers import belief, record_of
from projects.access import project_for
from projects.models import Project


@require_safe
def show_quality(request: HttpRequest, slug: str) -> HttpResponse:
    """Agreement, known answers, duplicates, ages, flags; one's own accuracy to oneself only."""
    project = project_for(request.user, slug)
    counts = count_of(project)
    waiting = quality.waiting_of(project)
    flags = quality.flags_of(project)
    context = {
        "project": project,
        "tab": "data",
        "count": counts.accepted,
        "people": counts.people,
        "rules": DataTable.objects.get(project=project),
        "agreement": quality.agreement_of(project),
        "checks": quality.checks_of(project),
        "near": quality.near_duplicates(project),
        "waiting": waiting,
        "ages": bars(waiting),
        "flags": [(kind.label, flags.get(kind.value, 0)) for kind in Flag.Kind],
        "labels": summary(project) if collects_labels(project) else None,
        "own": own_record(request, project),
    }
    return render(request, "datasets/quality.html", context)


def bars(waiting: quality.Waiting) -> list[tuple[int, float]]:
    """How many rows waited how long, and the share that each is of them all."""
    return [(amount, amount / max(1, waiting.amount)) for amount in waiting.ages]


def own_record(request: HttpRequest, project: Project) -> dict[str, object] | None:
    """What the reader's own answers come to; nobody else sees it."""
    if not request.user.is_authenticated:
        return None
    record: Reviewer = record_of(project, request.user)
    return {"record": record, "belief": belief(record)} if record.answers else None
