"""What became of one's contributions: the list, one of them, taking back, taking along."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.moderation import Reason, moderate
from common import ratelimit, toasts
from common.errors import Forbidden, Missing
from common.http import AuthedRequest, HttpRequest
from common.limits import EDIT_HOURS, OWN_DOWNLOADS_PER_HOUR
from datasets import services
from datasets.labelling.queries import own_labels
from datasets.models import Contribution
from datasets.own_files import archive
from datasets.queries.mine import acts_of, projects_of, rows_given
from datasets.views.data import number_in
from projects.access import Right, guarded, right_of


@require_safe
@login_required
def my_contributions(request: AuthedRequest) -> HttpResponse:
    """All that the person has contributed, newest first; ``?project=<slug>`` keeps one project."""
    projects = projects_of(request.user)
    wanted = request.GET.get("project", "")
    project = next((one for one in projects if one.slug == wanted), None)
    before, after = number_in(request, "before"), number_in(request, "after")
    found = acts_of(request.user, project=project, before=before, after=after)
    here = f"{request.path}?project={project.slug}&" if project else f"{request.path}?"
    context = {
        "page": found,
        "projects": projects,
        "project": project,
        "editable": [
            one.contribution.pk for one in found.acts if services.may_edit(one.contribution)
        ],
        "hours": EDIT_HOURS,
        "labelled": own_labels(request.user),
        "older_url": f"{here}before={found.older}" if found.older is not None else None,
        "newer_url": f"{here}after={found.newer}" if found.newer is not None else None,
    }
    return render(request, "datasets/mine.html", context)


@require_safe
@login_required
def contribution(request: AuthedRequest, pk: int) -> HttpResponse:
    """One's own contribution with its rows, and what can be done with it."""
    found = own_contribution(request, pk)
    if found.user_id != request.user.pk:
        raise Forbidden(_("Only the person who made this contribution sees it here."))
    right = right_of(request.user, found.project)
    after = number_in(request, "after")
    rows, following = (
        ([], None) if right is None else rows_given(found, -1 if after is None else after)
    )
    context = {
        "contribution": found,
        "project": None if right is None else found.project,
        "rows": rows,
        "editable": services.may_edit(found),
        "hours": EDIT_HOURS,
        "following_url": None if following is None else f"{request.path}?after={following}",
    }
    return render(request, "datasets/contribution.html", context)


@require_safe
@login_required
def download_mine(request: AuthedRequest) -> HttpResponseBase:
    """All own datapoints of all projects as a zip of CSV and JSON Lines files."""
    who = request.user
    ratelimit.spend("own download", who.pk, limit=OWN_DOWNLOADS_PER_HOUR, seconds=3600)
    response = StreamingHttpResponse(archive(who), content_type="application/zip")
    name = f"contributions-{who.username}-{timezone.localdate():%Y-%m-%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


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
    if right_of(request.user, contribution.project) is None:
        return redirect("my_contributions")
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
