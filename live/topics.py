"""What can be listened to. This app knows no other: each app registers its topics here.

A topic's name is ``prefix:<integer id>``, such as ``project:12``. An app describes its prefix in
``<app>/live.py`` and registers it from ``AppConfig.ready``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: Internal: events here end rights; nobody can subscribe, since the prefix is never registered.
RIGHTS_TOPIC = "rights:0"
# No leading zeros and at most 18 digits: one name per topic, and the id fits a bigint.
NAME = re.compile(r"([a-z][a-z_]{0,30}):(0|[1-9][0-9]{0,17})")


@dataclass(frozen=True)
class Topic:
    """One kind of topic.

    Attributes:
        prefix: the word before the colon, lower-case letters and underscores.
        may_listen: ``(user, id)`` → whether that user (maybe anonymous) may listen. It must answer
            False for a thing that does not exist. Called in a thread; it may read the database.
        snapshot: ``id`` → the whole state as a JSON object, sent to windows that cannot be brought
            up to date with events. It runs in one read-only transaction with the counter. None:
            the window gets an empty object.
        counts_people: whether windows on this topic are told how many people are here.
    """

    prefix: str
    may_listen: Callable[[Any, int], bool]
    snapshot: Callable[[int], dict[str, Any]] | None = None
    counts_people: bool = True


_registered: dict[str, Topic] = {}


def register(topic: Topic) -> None:
    """Make a kind of topic known. Registering the same prefix again replaces it.

    Raises:
        ValueError: the prefix is not made of lower-case letters, or is reserved.
    """
    if not NAME.fullmatch(f"{topic.prefix}:1") or topic.prefix == RIGHTS_TOPIC.split(":")[0]:
        raise ValueError(f"{topic.prefix!r} cannot be the prefix of a topic.")
    _registered[topic.prefix] = topic


def split(name: str) -> tuple[str, int]:
    """The prefix and the id of a topic's name.

    Raises:
        ValueError: it is not written ``prefix:id``.
    """
    found = NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} is no topic: write prefix:id, such as project:12.")
    return found[1], int(found[2])


def find(name: str) -> tuple[Topic, int] | None:
    """The registered kind and the id behind a name, or None when there is no such kind."""
    try:
        prefix, number = split(name)
    except ValueError:
        return None
    topic = _registered.get(prefix)
    return None if topic is None else (topic, number)


def may_listen(user: Any, name: str) -> bool:
    """Whether the user may listen; a missing topic and a forbidden one give the same answer."""
    found = find(name)
    return found is not None and found[0].may_listen(user, found[1])
