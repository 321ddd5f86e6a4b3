"""Reading projects, members and what happened."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from common.languages import in_each_language
from projects.access import Person, listed_for
from projects.models import Activity, Invitation, Membership, Project
from projects.sentences import sentence, who

FEED_LINES = 20


class FeedLine(NamedTuple):
    """One thing that happened, ready to be shown."""

    pk: int
    kind: str
    project: Project
    actor: User
    text: str
    when: datetime

    @property
    def who(self) -> str:
        """Who did it, as the line begins: a person's name, or that it was no person."""
        return who(self.kind, self.actor.username)

    def as_json(self) -> dict[str, Any]:
        """The line in the language it was made in, see ``told``."""
        return {
            "id": self.pk,
            "what": self.kind,
            "actor": self.who,
            "text": self.text,
            "at": self.when.isoformat(),
        }


def line_of(activity: Activity) -> FeedLine:
    """The activity as a line in the active language."""
    return FeedLine(
        pk=activity.pk,
        kind=activity.kind,
        project=activity.project,
        actor=activity.actor,
        text=sentence(activity.kind, activity.payload),
        when=activity.created,
    )


def told(activity: Activity) -> dict[str, Any]:
    """The activity as live events and snapshots carry it, worded in each language."""
    return in_each_language(lambda: line_of(activity).as_json())


def feed(project: Project, limit: int = FEED_LINES) -> list[FeedLine]:
    """The newest lines of one project, newest first."""
    return [line_of(activity) for activity in newest(project, limit)]


def newest(project: Project, limit: int = FEED_LINES) -> QuerySet[Activity]:
    """The newest activities of one project, newest first."""
    found = Activity.objects.filter(project=project)
    return found.select_related("project", "actor")[:limit]


def recent(reader: Person, limit: int = FEED_LINES) -> list[FeedLine]:
    """The newest lines of all projects that lists show to this reader, newest first."""
    found = Activity.objects.filter(project__in=listed_for(reader).order_by().values("pk"))
    return [line_of(one) for one in found.select_related("project", "actor")[:limit]]


def followed_by(reader: Person) -> QuerySet[Project]:
    """The projects that the person follows and may still see, the newest follow first."""
    if not reader.is_authenticated:
        return Project.objects.none()
    followed = listed_for(reader).order_by().filter(follows__user=reader)
    return followed.order_by("-follows__id")


def members_of(project: Project) -> QuerySet[Membership]:
    """The members, owners first."""
    return Membership.objects.filter(project=project).select_related("user")


def open_invitations(project: Project) -> QuerySet[Invitation]:
    """The links that still work, newest first."""
    return Invitation.objects.filter(
        project=project, revoked=False, uses_left__gt=0, expires__gt=timezone.now()
    ).select_related("created_by")
