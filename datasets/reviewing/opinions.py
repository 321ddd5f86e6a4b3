"""What the best model says of rows that people disagree on. Upper apps register who answers.

Call ``register`` from ``AppConfig.ready``.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from projects.models import Project


class Opinion(NamedTuple):
    """What a model makes of a row: in words, how sure it is (0 to 1) or None, and which."""

    words: str
    share: float | None
    url: str


#: The project and rows' ids → opinions by row; rows of which it says nothing are left out.
Says = Callable[[Project, Sequence[int]], dict[int, Opinion]]

_says: list[Says] = []


def register(function: Says) -> None:
    """Ask ``function`` for opinions; saying the same twice is harmless."""
    if function not in _says:
        _says.append(function)


def opinions_on(project: Project, rows: Sequence[int]) -> dict[int, Opinion]:
    """What models say of these rows."""
    found: dict[int, Opinion] = {}
    for function in _says:
        found.update(function(project, rows))
    return found
