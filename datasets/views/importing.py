"""Importing a file: sent, checked by a job, looked at, added by another; each step by a form."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import toasts
from common.errors import Missing, Refused
from common.http import AuthedRequest
from common.small_plots import Column, histogram
from datasets import consent
from datasets.forms import ConsentForm
from datasets.import_forms import FileForm, ReadingForm, reading_initial
from datasets.importing.matching import by_name
from datasets.models import Contribution, Import
from datasets.queries import count_of, has_agreed, typed_fields
from datasets.services import importing
from projects.access import Right, project_for
from projects.models import Project

LISTED = 20
State = Import.State
OVER = (State.ADDED, State.CANCELLED)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def imports(request: AuthedRequest, slug: str) -> HttpResponse:
    """Send a file, or see the ones that are on their way."""
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    if request.method != "POST":
        return _list_page(request, project, FileForm(initial={"idempotency_key": uuid.uuid4().hex}))
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list_page(request, project, form, status=422)
    sent = form.cleaned_data["file"]
    try:
        made = importing.receive(
            project=project,
            user=request.user,
            file=sent,
            name=sent.name or "",
            source=Contribution.Source.UPLOAD,
            key=form.cleaned_data["idempotency_key"],
        )
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _list_page(request, project, form, status=refused.status)
    return redirect("import", slug=project.slug, file=made.pk)


def _list_page(
    request: AuthedRequest, project: Project, form: FileForm, *, status: int = 200
) -> HttpResponse:
    mine = Import.objects.filter(project=project, user=request.user)
    context = {**_frame(project), "form": form, "imports": mine[:LISTED]}
    return render(request, "datasets/imports.html", context, status=status)


@require_safe
@login_required
def import_page(request: AuthedRequest, slug: str, file: int) -> HttpResponse:
    """One file: what its check found, or how far it is."""
    return _page(request, _own(request, slug, file))


@require_POST
@login_required
def import_check(request: AuthedRequest, slug: str, file: int) -> HttpResponse:
    """Check the file anew, read as the form says."""
    found = _own(request, slug, file)
    form = _reading(found, request.POST)
    if not form.is_valid():
        return _page(request, found, reading=form, status=422)
    try:
        importing.check_again(
            found,
            dialect=form.dialect(),
            columns=form.columns(),
            duplicates_too=form.cleaned_data["duplicates_too"],
        )
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _page(request, found, reading=form, status=refused.status)
    return redirect("import", slug=slug, file=file)


@require_POST
@login_required
def import_add(request: AuthedRequest, slug: str, file: int) -> HttpResponse:
    """Add the good rows."""
    found = _own(request, slug, file)
    terms = ConsentForm(found.project, request.POST, agreed=_agreed(found))
    if not terms.is_valid():
        return _page(request, found, terms=terms, status=422)
    importing.add(found)
    return redirect("import", slug=slug, file=file)


@require_POST
@login_required
def import_cancel(request: AuthedRequest, slug: str, file: int) -> HttpResponse:
    """Give the file up."""
    importing.cancel(_own(request, slug, file))
    toasts.saved(request, _("Cancelled. Nothing of the file stays in the project."))
    return redirect("imports", slug=slug)


@require_safe
@login_required
def import_bad(request: AuthedRequest, slug: str, file: int) -> HttpResponseBase:
    """The rows that do not fit, as CSV, with the reasons in a last column."""
    found = _own(request, slug, file)
    if not found.bad_file:
        raise Missing
    response = FileResponse(
        default_storage.open(found.bad_file),
        as_attachment=True,
        filename=f"{found.project.slug}-bad-rows.csv",
        content_type="text/csv; charset=utf-8",
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _own(request: AuthedRequest, slug: str, file: int) -> Import:
    """The person's own import; anybody else's is missing.

    Raises:
        Missing: there is none.
    """
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    found = Import.objects.filter(project=project, user=request.user, pk=file).first()
    if found is None:
        raise Missing
    found.project, found.user = project, request.user
    return found


def _agreed(found: Import) -> bool:
    return has_agreed(found.project, found.user_id, consent.VERSION)


def _reading(found: Import, data: Any = None) -> ReadingForm:
    header = found.report.get("header", [])
    fields = typed_fields(found.project)
    columns = found.columns or {str(pk): at for pk, at in by_name(header, fields).items()}
    initial = reading_initial(found.dialect, columns, found.duplicates_too)
    return ReadingForm([field for field, _type in fields], header, data, initial=initial)


def _page(
    request: AuthedRequest,
    found: Import,
    *,
    reading: ReadingForm | None = None,
    terms: ConsentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    bars = [_drawn(bar) for bar in found.report.get("bars", [])]
    context = {
        **_frame(found.project),
        "import": found,
        "header": found.report.get("header", []),
        "bars": bars,
        "reading": reading or _reading(found),
        "terms": terms or ConsentForm(found.project, agreed=_agreed(found)),
        "running": found.state in (State.UPLOADED, State.CHECKING, State.ADDING),
        "over": found.state in OVER,
        **_speed(found),
    }
    return render(request, "datasets/import.html", context, status=status)


def _speed(found: Import) -> dict[str, Any]:
    """Rows a second and seconds left of an import that is being written."""
    if found.state != State.ADDING or found.started is None or not found.written:
        return {}
    seconds = max((timezone.now() - found.started).total_seconds(), 0.1)
    speed = found.written / seconds
    left = max(0.0, found.good - found.written) / speed
    return {"speed": round(speed), "left": max(1, round(left))}


def _drawn(bar: dict[str, Any]) -> dict[str, Any]:
    """A column's bars with its histogram as a picture."""
    if "counts" not in bar:
        return bar
    low, high, counts = bar["low"], bar["high"], bar["counts"]
    step, highest = (high - low) / len(counts), max(counts)
    columns = [
        Column(count / highest, f"{low + at * step:.4g} – {low + (at + 1) * step:.4g}: {count}")
        for at, count in enumerate(counts)
    ]
    return {**bar, "plot": histogram(columns, bar["field"])}


def _frame(project: Project) -> dict[str, object]:
    counts = count_of(project)
    return {
        "project": project,
        "tab": "contribute",
        "count": counts.accepted,
        "people": counts.people,
    }
