"""What the search finds of people: their name and what they say about themselves."""

from collections.abc import Iterator

from accounts.models import User
from search import services as index
from search.sources import Entry, add_source

PERSON = "person"


def note_person(user: User) -> None:
    """Tell the search what is true of the person now, in the transaction of the change.

    Call it after each change of name, line or state: a suspended or closed account is found no
    more.
    """
    if user.is_active:
        index.put(entry_of(user))
    else:
        index.forget(PERSON, user.pk)


def entry_of(user: User) -> Entry:
    """What the index says about somebody."""
    return Entry(PERSON, user.pk, user.username, user.about, public=True)


def entries() -> Iterator[Entry]:
    """Everybody who can be found."""
    return map(entry_of, User.objects.filter(is_active=True).order_by("pk").iterator())


def install() -> None:
    """Register the source; called once the apps are ready."""
    add_source(PERSON, entries)
