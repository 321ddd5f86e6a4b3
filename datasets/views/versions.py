"""The pages of versions: all of them, one, and what differs between two."""

from typing import NamedTuple

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common import ratelimit, toasts
from common.http import HttpRequest
from common.limits import SNAPSHOTS_PER_HOUR
from datasets import queries
from datasets.comparing import Difference
from datasets.exports import FORMATS
from datasets.models import Snapshot
from datasets.queries.snapshots import being_made, newest, page_of, previous_of, why_destroyed
from datasets.services.differences import difference_between
from datasets.services.snapshot_files import made_file
from datasets.services.versions import ask_for_version
from datasets.snippets import use_it
from datasets.views.data import number_in, snapshot_of
from projects.access import Right, project_for
from projects.models import Project


class Balance(NamedTuple):
    """How many rows of one class two versions have."""

    label: str
    before: int
    after: int


@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """All versions, the newest first; a POST makes one of the rows of now."""
    if request.method == "POST":
        return _make(request, slug)
    project = project_for(request.user, slug)
    compared = number_in(request, "from"), number_in(request, "to")
    if all(number is not None for number in compared):
        return redirect("version_changes", project.slug, *compared)
    shown = page_of(project, before=number_in(request, "before"))
    context = {
        **_frame(project),
        "snapshots": shown.versions,
        "older_url": f"{request.path}?before={shown.older}" if shown.older else None,
        "newer_url": request.path if number_in(request, "before") else None,
        "use_it": use_it(request, project),
    }
    return render(request, "datasets/versions.html", context)


def _make(request: HttpRequest, slug: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    ratelimit.spend("snapshot", request.user.pk, limit=SNAPSHOTS_PER_HOUR, seconds=3600)
    made = ask_for_version(project, request.user)
    if made is None:
        toasts.saved(request, _("The version is being made."))
        return redirect("versions", slug=project.slug)
    toasts.saved(request, _("Version %(number)s is ready.") % {"number": made.number})
    return redirect("version", slug=project.slug, number=made.number)


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version: its files with their hashes, and what differs from the one before."""
    project = project_for(request.user, slug)
    snapshot = snapshot_of(project, number)
    before = previous_of(snapshot)
    context = {
        **_frame(project),
        "version": snapshot,
        "why": why_destroyed(snapshot),
        "files": [(ending, made_file(snapshot, ending)) for ending in ("parquet", *FORMATS)],
        "before": before,
        "newest": newest(project),
        **_compared(before, snapshot),
    }
    return render(request, "datasets/version.html", context)


@require_safe
def changes(request: HttpRequest, slug: str, before: int, number: int) -> HttpResponse:
    """What differs between any two versions."""
    project = project_for(request.user, slug)
    old, new = snapshot_of(project, before), snapshot_of(project, number)
    context = {**_frame(project), "before": old, "version": new, **_compared(old, new)}
    return render(request, "datasets/version_changes.html", context)


def _frame(project: Project) -> dict[str, object]:
    counts = queries.count_of(project)
    numbers = Snapshot.objects.filter(project=project).values_list("number", flat=True)
    return {
        "project": project,
        "tab": "data",
        "count": counts.accepted,
        "people": counts.people,
        "making": being_made(project),
        "numbers": list(numbers[:500]),
    }


def _compared(before: Snapshot | None, after: Snapshot) -> dict[str, object]:
    """What differs, where both are there: counted now, or being counted by a job."""
    if before is None or before.destroyed or after.destroyed:
        return {"difference": None, "counting": False, "balance": []}
    found: Difference | None = difference_between(before, after)
    return {
        "difference": found,
        "counting": found is None,
        "balance": balance(before, after),
    }


def balance(before: Snapshot, after: Snapshot) -> list[Balance]:
    """The classes of both versions, in the order of the newer one's schema."""
    old, new = (one.changes.get("classes") or {} for one in (before, after))
    targets = [one for one in after.table_schema["fields"] if one.get("cc:role") == "target"]
    ordered = [label for one in targets for label in one.get("categories", [])]
    counted = {*new, *old}
    labels = [*(one for one in ordered if one in counted), *sorted(counted - {*ordered})]
    return [Balance(label, old.get(label, 0), new.get(label, 0)) for label in labels]
