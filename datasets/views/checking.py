"""Checking: one row at a time, by a key, a finger or a plain form."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import Forbidden, Refused
from common.http import AuthedRequest
from common.limits import UNDO_SECONDS
from datasets.models import DataTable, Vote
from datasets.queries import count_of
from datasets.reviewing.queue import waiting_rows
from datasets.reviewing.reasons import RowReason
from datasets.reviewing.reviewers import record_of
from datasets.reviewing.rule import Outcome
from datasets.reviewing.shown import marked_row, shown
from datasets.services import reviewing
from datasets.services.reviewing import NOTE_CHARACTERS, Voted
from projects.access import Right, project_for
from projects.models import Project

Verdict = Vote.Verdict
ANSWERS = {
    "yes": (Verdict.YES, ""),
    "skip": (Verdict.SKIP, ""),
    **{f"no:{code}": (Verdict.NO, code) for code in RowReason.values},
}


class CheckForm(forms.Form):
    """What somebody says of the row that they were shown."""

    row = forms.CharField(max_length=32)
    answer = forms.ChoiceField(choices=[(name, name) for name in ANSWERS])
    note = forms.CharField(max_length=NOTE_CHARACTERS, required=False)


@dataclass(frozen=True)
class Said:
    """What came of the answer before: ``text`` is a sentence, ``tone`` its colour."""

    text: str
    tone: str = ""
    undo: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def check(request: AuthedRequest, slug: str) -> HttpResponse:
    """The next row; what is said of it is taken, and the one after it shown."""
    project = project_for(request.user, slug)
    if request.method != "POST":
        return page(request, project)
    form = CheckForm(request.POST)
    if not form.is_valid():
        problem = _("Say yes, no or skip; a note has at most %(most)d characters.")
        return page(request, project, problem=problem % {"most": NOTE_CHARACTERS}, status=422)
    try:
        voted = taken(request, project, form)
    except Refused as refused:
        return page(request, project, problem=refused.message, status=refused.status)
    return followed(request, project, told(voted, form.cleaned_data["answer"]))


def taken(request: AuthedRequest, project: Project, form: CheckForm) -> Voted:
    """Take the vote.

    Raises:
        Refused: as ``services.reviewing.vote``.
    """
    row = marked_row(project, request.user.pk, form.cleaned_data["row"])
    if row is None:
        raise Refused(
            _("You can only answer what you were shown. Here is what waits for you now."),
            status=409,
        )
    verdict, reason = ANSWERS[form.cleaned_data["answer"]]
    return reviewing.vote(
        project=project,
        user=request.user,
        row=row,
        verdict=verdict,
        reason=reason,
        note=form.cleaned_data["note"],
        right=project.may,
    )


def told(voted: Voted, answer: str) -> Said:
    """What the person reads of their vote."""
    if voted.gold is not None and voted.right is not None:
        known = _("it is good") if voted.gold.accept else _("it is not good")
        parts = {"known": known, "why": voted.gold.why}
        if voted.right:
            return Said(_("Right. This one was known: %(known)s. %(why)s") % parts, "ok")
        return Said(_("This one was known, and %(known)s. %(why)s") % parts, "warn")
    if answer == "skip":
        return Said(_("Skipped."), undo=True)
    outcomes = {
        Outcome.ACCEPT: _("You said yes, and that settles it: it is accepted, on the wall now."),
        Outcome.REJECT: _("You said no, and that settles it: its contributor is told why."),
        Outcome.DISPUTE: _("Thank you. People differ on this one, so a maintainer decides."),
    }
    said = _("You said yes. Thank you.") if answer == "yes" else _("You said no. Thank you.")
    return Said(outcomes.get(voted.outcome, said) if voted.outcome else said, undo=True)


def followed(request: AuthedRequest, project: Project, said: Said) -> HttpResponse:
    """The next row: in the same page for a script, after a redirect for a plain form."""
    if request.htmx:
        return page(request, project, said=said)
    request.session[_said_key(project)] = [said.text, said.tone, said.undo]
    return redirect("check", slug=project.slug)


@require_POST
@login_required
def undo(request: AuthedRequest, slug: str) -> HttpResponse:
    """Take the last vote back; the row comes again."""
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    last = Vote.objects.filter(project=project, user=request.user).order_by("-pk").first()
    try:
        reviewing.take_back_vote(project, request.user, 0 if last is None else last.row)
    except Refused as refused:
        return followed(request, project, Said(refused.message, "warn"))
    return followed(request, project, Said(_("Taken back. Here it is again.")))


@require_POST
@login_required
def go_on(request: AuthedRequest, slug: str) -> HttpResponse:
    """A paused person has read the guidelines."""
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    reviewing.resume(project, request.user)
    return redirect("check", slug=project.slug)


def page(
    request: AuthedRequest,
    project: Project,
    *,
    said: Said | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The next row, or why there is none; for a script only that part."""
    if said is None and (kept := request.session.pop(_said_key(project), None)):
        said = Said(*kept)
    counts = count_of(project)
    context: dict[str, Any] = {
        "project": project,
        "tab": "check",
        "count": counts.accepted,
        "people": counts.people,
        "said": said,
        "problem": problem,
        "undo_seconds": UNDO_SECONDS,
        "reasons": RowReason.choices,
        "note_most": NOTE_CHARACTERS,
        "checked": record_of(project, request.user).answers,
        **asked(request, project),
    }
    name = "_check.html" if request.htmx else "check.html"
    return render(request, f"datasets/{name}", context, status=status)


def asked(request: AuthedRequest, project: Project) -> dict[str, Any]:
    """The row to check, or the word for why there is none."""
    rules = DataTable.objects.get(project=project)
    found: dict[str, Any] = {"rules": rules, "row": None, "waiting": waiting_rows(project).count()}
    try:
        served = reviewing.serve(project, request.user, project.may)
    except Forbidden:
        at_once = rules.acceptance == DataTable.Acceptance.AT_ONCE
        return {**found, "nothing": "at_once" if at_once else "maintainers"}
    if served.record.paused:
        return {**found, "nothing": "paused"}
    if served.row is not None:
        found["row"] = shown(project, request.user.pk, served.row)
    if found["row"] is None:
        found["nothing"] = "others" if found["waiting"] else "done"
    return found


def _said_key(project: Project) -> str:
    return f"check-said-{project.pk}"
