"""Adding one datapoint."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import toasts
from common.errors import Refused
from common.failures import wants_json
from common.http import HttpRequest
from common.limits import UNDO_SECONDS
from common.numbers import whole
from datasets import consent, services
from datasets.forms import ConsentForm, DatapointForm, datapoint_form
from datasets.labelling.queries import collects_labels
from datasets.models import Contribution, DataTable
from datasets.queries import count_of, has_agreed, typed_fields
from datasets.queries.versions import changed_since
from datasets.services.same_rows import SameRow
from datasets.views.asking import asked_for
from live.queries import consistent_read, last_seq
from projects.access import Right, guarded, project_for
from projects.live import topic_of
from projects.models import Project

#: A drawing or photo from before signing up is kept in the session, up to this many characters.
DRAFT_CHARACTERS = 1_000_000
KEY_HEADER = "Idempotency-Key"


@require_http_methods(["GET", "HEAD", "POST"])
def contribute(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of a datapoint; whoever is not signed in is asked to before it is added."""
    project = project_for(request.user, slug)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return keep_and_sign_up(request, project)
        return add(request, project)
    if collects_labels(project):
        return redirect("label", slug=project.slug)
    initial = request.session.get(_draft_of(project), {})
    return page(request, project, None, fresh_consent(request, project), initial=initial)


def add(request: HttpRequest, project: Project) -> HttpResponse:
    """Add the datapoint of a valid form."""
    assert request.user.is_authenticated
    if project.may < Right.PARTICIPATE:
        guarded(request.user, project, at_least=Right.PARTICIPATE)
    fields = typed_fields(project)
    form = datapoint_form(
        project,
        fields=[field for field, _type in fields],
        data=request.POST,
        files=request.FILES,
    )
    agreed = has_agreed(project, request.user.pk, consent.VERSION)
    terms = ConsentForm(project, request.POST, agreed=agreed)
    valid = form.is_valid() & terms.is_valid()
    stale = changed_since(project, whole(request.POST.get(ConsentForm.VERSION, "")))
    if stale:
        form.add_error(None, stale)
        return refused(request, project, form, terms, status=409)
    if not valid:
        return refused(request, project, form, terms, status=422)
    try:
        contribution = services.contribute(
            project=project,
            user=request.user,
            rows=[form.values()],
            source=Contribution.Source.FORM,
            key=request.headers.get(KEY_HEADER) or terms.cleaned_data["idempotency_key"],
            right=project.may,
            fields=fields,
        )
    except Refused as refusal:
        if wants_json(request):
            raise
        form.add_error(None, linked(project, refusal))
        return refused(request, project, form, terms, status=refusal.status)
    request.session.pop(_draft_of(project), None)
    return added(request, project, contribution)


def added(request: HttpRequest, project: Project, contribution: Contribution) -> HttpResponse:
    """What follows an added datapoint: an empty form and a toast with Undo."""
    undo = reverse("contribution_undo", args=[contribution.pk])
    words = said_of(project, contribution)
    if wants_json(request):
        answer = {"contribution": contribution.pk, "undo": undo, "waiting": contribution.waiting}
        return JsonResponse(answer, status=201)
    if request.htmx:
        toast = {"text": words, "undo_url": undo, "undo_seconds": UNDO_SECONDS}
        return page(request, project, None, fresh_consent(request, project), toast=toast)
    toasts.saved(request, words, undo_url=undo, draft=draft_key(project))
    return redirect("contribute", slug=project.slug)


def linked(project: Project, refusal: Refused) -> str:
    """The sentence of a refusal, with the way to the row that is there already."""
    if not isinstance(refusal, SameRow) or refusal.row is None:
        return refusal.message
    there = reverse("row", args=[project.slug, refusal.row])
    return format_html('{} <a href="{}">{}</a>', refusal.message, there, _("See it"))


def said_of(project: Project, contribution: Contribution) -> str:
    """What is said of an added datapoint: that it is there, or who decides about it."""
    if not contribution.waiting:
        return _("Datapoint added. Thank you.")
    rules = DataTable.objects.get(project=project)
    if rules.collects == DataTable.Collects.LABELS:
        return _("Item added. Thank you. It waits for its label.")
    if rules.acceptance == DataTable.Acceptance.PEERS:
        return _("Datapoint added. Thank you. It waits for a check: two others decide.")
    return _("Datapoint added. Thank you. It waits for a check: a maintainer decides.")


def refused(
    request: HttpRequest, project: Project, form: DatapointForm, terms: ConsentForm, *, status: int
) -> HttpResponse:
    """The form with what is wrong in it; a program gets the sentences alone."""
    if not wants_json(request):
        return page(request, project, form, terms, status=status)
    errors = {**form.errors.get_json_data(), **terms.errors.get_json_data()}
    sentences = [one["message"] for listed in errors.values() for one in listed]
    raise Refused(" ".join(sentences), status=status)


def keep_and_sign_up(request: HttpRequest, project: Project) -> HttpResponse:
    """Keep what was filled in, and come back to it after signing up."""
    if wants_json(request):
        raise Refused(_("Sign in to add this datapoint."), status=401)
    draft = datapoint_form(project, data=request.POST, files=request.FILES).typed()
    if len(json.dumps(draft)) > DRAFT_CHARACTERS:
        message = _("This is too large to keep while you sign up. Sign up first, then add it.")
        terms = fresh_consent(request, project)
        return page(request, project, None, terms, initial=draft, status=413, problem=message)
    request.session[_draft_of(project)] = draft
    messages.info(request, _("Your datapoint waits. Sign up or sign in, then add it."))
    back = urlencode({"next": reverse("contribute", args=[project.slug])})
    target = f"{reverse('account_signup')}?{back}"
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": target})
    return redirect(target)


def fresh_consent(request: HttpRequest, project: Project) -> ConsentForm:
    """The consent part of an empty form, with a new key."""
    user = request.user
    agreed = user.is_authenticated and has_agreed(project, user.pk, consent.VERSION)
    return ConsentForm(project, initial={"idempotency_key": uuid.uuid4().hex}, agreed=agreed)


def page(
    request: HttpRequest,
    project: Project,
    form: DatapointForm | None,
    terms: ConsentForm,
    *,
    initial: Mapping[str, Any] | None = None,
    status: int = 200,
    toast: Mapping[str, object] | None = None,
    problem: str = "",
) -> HttpResponse:
    """The contribute page, or only its form for a script; without ``form`` an empty one.

    An empty form begins with the class that is needed most, unless ``initial`` names another.
    """
    topic = topic_of(project.pk)
    # In one read: a datapoint counted here must not come once more as an event.
    with consistent_read():
        seq = last_seq(topic)
        asked = asked_for(request, project)
        counts = count_of(project)
    if form is None:
        form = datapoint_form(
            project, fields=asked.fields, initial={**asked.initial, **(initial or {})}
        )
    context = {
        "project": project,
        "tab": "contribute",
        "form": form,
        "terms": terms,
        "count": counts.accepted,
        "people": counts.people,
        "topic": topic,
        "seq": seq,
        "asked": asked,
        "draft_key": draft_key(project),
        "toast": toast,
        "problem": problem,
        "open": project.is_published or project.may >= Right.MAINTAIN,
        "has_fields": bool(form.fields),
    }
    name = "_contribute_form.html" if request.htmx else "contribute.html"
    return render(request, f"datasets/{name}", context, status=status)


def _draft_of(project: Project) -> str:
    return f"draft-{project.pk}"


def draft_key(project: Project) -> str:
    """What names the unsent form in the browser's storage."""
    return f"contribute-{project.pk}"
