"""Tables that wait for a project: which there are, and how they stand."""

import uuid
from typing import NamedTuple

from accounts.models import User
from datasets import services, stash
from datasets.guessing.tidying import tidied
from datasets.imports import Preview
from datasets.labelling.queries import fields_to_give
from datasets.models import Contribution
from datasets.stash import Gone, Head
from datasets.waiting_rows import fitting_project
from projects.models import Project


def opening_key(name: uuid.UUID) -> str:
    """The idempotency key under which a table becomes a project."""
    return f"open-{name.hex}"


def rows_key(name: uuid.UUID) -> str:
    """The idempotency key under which its rows are added."""
    return f"open-rows-{name.hex}"


class Waiting(NamedTuple):
    """A table that somebody sent and whose project is not finished."""

    name: uuid.UUID
    head: Head
    project: Project | None


def waiting_for(user: User) -> list[Waiting]:
    """The person's tables whose projects are not published yet, the newest first."""
    found: list[Waiting] = []
    for name, _at in stash.waiting(user.pk):
        try:
            head = stash.head_of(user.pk, name)
        except Gone:
            continue
        opened = services.opened_from(user, opening_key(name))
        if opened is None or not opened.project.is_published:
            found.append(Waiting(name, head, opened.project if opened else None))
    return found


class RowsOf(NamedTuple):
    """The table that a project was opened from: which rows fit, and whether they are in."""

    name: uuid.UUID
    head: Head
    preview: Preview
    added: bool


def rows_for(user: User, project: Project) -> RowsOf | None:
    """The table from which this person opened the project, while it is kept."""
    for name, _at in stash.waiting(user.pk):
        opened = services.opened_from(user, opening_key(name))
        if opened is None or opened.project.pk != project.pk:
            continue
        try:
            head = stash.head_of(user.pk, name)
            preview = preview_of(user, name, opened)
        except Gone:
            return None
        added = Contribution.objects.filter(
            project=project, user=user, idempotency_key=rows_key(name)
        ).exclude(state=Contribution.State.OPEN)
        return RowsOf(name, head, preview, added.exists())
    return None


def preview_of(user: User, name: uuid.UUID, opened: services.Opened) -> Preview:
    """The rows of a table against the fields of the project that it became.

    Raises:
        Gone: the table is no longer kept, or only a schema was sent.
    """
    sheet = tidied(stash.sheet_of(user.pk, name))
    return fitting_project(sheet, fields_to_give(opened.project), opened.columns)
