"""The schema as everybody may read it, and the page on which maintainers change it."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import ratelimit, toasts
from common.errors import Missing, Refused
from common.http import AuthedRequest, HttpRequest
from common.limits import SCHEMA_CHANGES_PER_VERSION, SCHEMA_LOOKS_PER_MINUTE
from common.numbers import whole
from datasets.field_forms import FieldForms, sent_rows
from datasets.models import Field, SchemaVersion
from datasets.queries import typed_fields
from datasets.queries.schema_preview import CHANGED, INVALID, preview_of, rows_concerned
from datasets.queries.versions import (
    dependents,
    told_of,
    unsettled,
    version_numbered,
    versions_of,
)
from datasets.schema_changes import Schema
from datasets.schema_changes.category_changes import RULES
from datasets.schema_changes.field_changes import LIMITS
from datasets.schema_drafts import OPTION, SchemaDraft, operation_of
from datasets.services import versioning
from jobs.queries import position
from projects.access import Right, project_for
from projects.models import Project

SHOWN_VERSIONS = 50
#: The pixel colours 0 to 11.
COLOURS = (
    gettext_lazy("red"),
    gettext_lazy("orange"),
    gettext_lazy("yellow"),
    gettext_lazy("lime"),
    gettext_lazy("green"),
    gettext_lazy("teal"),
    gettext_lazy("sky blue"),
    gettext_lazy("cobalt"),
    gettext_lazy("grape"),
    gettext_lazy("magenta"),
    gettext_lazy("pink"),
    gettext_lazy("cocoa"),
)


@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version of the schema: what changed, by whom, and what became of it."""
    project = project_for(request.user, slug)
    listed = versions_of(project)
    newest = listed[0] if project.may >= Right.MAINTAIN else None
    context = {
        "project": project,
        "tab": "data",
        "fields": typed_fields(project),
        "versions": [told(version) for version in listed[:SHOWN_VERSIONS]],
        "steps": newest and steps_of(newest),
        "progress": progress_of(project),
    }
    return render(request, "datasets/schema.html", context)


@require_safe
def version_file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The Table Schema of one version."""
    version = version_numbered(project_for(request.user, slug), number)
    if version is None:
        raise Missing
    response = JsonResponse(version.table_schema, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "private, no-cache"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def schema_settings(request: AuthedRequest, slug: str) -> HttpResponse:
    """Collect changes: each button adds one to the draft, and nothing is applied yet."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    draft = SchemaDraft(request.session, project)
    if request.method != "POST":
        return settings_page(request, project, draft)
    order, _dash, number = request.POST.get("order", "").partition("-")
    if order == "clear":
        draft.clear()
    elif order == "remove":
        draft.remove(whole(number) or 0)
    else:
        try:
            collect(request, project, draft)
        except Refused as refused:
            return settings_page(request, project, draft, refused)
    return redirect(f"{reverse('schema_settings', args=[project.slug])}#draft")


def collect(request: AuthedRequest, project: Project, draft: SchemaDraft) -> None:
    """Add the change of the sent form, when it fits behind those that are collected.

    Raises:
        Refused: it does not.
    """
    operation = operation_of(request.POST)
    made = preview_of(project, [*draft.operations(), operation], count=False)
    problem = next((look.problem for look in made.looks if look.problem), "")
    if problem:
        raise Refused(problem)
    draft.add(operation)


def settings_page(
    request: AuthedRequest,
    project: Project,
    draft: SchemaDraft,
    refused: Refused | None = None,
) -> HttpResponse:
    """The fields, the forms of the chosen one, and what is collected."""
    collected = preview_of(project, draft.operations(), count=False)
    fields = collected.after or Schema.of(project).used
    chosen = whole(request.GET.get("field", "") or request.POST.get("field", ""))
    adding = "add" in request.GET or request.POST.get("operation") == "add_field"
    context = {
        "project": project,
        "tab": "settings",
        "fields": fields,
        "retired": Schema.of(project).retired,
        "collected": collected,
        "most": SCHEMA_CHANGES_PER_VERSION,
        "stale": draft.said and draft.base != project.schema_version,
        "chosen": next((choices_for(one, fields) for one in fields if one.pk == chosen), None),
        "adding": adding,
        "problem": refused.message if refused else "",
        "progress": progress_of(project),
        "typed": request.POST,
    }
    if adding:
        context["field_forms"] = described(request)
    status = refused.status if refused else 200
    return render(request, "datasets/schema_settings.html", context, status=status)


def described(request: AuthedRequest) -> list[Any]:
    """The form of a field to be, as it was sent."""
    rows = sent_rows(request.POST) or [{"kind": "number", "role": "feature"}]
    return FieldForms.of_rows(rows[:1]).forms


@dataclass(frozen=True)
class Choices:
    """What can be changed of one field."""

    field: Field
    #: Its place, and every place as the form sends it and as people count.
    place: int
    places: list[tuple[int, int]]
    limits: list[tuple[str, str, Any]]
    categories: list[dict[str, Any]]
    #: The fields that can decide a split.
    deciding: list[Field]
    colours: list[tuple[int, str]]


def choices_for(field: Field, fields: list[Field]) -> Choices:
    """What the page offers for a field."""
    inputs = FieldForms.of_rows([{}]).forms[0].fields
    labels = {name: inputs[_input(field, name)].label for name in LIMITS.get(field.kind, ())}
    return Choices(
        field,
        fields.index(field) + 1,
        [(at, at + 1) for at in range(len(fields))],
        [
            (OPTION + name, str(label), field.options.get(name, ""))
            for name, label in labels.items()
        ],
        list(field.options.get("categories", [])),
        [one for one in fields if one.kind in RULES and one.pk != field.pk and one.pk > 0],
        [(at, str(name)) for at, name in enumerate(COLOURS)],
    )


