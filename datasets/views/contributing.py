"""Adding one datapoint, and taking it back."""

import json
import uuid
from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.moderation import Reason, moderate
from common import toasts
from common.errors import Missing, Refused
from common.http import AuthedRequest, HttpRequest
from common.limits import UNDO_SECONDS
from datasets import consent, services
from datasets.forms import ConsentForm, DatapointForm, datapoint_form
from datasets.models import Contribution
from datasets.queries import count_of, has_agreed, typed_fields
from live.queries import last_seq
from projects.access import Right, guarded, project_for
from projects.live import topic_of
from projects.models import Project

#: A drawing begun before signing up is kept in the session up to this many characters.
DRAFT_CHARACTERS = 100_000


@require_http_methods(["GET", "HEAD", "POST"])
def contribute(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of a datapoint; whoever is not signed in is asked to before it is added."""
    project = project_for(request.user, slug)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return keep_and_sign_up(request, project)
        return add(request, project)
    initial = request.session.get(_draft_of(project), {})
    form = datapoint_form(project, initial=initial)
    return page(request, project, form, fresh_consent(request, project))


def add(request: HttpRequest, project: Project) -> HttpResponse:
    """Add the datapoint of a valid form."""
    assert request.user.is_authenticated
    if project.may < Right.PARTICIPATE:
        guarded(request.user, project, at_least=Right.PARTICIPATE)
    fields = typed_fields(project)
    form = datapoint_form(project, fields=[field for field, _type in fields], data=request.POST)
    agreed = has_agreed(project, request.user.pk, consent.VERSION)
    terms = ConsentForm(project, request.POST, agreed=agreed)
    if not (form.is_valid() & terms.is_valid()):
        return page(request, project, form, terms, status=422)
    try:
        contribution = services.contribute(
            project=project,
            user=request.user,
            rows=[form.values()],
            source=Contribution.Source.FORM,
            key=terms.cleaned_data["idempotency_key"],
            right=project.may,
            fields=fields,
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return page(request, project, form, terms, status=refused.status)
    request.session.pop(_draft_of(project), None)
    return added(request, project, contribution)


def added(request: HttpRequest, project: Project, contribution: Contribution) -> HttpResponse:
    """What follows an added datapoint: an empty form and a toast with Undo."""
    undo = reverse("contribution_undo", args=[contribution.pk])
    words = _("Datapoint added. Thank you.")
    if request.htmx:
        form = datapoint_form(project)
        toast = {"text": words, "undo_url": undo, "undo_seconds": UNDO_SECONDS}
        return page(request, project, form, fresh_consent(request, project), toast=toast)
    toasts.saved(request, words, undo_url=undo, draft=draft_key(project))
    return redirect("contribute", slug=project.slug)


def keep_and_sign_up(request: HttpRequest, project: Project) -> HttpResponse:
    """Keep what was filled in, and come back to it after signing up."""
    form = datapoint_form(project)
    draft = {name: request.POST[name] for name in form.fields if name in request.POST}
    if len(json.dumps(draft)) > DRAFT_CHARACTERS:
        message = _("This is too large to keep while you sign up. Sign up first, then add it.")
        return page(
            request,
            project,
            datapoint_form(project, initial=draft),
            fresh_consent(request, project),
            status=413,
            problem=message,
        )
    request.session[_draft_of(project)] = draft
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
    form: DatapointForm,
    terms: ConsentForm,
    *,
    status: int = 200,
    toast: Mapping[str, object] | None = None,
    problem: str = "",
) -> HttpResponse:
    """The contribute page, or only its form for a script."""
    topic = topic_of(project.pk)
    seq = last_seq(topic)
    counts = count_of(project)
    context = {
        "project": project,
        "tab": "contribute",
        "form": form,
        "terms": terms,
        "count": counts.accepted,
        "people": counts.people,
        "topic": topic,
        "seq": seq,
        "draft_key": draft_key(project),
        "toast": toast,
        "problem": problem,
        "open": project.is_published or project.may >= Right.MAINTAIN,
        "has_fields": bool(form.fields),
    }
    name = "_contribute_form.html" if request.htmx else "contribute.html"
    return render(request, f"datasets/{name}", context, status=status)


@require_POST
@login_required
def undo(request: AuthedRequest, pk: int) -> HttpResponse:
    """Take back what was just added."""
    contribution = own_contribution(request, pk)
    services.undo(contribution, request.user)
    toasts.saved(request, _("Taken back."))
    return redirect("contribute", slug=contribution.project.slug)


@require_POST
@login_required
def withdraw(request: AuthedRequest, pk: int) -> HttpResponse:
    """Withdraw a contribution at any later time."""
    contribution = own_contribution(request, pk)
    services.withdraw(contribution, request.user)
    toasts.saved(request, _("Withdrawn: its values are gone, an empty cell stays on the wall."))
    return redirect("data", slug=contribution.project.slug)


@require_POST
@login_required
def judge(request: AuthedRequest, pk: int, act: str) -> HttpResponse:
    """Reject or restore a contribution, as a maintainer of the project; the log says so."""
    contribution = contribution_for(request, pk, at_least=Right.MAINTAIN)
    if act == "reject":
        reason = Reason.NONSENSE
        words = _("Rejected: its rows left the wall, the table and later snapshots.")
    else:
        reason = Reason.MISTAKE
        words = _("Restored: its rows are back at their places.")
    moderate(actor=request.user, target=contribution, action=act, reason=reason)
    toasts.saved(request, words)
    return redirect("data", slug=contribution.project.slug)


def contribution_for(request: HttpRequest, pk: int, *, at_least: Right) -> Contribution:
    """A contribution through the door of its project.

    Raises:
        Missing: there is none, or the person may not know of its project.
        Forbidden: the person has not that right in the project.
    """
    found = _contribution(pk)
    guarded(request.user, found.project, at_least=at_least)
    return found


def own_contribution(request: HttpRequest, pk: int) -> Contribution:
    """A contribution that the person made; they may take it back although they lost the project.

    Raises:
        Missing: there is none, or the person may not know of its project.
    """
    found = _contribution(pk)
    if found.user_id != request.user.pk:
        guarded(request.user, found.project, at_least=Right.READ)
    return found


def _contribution(pk: int) -> Contribution:
    found = Contribution.objects.select_related("project", "user").filter(pk=pk).first()
    if found is None:
        raise Missing
    return found


def _draft_of(project: Project) -> str:
    return f"draft-{project.pk}"


def draft_key(project: Project) -> str:
    """What names the unsent form in the browser's storage."""
    return f"contribute-{project.pk}"
