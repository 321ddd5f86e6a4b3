"""The page on which a new project is described, and what stands beside it and changes with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from common.http import HttpRequest
from common.limits import FIELDS_PER_PROJECT, MIN_ROWS_TO_TRAIN
from datasets.drafts import FieldDraft, task_of, unready
from datasets.field_forms import FieldForms
from datasets.field_types import type_of
from datasets.imports import BadRow, Preview
from datasets.models import Field
from datasets.opening_forms import USUAL_ACCURACY, BasicsForm
from datasets.resolution import (
    PLANNED,
    Resolution,
    error_half_width,
    resolution,
    tested_rows,
)
from datasets.stash import Head
from datasets.waiting_rows import fitting

LOOK, SAVE, PUBLISH = "look", "save", "publish"
SHOWN_BAD = 20
#: Rows that the calculator shows when nothing was said of a goal.
USUAL_GOAL = 300


@dataclass
class Description:
    """Everything that the page shows."""

    action: str
    basics: BasicsForm
    fields: FieldForms
    #: The table that waits for this project, if there is one.
    head: Head | None = None
    bad_rows_url: str = ""
    #: The rows of the whole table that do not fit, after somebody wanted to publish.
    bad: Preview | None = None
    problems: list[str] = field(default_factory=list)


def page(request: HttpRequest, description: Description, *, status: int = 200) -> HttpResponse:
    """The whole page; for a look by htmx only what stands beside the form."""
    refused = status >= HTTPStatus.BAD_REQUEST
    context = {**around(description), **beside(description), "refused": refused}
    template = "datasets/project_describe.html"
    if request.htmx and request.POST.get("order") == LOOK:
        template = "datasets/_beside.html"
    return render(request, template, context, status=status)


def around(description: Description) -> dict[str, Any]:
    """The form's side of the page."""
    head, bad = description.head, description.bad
    return {
        "description": description,
        "basics": description.basics,
        "field_forms": description.fields.forms,
        "action": description.action,
        "head": head,
        "asking": sum(bool(form.guess and form.guess.ask) for form in description.fields.forms),
        "too_wide": head is not None and len(head.columns) > FIELDS_PER_PROJECT,
        "chosen": {one.source for one in head.proposals} if head else set(),
        "most_fields": FIELDS_PER_PROJECT,
        "bad": bad,
        "shown_bad": bad.bad[:SHOWN_BAD] if bad else [],
    }


def beside(description: Description) -> dict[str, Any]:
    """The form that contributors will see, what is missing, and the calculator."""
    drafts, wrong = description.fields.readable()
    task = task_of(drafts)
    return {
        "form": preview_form(drafts),
        "wrong": wrong,
        "unready": unready(task, drafts),
        "why_task": why_task(task, drafts),
        "task": task,
        "min_rows": MIN_ROWS_TO_TRAIN,
        "sample": sample_of(description, drafts),
        **calculated(description.basics),
    }


def preview_form(drafts: Sequence[FieldDraft]) -> forms.Form:
    """The form of a datapoint that these fields make; it is only looked at."""
    made = forms.Form(prefix="preview", use_required_attribute=False)
    made.fields.update({f"f{at}": type_of(one).form_field() for at, one in enumerate(drafts)})
    return made


def why_task(task: str, drafts: Sequence[FieldDraft]) -> str:
    """What a model will do, and which field says so."""
    target = next((one for one in drafts if one.role == Field.Role.TARGET), None)
    if target is None:
        return ""
    if task == "classification":
        sentence = _("A model will predict the category “%(name)s”: a classification.")
    else:
        sentence = _("A model will predict the number “%(name)s”: a regression.")
    return sentence % {"name": target.name}


@dataclass(frozen=True)
class Sample:
    """How the first rows of the waiting table fit the fields as they are described now."""

    looked_at: int
    bad: list[BadRow]
    all_looked_at: bool

    @property
    def good(self) -> int:
        """How many of them fit."""
        return self.looked_at - len(self.bad)


def sample_of(description: Description, drafts: Sequence[FieldDraft]) -> Sample | None:
    """The first rows against the fields; None without a table."""
    head = description.head
    if head is None or not head.sample or not drafts:
        return None
    columns = columns_of(description.fields, drafts)
    items = description.basics.asks_for_labels
    preview = fitting(head.columns, head.sample, drafts, columns, items=items)
    return Sample(preview.total, preview.bad[:3], head.rows <= len(head.sample))


def columns_of(fields: FieldForms, drafts: Sequence[FieldDraft]) -> list[int | None]:
    """The column of each draft, by its name: some forms may not be readable yet."""
    by_name: Mapping[str, int | None] = {
        str(form["name"].value() or "").strip().casefold(): form.column() for form in fields.forms
    }
    return [by_name.get(draft.name.casefold()) for draft in drafts]


def calculated(basics: BasicsForm) -> dict[str, Any]:
    """The calculator's answer for the goal and the accuracy as they are typed."""
    goal = _number(basics, "goal", 1, 10_000_000) or USUAL_GOAL
    percent = _number(basics, "accuracy", 50, 99) or USUAL_ACCURACY
    return {
        "resolution": resolution(goal, percent / 100),
        "percent": percent,
        "error_share": error_half_width(tested_rows(goal)),
        "planned": planned(percent / 100),
    }


def planned(accuracy: float) -> list[Resolution]:
    """The calculator's answers for a few sizes."""
    return [resolution(rows, accuracy) for rows in PLANNED if tested_rows(rows)]


def _number(basics: BasicsForm, name: str, low: int, high: int) -> int | None:
    text = str(basics[name].value() or "").strip()
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return value if low <= value <= high else None
