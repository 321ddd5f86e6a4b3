"""What a project's card in a list shows besides name and pitch. Upper apps add their part.

Call ``add_part`` from ``AppConfig.ready``.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from projects.models import Project

#: The projects of one page → what stands on each card, by the project's id. Called once a page,
#: so the number of queries does not grow with the number of cards.
Query = Callable[[Sequence[Project]], dict[int, Any]]

_parts: dict[str, Query] = {}


class Card(NamedTuple):
    """A project with what the parts say about it, by the part's name."""

    project: Project
    parts: dict[str, Any]


def add_part(name: str, query: Query) -> None:
    """Add a part to every card; templates read it as ``card.parts.<name>``. The same name replaces.

    ``counts`` is expected to be an object with ``accepted`` and ``people``.
    """
    _parts[name] = query


def cards_for(projects: Sequence[Project]) -> list[Card]:
    """The cards of one page of a list."""
    found = {name: query(projects) for name, query in _parts.items()}
    return [
        Card(project, {name: by_id.get(project.pk) for name, by_id in found.items()})
        for project in projects
    ]


def counts_of(project: Project) -> dict[str, int | None]:
    """``count`` and ``people`` for the head of a project's page, from the part ``counts``."""
    counts = cards_for([project])[0].parts.get("counts")
    return {
        "count": getattr(counts, "accepted", None),
        "people": getattr(counts, "people", None),
    }
