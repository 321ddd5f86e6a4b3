"""Opening a project: choose a beginning, describe it, look at the draft, publish."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import toasts
from common.errors import Refused
from common.http import AuthedRequest
from datasets import services
from datasets.drafts import FieldDraft, unready
from datasets.field_forms import BasicsForm, FieldForms, changed_rows
from datasets.forms import datapoint_form
from datasets.models import Contribution
from datasets.queries import count_of, fields_of
from datasets.starters import STARTERS, starter_named
from projects.access import Right, project_for
from projects.models import Project

SAVE = "save"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_new(request: AuthedRequest) -> HttpResponse:
    """Choose a beginning; then describe the project and its fields on one page."""
    if request.method == "POST":
        return describe(request)
    starter = starter_named(request.GET.get("from", ""))
    if starter is None:
        return render(request, "datasets/project_new.html", {"starters": STARTERS})
    basics = BasicsForm(initial={"task": starter.task, "licence": "CC0-1.0"})
    return new_page(request, basics, FieldForms.of_drafts(starter.fields))


def describe(request: AuthedRequest) -> HttpResponse:
    """Change the form by one button, or make the draft."""
    order = request.POST.get("order", SAVE)
    if order != SAVE:
        basics = BasicsForm(initial=request.POST.dict())
        return new_page(request, basics, FieldForms.of_rows(changed_rows(request.POST, order)))
    basics, forms = BasicsForm(request.POST), FieldForms.bound(request.POST)
    if not (basics.is_valid() & forms.is_valid()):
        return new_page(request, basics, forms, status=422)
    try:
        project = services.open_project(
            creator=request.user, basics=basics.cleaned_data, fields=forms.drafts()
        )
    except Refused as refused:
        basics.add_error(refused.field if refused.field in basics.fields else None, refused.message)
        return new_page(request, basics, forms, status=refused.status)
    toasts.saved(request, _("Draft saved. Try its form, then publish it."))
    return redirect("project_draft", slug=project.slug)


def new_page(
    request: AuthedRequest, basics: BasicsForm, forms: FieldForms, *, status: int = 200
) -> HttpResponse:
    """The page on which a project is described."""
    context = {"basics": basics, "field_forms": forms.forms, "action": reverse("project_new")}
    return render(request, "datasets/project_describe.html", context, status=status)


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
    """What is still missing before the draft can be published, and how its form looks."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    described = fields_of(project)
    context = {
        "project": project,
        "tab": "settings",
        "fields": described,
        "unready": unready(project.task, described),
        "form": datapoint_form(project),
        "count": count_of(project).accepted,
    }
    return render(request, "datasets/draft.html", context)


@require_POST
@login_required
def publish(request: AuthedRequest, slug: str) -> HttpResponse:
    """Open the draft to its crowd."""
    project = project_for(request.user, slug, at_least=Right.OWN)
    services.publish_project(project, request.user)
    toasts.saved(request, _("The project is open. Place the first datapoint."))
    return redirect("contribute", slug=project.slug)
