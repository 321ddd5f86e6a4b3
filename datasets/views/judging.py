"""What maintainers decide about single rows: disputes, flagged rows, rows with a known answer."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import toasts
from common.http import AuthedRequest
from datasets.models import Flag
from datasets.queries import count_of
from datasets.queries.quality import flags_of
from datasets.reviewing.cases import Looked, disputes, flagged
from datasets.reviewing.opinions import opinions_on
from datasets.reviewing.reasons import RowReason, words_of
from datasets.services import judging
from datasets.services.judging import WHY_CHARACTERS
from datasets.services.reviewing import NOTE_CHARACTERS
from datasets.views.data import number_in
from projects.access import Right, project_for
from projects.models import Project


class JudgeForm(forms.Form):
    """Accept a row, or reject it with a reason; the service says what is missing."""

    act = forms.ChoiceField(choices=[("accept", "accept"), ("reject", "reject")])
    reason = forms.CharField(max_length=16, required=False)
    note = forms.CharField(max_length=NOTE_CHARACTERS, required=False)


class GoldForm(forms.Form):
    """Whether a row is good, and why."""

    good = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    why = forms.CharField(max_length=WHY_CHARACTERS)


@require_safe
@login_required
def show_disputes(request: AuthedRequest, slug: str) -> HttpResponse:
    """The rows on which the crowd does not agree: votes, model and guidelines side by side."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    listed, following = disputes(project, number_in(request, "after") or 0)
    more = None if following is None else f"{request.path}?after={following}"
    context = {**_frame(project, listed), "following_url": more}
    return render(request, "datasets/disputes.html", context)


@require_safe
@login_required
def show_flags(request: AuthedRequest, slug: str) -> HttpResponse:
    """The rows that stand out, the strongest first."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    amounts = flags_of(project)
    usual = next((kind for kind in Flag.Kind.values if amounts.get(kind)), Flag.Kind.OUTLIER.value)
    asked = request.GET.get("kind", "")
    kind = asked if asked in Flag.Kind.values else usual
    listed, following = flagged(project, kind, number_in(request, "start") or 0)
    more = None if following is None else f"{request.path}?kind={kind}&start={following}"
    kinds = [(one.value, one.label, amounts.get(one.value, 0)) for one in Flag.Kind]
    context = {**_frame(project, listed), "kind": kind, "kinds": kinds, "following_url": more}
    return render(request, "datasets/flags.html", context)


@require_POST
@login_required
def judge(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Accept or reject one row."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    form = JudgeForm(request.POST)
    form.is_valid()
    if form.cleaned_data.get("act") == "accept":
        changed = judging.accept_row(project, request.user, pk)
        words = _("Accepted: it is on the wall now.")
    else:
        reason, note = (form.cleaned_data.get(name, "") for name in ("reason", "note"))
        changed = judging.reject_row(project, request.user, pk, reason, note)
        words = _("Rejected: its contributor reads why, and may repair it once.")
    toasts.saved(request, words if changed else _("Nothing changed: it was so already."))
    return back(request, slug, pk)


@require_POST
@login_required
def stand(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """The flagged row is right as it is."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    judging.let_stand(project, request.user, pk)
    toasts.saved(request, _("It stands as it is."))
    return back(request, slug, pk)


@require_POST
@login_required
def gold(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Make a row one with a known answer."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    form = GoldForm(request.POST)
    form.is_valid()
    good = form.cleaned_data.get("good") == "yes"
    why = form.cleaned_data.get("why", "")
    judging.mark_gold(project, request.user, pk, accept=good, why=why)
    toasts.saved(request, _("Known from now on: it comes among the rows that people check."))
    return back(request, slug, pk)


@require_POST
@login_required
def gold_remove(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """The row is shown to be checked no more."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    judging.unmark_gold(project, request.user, pk)
    toasts.saved(request, _("No longer among the rows with a known answer."))
    return back(request, slug, pk)


def back(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """To the list that the button stood on, or to the row."""
    asked = request.POST.get("back", "")
    here = {request.get_host()}
    if url_has_allowed_host_and_scheme(asked, here, require_https=request.is_secure()):
        return redirect(asked)
    return redirect(reverse("row", args=[slug, pk]))


def _frame(project: Project, listed: list[Looked]) -> dict[str, object]:
    counts = count_of(project)
    said = opinions_on(project, [one.pk for one in listed])
    return {
        "project": project,
        "tab": "check",
        "count": counts.accepted,
        "people": counts.people,
        "cases": [(one, said.get(one.pk), _reasons(one)) for one in listed],
        "reasons": RowReason.choices,
        "note_most": NOTE_CHARACTERS,
    }


def _reasons(one: Looked) -> list[tuple[object, str]]:
    """Each vote with what its reason says."""
    return [(vote, words_of(vote.reason) if vote.reason else "") for vote in one.votes]
