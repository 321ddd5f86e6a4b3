"""Tags for versions of data: the newest ones, and what has come since one of them."""

from typing import NamedTuple

from django import template

from datasets.models import Snapshot
from datasets.queries import count_of
from datasets.queries.snapshots import Making, being_made, newest, page_of
from projects.models import Project

register = template.Library()
#: How many the data tab lists.
LISTED = 5


class Versions(NamedTuple):
    """What the data tab shows of a project's versions."""

    listed: list[Snapshot]
    more: bool
    making: Making | None


class Since(NamedTuple):
    """How the data have grown since a version: rows more or less, and the newest version."""

    rows: int
    newest: Snapshot | None


@register.simple_tag
def versions_of(project: Project) -> Versions:
    """``{% versions_of project as versions %}``: the newest ones."""
    page = page_of(project, size=LISTED)
    return Versions(page.versions, page.older is not None, being_made(project))


@register.simple_tag
def since_version(snapshot: Snapshot) -> Since:
    """``{% since_version run.snapshot as since %}``: what has come since that version."""
    found = newest(snapshot.project)
    later = found if found is not None and found.number > snapshot.number else None
    return Since(count_of(snapshot.project).accepted - snapshot.rows, later)
