"""Who belongs to a project: inviting, joining, roles, leaving."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import close_sockets
from common.errors import Forbidden, Missing, Refused
from common.limits import INVITATION_DAYS, INVITATION_USES
from projects.access import Right, guarded, role_of
from projects.invitations import ended, hash_of, invitation_behind, new_token
from projects.models import Invitation, Membership, Project
from projects.services import record_activity

Role = Membership.Role


def invite(
    project: Project, *, actor: User, role: int = Role.MEMBER, uses: int = INVITATION_USES
) -> tuple[Invitation, str]:
    """Make an invitation link; its secret is returned here and nowhere again.

    Raises:
        Forbidden: the actor is no maintainer, or gives away a role that only an owner may give.
        Refused: the role or the number of uses does not fit.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    if role not in {Role.MEMBER, Role.MAINTAINER}:
        raise Refused(_("A link can make members and maintainers."), field="role")
    if role > Role.MEMBER:
        guarded(actor, project, at_least=Right.OWN)
    if not 1 <= uses <= INVITATION_USES:
        raise Refused(
            _("A link can be used 1 to %(most)d times.") % {"most": INVITATION_USES}, field="uses"
        )
    token = new_token()
    invitation = Invitation.objects.create(
        project=project,
        token_hash=hash_of(token),
        role=role,
        created_by=actor,
        expires=timezone.now() + timedelta(days=INVITATION_DAYS),
        uses_left=uses,
    )
    return invitation, token


def revoke(project: Project, *, actor: User, invitation_id: int) -> None:
    """Take an invitation back; who has joined by it stays.

    Raises:
        Forbidden: the actor is no maintainer.
        Missing: the project has no such invitation.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    found = Invitation.objects.filter(pk=invitation_id, project=project)
    if not found.update(revoked=True):
        raise Missing


def join(slug: str, token: str, user: User) -> tuple[Project, bool]:
    """Follow an invitation; return the project and whether the person's role grew.

    Whoever has that role already keeps it, and the link keeps its use.

    Raises:
        Missing: no such link.
        Refused: the link has ended.
    """
    with transaction.atomic():
        invitation = invitation_behind(slug, token)
        project = _locked(invitation.project)
        held = role_of(user, project)
        if held is not None and held >= invitation.role:
            return project, False
        _use_up(invitation)
        Membership.objects.update_or_create(
            project=project, user=user, defaults={"role": invitation.role}
        )
        close_sockets(user)
        if held is None:
            record_activity(project=project, actor=user, kind="member_joined", payload={})
    return project, True


def set_role(project: Project, *, actor: User, user: User, role: int) -> None:
    """Give a member another role.

    Raises:
        Forbidden: the actor is no owner.
        Missing: that person is no member.
        Refused: no such role, or the project would lose its last owner.
    """
    if role not in Role.values:
        raise Refused(_("Choose a role from the list."), field="role")
    with transaction.atomic():
        project = _locked(project)
        guarded(actor, project, at_least=Right.OWN)
        membership = _membership(project, user)
        if membership.role == Role.OWNER != role:
            _keep_an_owner(project)
        membership.role = role
        membership.save(update_fields=["role"])
        close_sockets(user)


def remove_member(project: Project, *, actor: User, user: User) -> None:
    """End a membership, and with it every open invitation: the person may know one.

    Raises:
        Forbidden: the actor is no maintainer, or no owner and the person more than a member.
        Missing: that person is no member.
        Refused: the person is the last owner.
    """
    with transaction.atomic():
        project = _locked(project)
        guarded(actor, project, at_least=Right.MAINTAIN)
        membership = _membership(project, user)
        if membership.role > Role.MEMBER and project.may < Right.OWN:
            raise Forbidden(_("Only the project's owner may remove a maintainer or an owner."))
        _end(project, membership)
        Invitation.objects.filter(project=project, revoked=False).update(revoked=True)


def leave(project: Project, user: User) -> None:
    """End one's own membership.

    Raises:
        Missing: the person is no member.
        Refused: the person is the last owner.
    """
    with transaction.atomic():
        project = _locked(project)
        _end(project, _membership(project, user))


def _end(project: Project, membership: Membership) -> None:
    if membership.role == Role.OWNER:
        _keep_an_owner(project)
    membership.delete()
    close_sockets(membership.user)


def _keep_an_owner(project: Project) -> None:
    if Membership.objects.filter(project=project, role=Role.OWNER).count() == 1:
        raise Refused(
            _("The project needs an owner. Make somebody else an owner first."), status=409
        )


def _use_up(invitation: Invitation) -> None:
    # Conditional: of two who come for the last use, one gets it.
    left = Invitation.objects.filter(pk=invitation.pk, uses_left__gt=0, revoked=False)
    if not left.update(uses_left=F("uses_left") - 1):
        raise ended(invitation.project, _("This invitation was used up a moment ago."))


def _membership(project: Project, user: User) -> Membership:
    found = Membership.objects.select_related("user").filter(project=project, user=user).first()
    if found is None:
        raise Missing
    return found


def _locked(project: Project) -> Project:
    """The project as it is now; changes of its members wait for each other at this row."""
    return Project.objects.select_for_update().get(pk=project.pk)
