"""Correcting an own datapoint within a day."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import toasts
from common.errors import Missing, Refused
from common.http import AuthedRequest
from common.limits import EDIT_HOURS
from datasets import services
from datasets.forms import DatapointForm, RevisionForm, datapoint_form
from datasets.models import Row
from datasets.queries import count_of, typed_fields
from datasets.records import Typed
from datasets.services.editing import check_open, own_row
from datasets.views.contributing import linked
from projects.access import Right, project_for
from projects.models import Project


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def row_edit(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """The form of an own datapoint with its values, and what comes of sending it."""
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    fields = typed_fields(project)
    row = own_row(project, request.user, pk, fields)
    if request.method == "POST":
        return save(request, project, fields, row)
    check_open(row)
    form = datapoint_form(
        project, fields=[field for field, _type in fields], initial=texts_of(fields, row)
    )
    return page(request, project, row, form, RevisionForm(initial={"revision": row.revision}))


def save(request: AuthedRequest, project: Project, fields: Typed, row: Row) -> HttpResponse:
    """Write what a valid form says."""
    form = datapoint_form(
        project,
        fields=[field for field, _type in fields],
        data=request.POST,
        files=request.FILES,
    )
    marks = RevisionForm(request.POST)
    if not marks.is_valid():
        form.add_error(None, _("This form is incomplete. Load the page again."))
    if not form.is_valid():
        return page(request, project, row, form, marks, status=422)
    try:
        changed = services.edit_row(
            project=project,
            user=request.user,
            row=row.pk,
            values=form.values(),
            revision=marks.cleaned_data["revision"],
        )
    except Missing:
        raise
    except Refused as refused:
        form.add_error(None, linked(project, refused))
        return page(request, project, row, form, marks, status=refused.status)
    words = _("Changed. Later versions of the data hold the new values.")
    toasts.saved(request, words if changed else _("Nothing changed: the values are the same."))
    return redirect("row", slug=project.slug, pk=row.pk)


def texts_of(fields: Typed, row: Row) -> dict[str, Any]:
    """The row's values as the form shows them."""
    found = {}
    for field, type_ in fields:
        value = type_.value_of(getattr(row, field.column))
        found[field.column] = "" if value is None else type_.show(value)
    return found


def page(
    request: AuthedRequest,
    project: Project,
    row: Row,
    form: DatapointForm,
    marks: forms.Form,
    *,
    status: int = 200,
) -> HttpResponse:
    """The page of the form."""
    counts = count_of(project)
    context = {
        "project": project,
        "tab": "data",
        "count": counts.accepted,
        "people": counts.people,
        "row": row,
        "form": form,
        "marks": marks,
        "hours": EDIT_HOURS,
    }
    return render(request, "datasets/row_edit.html", context, status=status)
