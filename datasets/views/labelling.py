"""Labelling: one item at a time, by a key, a finger or a plain form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import Refused
from common.http import AuthedRequest, HttpRequest
from common.limits import UNDO_SECONDS
from datasets.labelling.forms import SKIP, LabelForm
from datasets.labelling.marks import mark_of, row_of
from datasets.labelling.queries import collects_labels, progress
from datasets.labelling.serving import Nothing, Served, peek, serve
from datasets.labelling.showing import Keyed, keyed, shown_item
from datasets.labelling.targets import target_for
from datasets.models import Label
from datasets.queries import count_of
from datasets.reviewing.reviewers import record_of
from datasets.services import labelling
from projects.access import Right, guarded, project_for
from projects.models import Project

#: Skipped items that a session remembers.
SKIPPED_KEPT = 100


@dataclass(frozen=True)
class Said:
    """What came of the answer before: ``text`` is a sentence, ``tone`` its colour."""

    text: str
    tone: str = ""
    undo: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
def label_items(request: HttpRequest, slug: str) -> HttpResponse:
    """The next item; what is said of it is taken, and the one after it shown."""
    project = project_for(request.user, slug)
    collects = collects_labels(project)
    if request.method != "POST":
        return page(request, project) if collects else redirect("contribute", slug=project.slug)
    form = LabelForm(request.POST)
    valid = form.is_valid()
    if not request.user.is_authenticated:
        return keep_and_sign_up(request, project, form.cleaned_data if valid and collects else {})
    guarded(request.user, project, at_least=Right.PARTICIPATE)
    if not collects:
        raise Refused(_("This project asks for whole datapoints, not for labels."), status=409)
    if not valid:
        return page(request, project, problem=_("Say what it is, or skip it."), status=422)
    try:
        said = answered(request, project, form)
    except Refused as refused:
        return page(request, project, problem=refused.message, status=refused.status)
    return followed(request, project, said)


def answered(request: HttpRequest, project: Project, form: LabelForm) -> Said:
    """Take the label, or the wish to skip.

    Raises:
        Refused: as ``services.labelling.label``.
    """
    assert request.user.is_authenticated
    row = row_of(project, request.user.pk, form.cleaned_data["item"])
    if row is None:
        raise Refused(
            _("You can only answer what you were shown. Here is what waits for you now."),
            status=409,
        )
    if form.cleaned_data["order"] == SKIP:
        labelling.skip(project=project, user=request.user, row=row)
        remember_skipped(request, project, row)
        return Said(_("Skipped."))
    found = labelling.label(
        project=project,
        user=request.user,
        row=row,
        text=form.cleaned_data["value"],
        right=project.may,
    )
    return told(project, found)


def told(project: Project, found: labelling.Answered) -> Said:
    """What the person reads of their label."""
    target = target_for(project)
    parts = {"value": target.show(found.value)}
    if found.gold is None:
        return Said(_("You said: %(value)s.") % parts, undo=True)
    parts |= {"answer": target.show(found.gold.label), "why": found.gold.why}
    if found.right:
        return Said((_("Right, this one was known: %(answer)s. %(why)s") % parts).strip(), "ok")
    sentence = _("This one was known: it is %(answer)s, you said %(value)s. %(why)s")
    return Said((sentence % parts).strip(), "warn")


def followed(request: HttpRequest, project: Project, said: Said) -> HttpResponse:
    """The next item: in the same page for a script, after a redirect for a plain form."""
    if request.htmx:
        return page(request, project, said=said)
    request.session[_said_key(project)] = [said.text, said.tone, said.undo]
    return redirect("label", slug=project.slug)


@require_POST
@login_required
def undo(request: AuthedRequest, slug: str) -> HttpResponse:
    """Take the last label back; the item comes again."""
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    last = Label.objects.filter(project=project, user=request.user).order_by("-pk").first()
    if last is None:
        return followed(request, project, Said(_("There is nothing to undo.")))
    try:
        labelling.undo_label(project=project, user=request.user, row=last.row)
    except Refused as refused:
        return followed(request, project, Said(refused.message, "warn"))
    request.session[_begun_key(project)] = [last.row, ""]
    return followed(request, project, Said(_("Taken back. Here it is again.")))


@require_POST
@login_required
def go_on(request: AuthedRequest, slug: str) -> HttpResponse:
    """A paused person has read the guidelines."""
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    labelling.go_on(project=project, user=request.user)
    return redirect("label", slug=project.slug)


@require_POST
@login_required
def look_again(request: AuthedRequest, slug: str) -> HttpResponse:
    """Show the skipped items once more."""
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    request.session.pop(_skipped_key(project), None)
    return redirect("label", slug=project.slug)


def keep_and_sign_up(
    request: HttpRequest, project: Project, said: Mapping[str, str]
) -> HttpResponse:
    """Keep what somebody said who is signed out: after signing up the item comes with it."""
    row = peek(project).row if said.get("value") else None
    if row is not None and mark_of(project, 0, row.pk) == said["item"]:
        request.session[_begun_key(project)] = [row.pk, said["value"]]
        messages.info(request, _("Your label waits. Sign up or sign in, then confirm it."))
    target = (
        f"{reverse('account_signup')}?{urlencode({'next': reverse('label', args=[project.slug])})}"
    )
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": target})
    return redirect(target)


def page(
    request: HttpRequest,
    project: Project,
    *,
    said: Said | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The next item, or why there is none; for a script only that part."""
    begun = request.session.get(_begun_key(project))
    served = next_item(request, project, begun)
    if said is None and (kept := request.session.pop(_said_key(project), None)):
        said = Said(*kept)
    counts = count_of(project)
    context: dict[str, Any] = {
        "project": project,
        "tab": "contribute",
        "count": counts.accepted,
        "people": counts.people,
        "progress": progress(project),
        "said": said,
        "problem": problem,
        "nothing": served.nothing.value if served.nothing else "",
        "undo_seconds": UNDO_SECONDS,
        "given": 0,
        **asked(request, project, served, begun),
    }
    if request.user.is_authenticated:
        context["given"] = record_of(project, request.user).answers
    name = "_label.html" if request.htmx else "label.html"
    return render(request, f"datasets/{name}", context, status=status)


