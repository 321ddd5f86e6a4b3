"""Opening a project: choose a beginning, describe it, look at the draft, publish."""

from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import toasts
from common.errors import Refused
from common.http import AuthedRequest
from common.limits import MIN_ROWS_TO_TRAIN
from datasets import services
from datasets.drafts import FieldDraft, task_of, unready
from datasets.field_forms import FieldForms, changed_rows
from datasets.forms import datapoint_form
from datasets.models import Contribution
from datasets.opening_forms import BasicsForm, StartForm
from datasets.queries import count_of, fields_of
from datasets.starters import STARTERS, starter_named
from datasets.views.describing import LOOK, PUBLISH, SAVE, Description, page
from datasets.views.waiting import rows_for, waiting_for
from projects.access import Right, project_for
from projects.models import Project


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_new(request: AuthedRequest) -> HttpResponse:
    """Choose a beginning; then describe the project and its fields on one page."""
    if request.method == "POST":
        return describe(request)
    starter = starter_named(request.GET.get("from", ""))
    if starter is None:
        return start_page(request, StartForm())
    question = request.GET.get("question", "")[:60]
    described = Description(
        reverse("project_new"),
        BasicsForm(initial={"name": question}),
        FieldForms.of_drafts(starter.fields),
    )
    return page(request, described)


def start_page(request: AuthedRequest, form: StartForm, *, status: int = 200) -> HttpResponse:
    """The one question, and the ways to begin."""
    context = {"form": form, "starters": STARTERS, "waiting": waiting_for(request.user)}
    return render(request, "datasets/project_new.html", context, status=status)


def describe(request: AuthedRequest) -> HttpResponse:
    """Change the form by one button, look at it, or make the project."""
    order = request.POST.get("order", SAVE)
    if order not in (SAVE, PUBLISH):
        rows = FieldForms.of_rows(changed_rows(request.POST, "" if order == LOOK else order))
        basics = BasicsForm(initial=request.POST.dict())
        return page(request, Description(reverse("project_new"), basics, rows))
    basics, forms = BasicsForm(request.POST), FieldForms.bound(request.POST)
    described = Description(reverse("project_new"), basics, forms)
    if not (basics.is_valid() & forms.is_valid()):
        return page(request, described, status=422)
    try:
        project = make(request, described, order)
    except Refused as refused:
        return refused_page(request, described, refused)
    if order == SAVE:
        toasts.saved(request, _("Draft saved. Try its form, then publish it."))
        return redirect("project_draft", slug=project.slug)
    return opened(request, project)


def make(request: AuthedRequest, described: Description, order: str) -> Project:
    """Make the project, and publish it where that was ordered.

    Raises:
        Refused: a value does not fit, or a model could not learn from these fields.
    """
    basics, drafts = described.basics, described.fields.drafts()
    task = task_of(drafts)
    if order == PUBLISH and (reasons := unready(task, drafts)):
        raise Refused(" ".join(reasons), status=422)
    project = services.open_project_once(
        creator=request.user,
        basics={**basics.basics(), "task": task},
        fields=drafts,
        key=basics.cleaned_data["idempotency_key"],
    )
    if order == PUBLISH:
        services.finish_opening(project=project, actor=request.user, rows=[], source="", key="")
    return project


def refused_page(request: AuthedRequest, described: Description, refused: Refused) -> HttpResponse:
    """The description again, with the sentence at the field that it is about."""
    basics = described.basics
    basics.add_error(refused.field if refused.field in basics.fields else None, refused.message)
    return page(request, described, status=refused.status)


def opened(request: AuthedRequest, project: Project) -> HttpResponse:
    """To the place of the first datapoint."""
    toasts.saved(request, _("The project is open. Place the first datapoint."))
    return redirect("contribute", slug=project.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def fields(request: AuthedRequest, slug: str) -> HttpResponse:
    """Change the fields of a draft that has no rows."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    if request.method != "POST":
        return fields_page(request, project, FieldForms.of_drafts(drafts_of(project)))
    order = request.POST.get("order", SAVE)
    if order != SAVE:
        return fields_page(request, project, FieldForms.of_rows(changed_rows(request.POST, order)))
    forms = FieldForms.bound(request.POST)
    if not forms.is_valid():
        return fields_page(request, project, forms, status=422)
    try:
        services.edit_fields(project, forms.drafts())
    except Refused as refused:
        problem = refused.message
        return fields_page(request, project, forms, status=refused.status, problem=problem)
    toasts.saved(request, _("Fields saved."))
    return redirect("project_draft", slug=project.slug)


def fields_page(
    request: AuthedRequest,
    project: Project,
    forms: FieldForms,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    """The page on which a draft's fields are changed."""
    context = {
        "project": project,
        "tab": "settings",
        "field_forms": forms.forms,
        "problem": problem,
        "fixed": project.is_published or Contribution.objects.filter(project=project).exists(),
        "action": reverse("project_fields", args=[project.slug]),
    }
    return render(request, "datasets/fields.html", context, status=status)


def drafts_of(project: Project) -> list[FieldDraft]:
    """The project's fields as drafts."""
    return [
        FieldDraft(
            field.name, field.kind, field.role, field.unit, field.required, dict(field.options)
        )
        for field in fields_of(project)
    ]


@require_safe
@login_required
def draft(request: AuthedRequest, slug: str) -> HttpResponse:
    """What is missing before the draft can be published; after, what to do with the link."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    described = fields_of(project)
    address = request.build_absolute_uri(reverse("project", args=[project.slug]))
    context = {
        "project": project,
        "tab": "settings",
        "fields": described,
        "unready": unready(project.task, described),
        "form": datapoint_form(project),
        "count": count_of(project).accepted,
        "min_rows": MIN_ROWS_TO_TRAIN,
        "address": address,
        "host": urlsplit(address).netloc,
        "rows": rows_for(request.user, project),
    }
    return render(request, "datasets/draft.html", context)


@require_POST
@login_required
def publish(request: AuthedRequest, slug: str) -> HttpResponse:
    """Open the draft to its crowd."""
    project = project_for(request.user, slug, at_least=Right.OWN)
    services.publish_project(project, request.user)
    return opened(request, project)
