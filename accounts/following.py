"""Following people: who wants to hear of whom."""

from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Follow, User
from common.errors import Missing, Refused
from common.limits import FOLLOWS_PER_MINUTE, PEOPLE_FOLLOWED
from common.ratelimit import spend


class Counts(NamedTuple):
    """How many follow a person, and how many the person follows; suspended people left out."""

    followers: int
    followed: int


def follow(follower: User, person: User) -> None:
    """Hear of the person from now on; doing it twice is as doing it once.

    Raises:
        Missing: the person is suspended or gone.
        Refused: it is oneself, too many are followed already, or too much was done in a minute.
    """
    if follower.pk == person.pk:
        raise Refused(_("You cannot follow yourself."), status=409)
    if not person.is_active:
        raise Missing
    spend("follow", follower.pk, limit=FOLLOWS_PER_MINUTE, seconds=60)
    if Follow.objects.filter(follower=follower).count() >= PEOPLE_FOLLOWED:
        raise Refused(
            _("You follow %(count)d people, the most there may be. Stop following some first.")
            % {"count": PEOPLE_FOLLOWED},
            status=409,
        )
    # Not get_or_create: of two that come at once the second must change nothing, not fail.
    Follow.objects.bulk_create([Follow(follower=follower, followed=person)], ignore_conflicts=True)


def unfollow(follower: User, person: User) -> None:
    """Hear of the person no more; doing it twice is as doing it once.

    Raises:
        Refused: too much was done in a minute.
    """
    spend("follow", follower.pk, limit=FOLLOWS_PER_MINUTE, seconds=60)
    Follow.objects.filter(follower=follower, followed=person).delete()


def follows(follower: User, person: User) -> bool:
    """Whether the one hears of the other."""
    return Follow.objects.filter(follower=follower, followed=person).exists()


def counts_of(person: User) -> Counts:
    """How many follow and are followed."""
    followers = Follow.objects.filter(followed=person, follower__is_active=True)
    return Counts(followers.count(), followed_by(person).count())


def followed_by(person: User) -> "QuerySet[User]":
    """The people whom the person follows, newest first; suspended ones left out."""
    found = User.objects.filter(followers__follower=person, is_active=True)
    return found.order_by("-followers__id")
