"""Where documents come from: upper apps register what can be found of theirs.

Call ``add_source`` from ``AppConfig.ready``. Rebuilding and the look for drift read from here; in
daily work the services put what they change.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Entry(NamedTuple):
    """What the index says about one thing."""

    kind: str
    object_id: int
    title: str
    body: str
    public: bool
    circle: int | None = None
    shown: bool = True
    weight: float = 0.0


#: Every thing of a kind that can be found now, in any order, read in pieces.
Source = Callable[[], Iterable[Entry]]

_sources: dict[str, Source] = {}


def add_source(kind: str, entries: Source) -> None:
    """Say what can be found of one kind; the same kind replaces."""
    _sources[kind] = entries


def sources() -> dict[str, Source]:
    """The registered sources by kind."""
    return dict(_sources)
