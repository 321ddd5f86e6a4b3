"""What stands on a person's page. Upper apps add their part: rows given, models trained.

Call ``add_part`` from ``AppConfig.ready``.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser

from accounts.models import User

#: ``(person, reader)`` → what the part's template gets as ``part``, or None to leave it out.
#: It may show only what the reader may see: the person's work in a private project is not that.
Query = Callable[[User, User | AnonymousUser], dict[str, Any] | None]


class Part(NamedTuple):
    """One registered part of the page."""

    name: str
    template: str
    query: Query


_parts: dict[str, Part] = {}


def add_part(name: str, template: str, query: Query) -> None:
    """Add a part to every profile, in the order of registration; the same name replaces."""
    _parts[name] = Part(name, template, query)


def parts_for(person: User, reader: User | AnonymousUser) -> list[tuple[str, dict[str, Any]]]:
    """Template and context of each part that has something to show to this reader."""
    found = ((part.template, part.query(person, reader)) for part in _parts.values())
    return [(template, context) for template, context in found if context is not None]
