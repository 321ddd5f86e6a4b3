"""What becomes of somebody's projects when they close their account."""

from typing import Any

from django.utils.translation import gettext as _

from accounts import leaving, my_data
from accounts.models import User
from accounts.services import close_sockets
from projects.models import Follow, Invitation, Membership, Project

Role = Membership.Role


def install() -> None:
    """Register the step and the part of the person's data; called once the apps are ready."""
    leaving.add_step("projects", leave_all, warn=warnings)
    my_data.add_part("projects", projects_of)


def leave_all(user: User, withdraw: bool) -> None:
    """End the person's memberships, invitations and follows.

    A project that loses its last owner goes to the next in rank; one without any other member
    stays with the closed account, so that it always has an owner on record.
    """
    for membership in Membership.objects.filter(user=user).select_related("project"):
        _end(membership)
    Invitation.objects.filter(created_by=user, revoked=False).update(revoked=True)
    Follow.objects.filter(user=user).delete()


def warnings(user: User) -> list[str]:
    """What happens to each project of which the person is the last owner."""
    return [_fate(project, heir_of(project, user)) for project in _owned_alone(user)]


def heir_of(project: Project, user: User) -> Membership | None:
    """Whose the project will be: the member of highest rank who has been there longest."""
    others = Membership.objects.filter(project=project, user__is_active=True).exclude(user=user)
    return others.select_related("user").order_by("-role", "id").first()


def projects_of(user: User) -> list[dict[str, Any]]:
    """The person's memberships and follows as their data file has them."""
    roles = Membership.objects.filter(user=user).select_related("project").order_by("pk")
    follows = Follow.objects.filter(user=user).select_related("project").order_by("pk")
    return [
        *(
            {"project": one.project.slug, "role": one.get_role_display(), "since": one.created}
            for one in roles
        ),
        *({"project": one.project.slug, "follows_since": one.created} for one in follows),
    ]


def _end(membership: Membership) -> None:
    # Changes of a project's members wait for each other at its row.
    project = Project.objects.select_for_update().get(pk=membership.project_id)
    if membership.role == Role.OWNER and not _other_owners(project, membership.user).exists():
        heir = heir_of(project, membership.user)
        if heir is None:
            return
        Membership.objects.filter(pk=heir.pk).update(role=Role.OWNER)
        close_sockets(heir.user)
    membership.delete()


def _owned_alone(user: User) -> list[Project]:
    owned = Project.objects.filter(memberships__user=user, memberships__role=Role.OWNER)
    return [project for project in owned if not _other_owners(project, user).exists()]


def _other_owners(project: Project, user: User) -> Any:
    owners = Membership.objects.filter(project=project, role=Role.OWNER, user__is_active=True)
    return owners.exclude(user=user)


def _fate(project: Project, heir: Membership | None) -> str:
    words = {"project": project.name}
    if heir is not None:
        sentence = _("“%(project)s” will belong to %(heir)s.")
        return sentence % {**words, "heir": heir.user.username}
    if project.visibility == Project.Visibility.PRIVATE or not project.is_published:
        return _("“%(project)s” has no other member: nobody will see it any more.") % words
    sentence = _("“%(project)s” has no other member: nobody will look after it any more.")
    return sentence % words
