"""Following projects: who wants to hear of which."""

from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Q

from accounts.models import User
from common.limits import FOLLOWS_PER_MINUTE
from common.ratelimit import spend
from projects.access import Person, Right, guarded
from projects.models import Follow, Project
from projects.noting import note_event


class Following(NamedTuple):
    """How many people follow a project, and whether the reader is one of them."""

    count: int  # type: ignore[assignment]  # tuple.count is not missed
    mine: bool


def follow(project: Project, user: User) -> bool:
    """Hear of the project from now on; return whether that is new.

    Raises:
        Missing, Forbidden: the person may not take part in it.
        Refused: too much was followed within a minute.
    """
    guarded(user, project, at_least=Right.PARTICIPATE)
    spend("follow", user.pk, limit=FOLLOWS_PER_MINUTE, seconds=60)
    with transaction.atomic():
        # Locked, so that of two clicks at once one sees the other's.
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        _kept, fresh = Follow.objects.get_or_create(project=project, user=user)
        if fresh:
            note_event(project, user, "follow")
    return fresh


def unfollow(project: Project, user: User) -> None:
    """Hear of the project no more; doing it twice is as doing it once."""
    Follow.objects.filter(project=project, user=user).delete()


def following_of(project: Project, reader: Person) -> Following:
    """Who follows, in one query; suspended people left out."""
    found = Follow.objects.filter(project=project, user__is_active=True)
    mine = Q(user=reader.pk) if reader.is_authenticated else Q(pk__in=[])
    counts = found.aggregate(all=Count("pk"), mine=Count("pk", filter=mine))
    return Following(counts["all"], bool(counts["mine"]))
