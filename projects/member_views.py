"""Pages about who belongs to a project."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.reauthentication import confirmed
from common.errors import Missing, Refused
from common.http import AuthedRequest
from common.limits import JOINS_PER_MINUTE
from common.ratelimit import spend
from common.toasts import saved
from projects import members, queries
from projects.access import Right, project_for, right_of, role_of
from projects.cards import counts_of
from projects.forms import InvitationForm, RoleForm
from projects.invitations import invitation_behind
from projects.models import Membership, Project


@login_required
@require_safe
def project_members(request: AuthedRequest, slug: str) -> HttpResponse:
    """Who belongs to the project; maintainers also see its open invitations."""
    project = project_for(request.user, slug)
    return _members(request, project)


@login_required
@require_POST
def project_invite(request: AuthedRequest, slug: str) -> HttpResponse:
    """Make an invitation link and show it, this once."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    form = InvitationForm(request.POST, owner=project.may >= Right.OWN)
    if not form.is_valid():
        return _members(request, project, form=form, status=422)
    _invitation, token = members.invite(
        project, actor=request.user, role=form.cleaned_data["role"], uses=form.cleaned_data["uses"]
    )
    link = request.build_absolute_uri(reverse("project_join", args=[project.slug, token]))
    return _members(request, project, link=link)


@login_required
@require_POST
def project_invite_revoke(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Take an invitation back."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    members.revoke(project, actor=request.user, invitation_id=pk)
    saved(request, _("The invitation was taken back."))
    return redirect("project_members", slug)


@login_required
@require_POST
@confirmed
def project_role(request: AuthedRequest, slug: str, username: str) -> HttpResponse:
    """Give a member another role."""
    project = project_for(request.user, slug, at_least=Right.OWN)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose a role from the list."))
    person = _person(username)
    members.set_role(project, actor=request.user, user=person, role=form.cleaned_data["role"])
    saved(request, _("%(name)s has another role now.") % {"name": person.username})
    return redirect("project_members", slug)


@login_required
@require_POST
def project_remove(request: AuthedRequest, slug: str, username: str) -> HttpResponse:
    """End somebody's membership."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    person = _person(username)
    members.remove_member(project, actor=request.user, user=person)
    saved(
        request,
        _("%(name)s was removed, and all open invitation links were taken back.")
        % {"name": person.username},
    )
    return redirect("project_members", slug)


@login_required
@require_POST
def project_leave(request: AuthedRequest, slug: str) -> HttpResponse:
    """End one's own membership."""
    project = project_for(request.user, slug)
    members.leave(project, request.user)
    saved(request, _("You left %(project)s.") % {"project": project.name})
    if right_of(request.user, project) is None:
        return redirect("projects")
    return redirect("project", slug)


@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_join(request: AuthedRequest, slug: str, token: str) -> HttpResponse:
    """Follow an invitation: looking shows what it is, pressing the button joins."""
    # A secret of 256 bits cannot be guessed; the limit keeps guessing from costing us anything.
    spend("join", request.user.pk, limit=JOINS_PER_MINUTE, seconds=60)
    if request.method == "POST":
        project, grew = members.join(slug, token, request.user)
        said = _("You belong to %(project)s now.") if grew else _("You belong to %(project)s.")
        saved(request, said % {"project": project.name})
        return redirect("project", project.slug)
    invitation = invitation_behind(slug, token)
    held = role_of(request.user, invitation.project)
    context = {"invitation": invitation, "belongs": held is not None and held >= invitation.role}
    return render(request, "projects/join.html", context)


def _members(
    request: AuthedRequest,
    project: Project,
    *,
    form: InvitationForm | None = None,
    link: str = "",
    status: int = 200,
) -> HttpResponse:
    maintains = project.may >= Right.MAINTAIN
    owns = project.may >= Right.OWN
    context = {
        "project": project,
        "tab": "settings",
        "members": queries.members_of(project),
        "roles": Membership.Role.choices,
        "role": role_of(request.user, project),
        "invitations": queries.open_invitations(project) if maintains else [],
        "form": (form or InvitationForm(owner=owns)) if maintains else None,
        "link": link,
        **counts_of(project),
    }
    return render(request, "projects/members.html", context, status=status)


def _person(username: str) -> User:
    """A person by the name in the address; a suspended one can still lose a role."""
    person = User.objects.filter(username=username).first()
    if person is None:
        raise Missing
    return person
