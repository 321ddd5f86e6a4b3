"""What maintainers of a project that collects labels do, and the file of all labels."""

import uuid
from collections.abc import Iterator
from copy import copy
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import ratelimit, toasts
from common.errors import Missing, Refused
from common.http import AuthedRequest, HttpRequest
from common.limits import LABEL_FILES_PER_HOUR
from datasets import consent, services
from datasets.arrowing import pseudonym
from datasets.exports import csv_line, safe_text
from datasets.field_types import FieldType
from datasets.forms import ConsentForm, DatapointForm, datapoint_form
from datasets.labelling.forms import DecideForm, GoldForm
from datasets.labelling.queries import (
    collects_labels,
    disputes,
    fields_to_give,
    gold_items,
    progress,
    raw_labels,
)
from datasets.labelling.showing import keyed
from datasets.labelling.targets import target_for
from datasets.models import Contribution, Field
from datasets.queries import Purpose, count_of, has_agreed, rows
from datasets.services import deciding
from datasets.views.likeness import asker
from projects.access import Right, project_for
from projects.models import Project

COLUMNS = ("row", "number", "labeller", "label", "gold", "counts", "given")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def label_add(request: AuthedRequest, slug: str) -> HttpResponse:
    """Add one item: a datapoint whose answer may be left out."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    fields = [field_to_give(field, type_) for field, type_ in fields_to_give(project)]
    agreed = has_agreed(project, request.user.pk, consent.VERSION)
    if request.method != "POST":
        terms = ConsentForm(project, initial={"idempotency_key": uuid.uuid4().hex}, agreed=agreed)
        return add_page(request, project, datapoint_form(project, fields=fields), terms)
    form = datapoint_form(project, fields=fields, data=request.POST, files=request.FILES)
    terms = ConsentForm(project, request.POST, agreed=agreed)
    if not (form.is_valid() & terms.is_valid()):
        return add_page(request, project, form, terms, status=422)
    try:
        added = services.contribute(
            project=project,
            user=request.user,
            rows=[form.values()],
            source=Contribution.Source.FORM,
            key=terms.cleaned_data["idempotency_key"],
            right=project.may,
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return add_page(request, project, form, terms, status=refused.status)
    undo = reverse("contribution_undo", args=[added.pk])
    toasts.saved(request, _("Item added."), undo_url=undo)
    return redirect("label_add", slug=project.slug)


def field_to_give(field: Field, type_: FieldType[Any]) -> Field:
    """The field as the form of an item asks for it."""
    given = copy(field)
    given.required = type_.required
    return given


def add_page(
    request: AuthedRequest,
    project: Project,
    form: DatapointForm,
    terms: ConsentForm,
    *,
    status: int = 200,
) -> HttpResponse:
    """The form of an item."""
    context = {
        **frame(project),
        "labelling": collects_labels(project),
        "form": form,
        "terms": terms,
    }
    return render(request, "datasets/label_add.html", context, status=status)


@require_safe
@login_required
def label_disputes(request: AuthedRequest, slug: str) -> HttpResponse:
    """The items on which people do not agree, the oldest first."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    return disputes_page(request, project)


def disputes_page(
    request: AuthedRequest, project: Project, *, problem: str = "", status: int = 200
) -> HttpResponse:
    """The queue of disputes."""
    labelling = collects_labels(project)
    target = target_for(project) if labelling else None
    context = {
        **frame(project),
        "labelling": labelling,
        "disputes": disputes(project),
        "progress": progress(project),
        "target": target,
        "choices": [one.choice for one in keyed(target)] if target else [],
        "problem": problem,
    }
    return render(request, "datasets/label_disputes.html", context, status=status)


@require_POST
@login_required
def label_decide(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Settle a dispute, or leave its item out."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return disputes_page(request, project, problem=_("Say what it is."), status=422)
    said = form.cleaned_data
    try:
        if said["order"] == "out":
            deciding.leave_out(project, request.user, pk, said["reason"])
            toasts.saved(request, _("Left out: it is in no version of the data."))
        else:
            deciding.decide(project, request.user, pk, said["value"])
            toasts.saved(request, _("Settled."))
    except Missing:
        raise
    except Refused as refused:
        return disputes_page(request, project, problem=refused.message, status=refused.status)
    return redirect("label_disputes", slug=project.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def label_gold(request: AuthedRequest, slug: str) -> HttpResponse:
    """The items whose answer is known; add one."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    if request.method != "POST":
        return gold_page(request, project, GoldForm())
    form = GoldForm(request.POST)
    if not form.is_valid():
        return gold_page(request, project, form, status=422)
    said = form.cleaned_data
    try:
        row = row_numbered(project, said["number"])
        deciding.add_gold(project, request.user, row, said["value"], said["why"])
    except Missing:
        form.add_error("number", _("No row that is accepted or waits here has this number."))
        return gold_page(request, project, form, status=422)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return gold_page(request, project, form, status=refused.status)
    toasts.saved(request, _("It is gold now: it comes among the others."))
    return redirect("label_gold", slug=project.slug)


@require_POST
@login_required
def label_gold_remove(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """The row stays; nobody is shown it any more."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    deciding.remove_gold(project, request.user, pk)
    toasts.saved(request, _("No gold any more. The row stays."))
    return redirect("label_gold", slug=project.slug)


def gold_page(
    request: AuthedRequest, project: Project, form: GoldForm, *, status: int = 200
) -> HttpResponse:
    """The list of gold items and the form of one more."""
    context = {
        **frame(project),
        "labelling": collects_labels(project),
        "gold": gold_items(project),
        "form": form,
    }
    return render(request, "datasets/label_gold.html", context, status=status)


@require_safe
def labels_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The raw labels as CSV, with pseudonyms; of open items for maintainers only."""
    project = project_for(request.user, slug)
    ratelimit.spend("labels file", asker(request), limit=LABEL_FILES_PER_HOUR, seconds=3600)
    lines = label_lines(project, every=project.may >= Right.MAINTAIN)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{project.slug}-labels.csv"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def label_lines(project: Project, *, every: bool) -> Iterator[bytes]:
    """The labels as lines of CSV, header first."""
    yield csv_line(COLUMNS)
    names: dict[int, str] = {}
    for one in raw_labels(project, every=every):
        who = names.setdefault(one.user, pseudonym(project.pk, one.user))
        flags = [str(one.gold).lower(), str(one.counts).lower()]
        yield csv_line([one.row, one.number, who, safe_text(one.answer), *flags, one.when])


def row_numbered(project: Project, number: int) -> int:
    """The id of the row with that number.

    Raises:
        Missing: there is none.
    """
    found = rows(project, Purpose.OWN).filter(arrival=number - 1).values_list("pk", flat=True)
    row = found.first()
    if row is None:
        raise Missing
    return int(row)


def frame(project: Project) -> dict[str, object]:
    """What every page of a project shows."""
    counts = count_of(project)
    return {
        "project": project,
        "tab": "contribute",
        "count": counts.accepted,
        "people": counts.people,
    }
