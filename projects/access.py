"""The one guarded door to a project: pages, files, topics and the API all come through here."""

from collections.abc import Iterable
from enum import IntEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Forbidden, Missing
from projects.models import Membership, Project

Person = User | AnonymousUser


class Right(IntEnum):
    """What a person may do in a project; each right includes the ones below it."""

    READ = 0
    #: contribute, train, chat
    PARTICIPATE = 10
    #: fields, members, hiding of messages
    MAINTAIN = 20
    #: visibility, roles, publication
    OWN = 30

    # Templates cannot compare with a member by name, so they ask these.
    @property
    def participate(self) -> bool:
        return self >= Right.PARTICIPATE

    @property
    def maintain(self) -> bool:
        return self >= Right.MAINTAIN

    @property
    def own(self) -> bool:
        return self >= Right.OWN


def role_of(user: Person, project: Project) -> Membership.Role | None:
    """The person's role in the project, None for a stranger."""
    if not user.is_authenticated:
        return None
    mine = Membership.objects.filter(project=project, user=user).order_by()
    # At most one: a constraint holds it.
    return next((Membership.Role(role) for role in mine.values_list("role", flat=True)), None)


def right_of(user: Person, project: Project) -> Right | None:
    """The highest right of the person in the project; None when it must look missing."""
    return _right(user, project, role_of(user, project))


def rights_in(user: Person, projects: Iterable[Project]) -> dict[int, Right | None]:
    """Project id → the person's right, as ``right_of``; one query for all of them."""
    listed = list(projects)
    mine = Membership.objects.none()
    if user.is_authenticated:
        mine = Membership.objects.filter(user=user, project__in=listed).order_by()
    roles = {
        project: Membership.Role(role) for project, role in mine.values_list("project", "role")
    }
    return {project.pk: _right(user, project, roles.get(project.pk)) for project in listed}


def _right(user: Person, project: Project, role: Membership.Role | None) -> Right | None:
    if role is not None:
        return _right_of_member(role, project)
    if project.hidden or not project.is_published:
        return None
    if project.visibility == Project.Visibility.PRIVATE:
        return None
    return Right.PARTICIPATE if user.is_authenticated else Right.READ


def _right_of_member(role: Membership.Role, project: Project) -> Right | None:
    if role == Membership.Role.OWNER:
        # The owner keeps sight of a hidden project, to answer for it, but cannot go on with it.
        return Right.READ if project.hidden else Right.OWN
    if project.hidden:
        return None
    return Right.MAINTAIN if role == Membership.Role.MAINTAINER else Right.PARTICIPATE


def project_for(user: Person, slug: str, *, at_least: Right = Right.READ) -> Project:
    """The project at that address, for somebody who may do at least that with it.

    Raises:
        Missing: there is none, or the person may not know that there is.
        Forbidden: the person may see it, but has not that right.
    """
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise Missing
    return guarded(user, project, at_least=at_least)


def guarded(user: Person, project: Project, *, at_least: Right) -> Project:
    """The project itself when the person has the right; for things that were found by own id.

    Raises:
        Missing: the person may not know that the project exists.
        Forbidden: the person may see it, but has not that right.
    """
    right = right_of(user, project)
    if right is None:
        raise Missing
    if right < at_least:
        raise Forbidden(_refusal(at_least))
    project.may = right
    return project


def _refusal(at_least: Right) -> str:
    if at_least == Right.OWN:
        return _("Only the project's owner may do this. Ask the owner.")
    if at_least == Right.MAINTAIN:
        return _("Only the project's maintainers may do this. Ask one of them.")
    return _("Sign in to take part in this project.")


def may_read(user: Person, project_id: int) -> bool:
    """Whether the person may listen to the project's topics."""
    project = Project.objects.filter(pk=project_id).first()
    return project is not None and right_of(user, project) is not None


def listed_for(user: Person) -> QuerySet[Project]:
    """The projects that lists show this person: public ones and their own."""
    public = Q(visibility=Project.Visibility.PUBLIC, state=Project.State.PUBLISHED, hidden=False)
    if not user.is_authenticated:
        return Project.objects.filter(public)
    own = Q(memberships__user=user, hidden=False) | Q(
        memberships__user=user, memberships__role=Membership.Role.OWNER
    )
    return Project.objects.filter(public | own).distinct()