def _input(field: Field, option: str) -> str:
    """The input of the describing form whose label an option has."""
    return "characters" if field.kind == Field.Kind.TEXT else option


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def schema_preview(request: AuthedRequest, slug: str) -> HttpResponse:
    """What the collected changes do to the rows there are; confirmed, they become a version."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    draft = SchemaDraft(request.session, project)
    if request.method == "POST":
        return apply(request, project, draft)
    return preview_page(request, project, draft)


def apply(request: AuthedRequest, project: Project, draft: SchemaDraft) -> HttpResponse:
    """Make the version."""
    base = whole(request.POST.get("base", ""))
    try:
        version = versioning.change_schema(
            project=project,
            actor=request.user,
            operations=draft.said,
            base=-1 if base is None else base,
            note=request.POST.get("note", ""),
            key=request.POST.get("idempotency_key", ""),
        )
    except Refused as refused:
        return preview_page(request, project, draft, refused)
    draft.clear()
    if version.state == SchemaVersion.State.APPLIED:
        words = _("The schema is version %(number)s now.")
    else:
        words = _("Version %(number)s holds from now on; its rows follow.")
    toasts.saved(request, words % {"number": version.number})
    return redirect("schema_versions", slug=project.slug)


def preview_page(
    request: AuthedRequest,
    project: Project,
    draft: SchemaDraft,
    refused: Refused | None = None,
) -> HttpResponse:
    """The confirming page: each change with its counts, and the fields as they would be."""
    if not draft.said and refused is None:
        return redirect("schema_settings", slug=project.slug)
    ratelimit.spend("schema", request.user.pk, limit=SCHEMA_LOOKS_PER_MINUTE, seconds=60)
    made = preview_of(project, draft.operations())
    context = {
        "project": project,
        "tab": "settings",
        "preview": made,
        "base": project.schema_version,
        "next": 1 + max(one.number for one in versions_of(project)),
        "key": f"schema-{project.pk}-{project.schema_version}-{hash_of(draft)}",
        "note": request.POST.get("note", ""),
        "problem": refused.message if refused else "",
        "busy": unsettled(project),
    }
    status = refused.status if refused else 200
    return render(request, "datasets/schema_preview.html", context, status=status)


def hash_of(draft: SchemaDraft) -> str:
    """What two equal drafts share: pressing twice makes one version."""
    return hashlib.sha256(json.dumps(draft.said, sort_keys=True).encode()).hexdigest()[:16]


@require_safe
@login_required
def schema_rows(request: AuthedRequest, slug: str) -> HttpResponse:
    """The rows that a draft changes, or that would not fit any more, before and after."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    ratelimit.spend("schema", request.user.pk, limit=SCHEMA_LOOKS_PER_MINUTE, seconds=60)
    draft = SchemaDraft(request.session, project)
    what = INVALID if request.GET.get("what") == INVALID else CHANGED
    shown, following = rows_concerned(
        project, draft.operations(), what, after=whole(request.GET.get("after", "")) or 0
    )
    context = {
        "project": project,
        "tab": "settings",
        "rows": shown,
        "what": what,
        "following": following,
    }
    return render(request, "datasets/schema_rows.html", context)


@require_POST
@login_required
def schema_step(request: AuthedRequest, slug: str, number: int) -> HttpResponse:
    """Undo a version, give it up before its rows are touched, or let its job go on."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    version = SchemaVersion.objects.filter(project=project, number=number).first()
    if version is None:
        raise Missing
    steps = {
        "undo": (versioning.undo_version, _("Version %(number)s is undone.")),
        "cancel": (versioning.cancel_version, _("Version %(number)s is given up.")),
        "go-on": (versioning.go_on, _("Version %(number)s goes on.")),
    }
    chosen = steps.get(request.POST.get("step", ""))
    if chosen is None:
        raise Refused(_("Choose what to do with the version on its page."), status=400)
    verb, words = chosen
    verb(version, request.user)
    toasts.saved(request, words % {"number": number})
    return redirect("schema_versions", slug=project.slug)


def told(version: SchemaVersion) -> dict[str, Any]:
    """A version with its changes in words."""
    return {"version": version, "sentences": told_of(version)}


def steps_of(version: SchemaVersion) -> dict[str, Any]:
    """What a maintainer may do with the newest version, and what stands against undoing it."""
    job = versioning.job_of(version) if version.pk else None
    state = version.state
    waiting = job is not None and job.state == "queued" and not version.last_row
    return {
        "number": version.number,
        "reasons": dependents(version) if state != SchemaVersion.State.UNDONE else [],
        "undo": state in (SchemaVersion.State.APPLIED, SchemaVersion.State.FAILED)
        and bool(version.changes),
        "cancel": state == SchemaVersion.State.APPLYING and waiting,
        "go_on": state == SchemaVersion.State.FAILED,
    }


def progress_of(project: Project) -> dict[str, Any] | None:
    """How far the rows have followed, while they do."""
    version = unsettled(project)
    if version is None:
        return None
    job = versioning.job_of(version)
    top = int(job.payload["top"]) if job else 0
    return {
        "version": version,
        "undoing": version.number > project.schema_version,
        "done": version.last_row,
        "top": max(1, top),
        "place": position(job) if job is not None and job.state == "queued" else None,
    }