def next_item(request: HttpRequest, project: Project, begun: list[Any] | None) -> Served:
    """The item for whoever asks; who may not take part looks at the first one."""
    if not request.user.is_authenticated or project.may < Right.PARTICIPATE:
        return peek(project)
    skipped = request.session.get(_skipped_key(project), [])
    return serve(project, request.user, skipped=skipped, first=begun[0] if begun else None)


def asked(
    request: HttpRequest, project: Project, served: Served, begun: list[Any] | None
) -> dict[str, Any]:
    """The item and how it can be answered, as the templates show them."""
    if served.row is None:
        return {"item": None, "paused": served.nothing is Nothing.PAUSED}
    chosen = ""
    if begun and request.user.is_authenticated:
        request.session.pop(_begun_key(project), None)
        chosen = str(begun[1]) if begun[0] == served.row.pk else ""
    choices: list[Keyed] = keyed(served.case.target)
    return {
        "item": shown_item(served.case, served.row),
        "mark": mark_of(project, request.user.pk or 0, served.row.pk),
        "target": served.case.target,
        "choices": choices,
        "chosen": chosen,
    }


def remember_skipped(request: HttpRequest, project: Project, row: int) -> None:
    """Do not show the row again for now."""
    key = _skipped_key(project)
    listed = [one for one in request.session.get(key, []) if one != row]
    request.session[key] = [*listed, row][-SKIPPED_KEPT:]


def _skipped_key(project: Project) -> str:
    return f"label-skipped-{project.pk}"


def _said_key(project: Project) -> str:
    return f"label-said-{project.pk}"


def _begun_key(project: Project) -> str:
    return f"label-begun-{project.pk}"
