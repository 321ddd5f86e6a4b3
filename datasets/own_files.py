"""All that one person has contributed, as a zip that is made while it is sent.

In it: ``contributions.csv``, and of each project the own rows as CSV and as JSON Lines. Rows are
read in pages, so that neither memory nor a transaction grows with their number. Withdrawn values
are gone, so they are not in it. Of a project that the person may not see any more the own values
are there, its name and those of its fields are not.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from datasets.exports import csv_line, safe_text
from datasets.field_types import FieldType
from datasets.models import Contribution, Row, RowState
from datasets.queries import Purpose, rows, typed_fields
from datasets.records import Typed
from projects.access import rights_in
from projects.models import Project

PAGE_ROWS = 500
ACTS = ("contribution", "project", "state", "rows", "source", "licence", "consent", "created")
FIXED = ("row", "contribution", "state", "licence", "created")
#: Every file carries this date: the archive is a copy of now, not of a file system.
DATED = (1980, 1, 1, 0, 0, 0)


class _Pipe(io.RawIOBase):
    """A file that cannot be sought: what ``zipfile`` writes is taken out again at once."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What was written since it was last asked."""
        found = b"".join(self._parts)
        self._parts.clear()
        return found


@dataclass(frozen=True)
class _Given:
    """A person's part of one project."""

    user: User
    project: Project
    #: Whether the person may see the project now.
    seen: bool

    @property
    def name(self) -> str:
        slug = self.project.slug if self.seen else "project"
        return f"{slug}-{self.project.pk}"

    def columns(self, fields: Typed) -> list[str]:
        """The fields by name, by number where the project may not be seen."""
        return [field.name if self.seen else f"field {at}" for at, (field, _t) in enumerate(fields)]


def archive(user: User) -> Iterator[bytes]:
    """The zip of a person's contributions, part by part."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, lines in _files(user):
            entry = zipfile.ZipInfo(name, DATED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with packed.open(entry, "w", force_zip64=True) as file:
                for line in lines:
                    file.write(line)
                    if part := pipe.taken():
                        yield part
    yield pipe.taken()


def _files(user: User) -> Iterator[tuple[str, Iterator[bytes]]]:
    mine = Contribution.objects.filter(user=user).values("project").distinct()
    projects = list(Project.objects.filter(pk__in=mine).order_by("pk"))
    rights = rights_in(user, projects)
    given = [_Given(user, project, rights[project.pk] is not None) for project in projects]
    yield "contributions.csv", _acts(given)
    for one in given:
        fields = typed_fields(one.project)
        yield f"{one.name}.csv", _csv(one, fields)
        yield f"{one.name}.jsonl", _jsonl(one, fields)


def _acts(given: list[_Given]) -> Iterator[bytes]:
    yield csv_line(ACTS)
    for one in given:
        for listed in _contributions(one):
            yield b"".join(_act(one, act) for act in listed)


def _act(one: _Given, act: Contribution) -> bytes:
    created = act.created.isoformat(timespec="seconds")
    terms = (act.source, act.licence, act.consent_version, created)
    return csv_line((act.pk, one.name, act.state, act.rows, *terms))


def _csv(one: _Given, fields: Typed) -> Iterator[bytes]:
    yield csv_line([*FIXED, *map(safe_text, one.columns(fields))])
    for row in _rows(one, fields):
        cells = [_text(type_, getattr(row, field.column)) for field, type_ in fields]
        yield csv_line([*_fixed(row).values(), *cells])


def _text(type_: FieldType[Any], stored: Any) -> str:
    value = type_.value_of(stored)
    if value is None:
        return ""
    # A negative number begins as a formula does, and is none.
    shown = type_.show(value)
    return shown if type_.wall_kind == "value" else safe_text(shown)


def _jsonl(one: _Given, fields: Typed) -> Iterator[bytes]:
    names = one.columns(fields)
    for row in _rows(one, fields):
        values = [_json(type_, getattr(row, field.column)) for field, type_ in fields]
        found = {**_fixed(row), "values": dict(zip(names, values, strict=True))}
        yield json.dumps(found, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _json(type_: FieldType[Any], stored: Any) -> Any:
    """The value; of a class its label, since codes say nothing outside."""
    value = type_.value_of(stored)
    labelled = type_.wall_kind == "label" and not isinstance(value, bool) and value is not None
    return type_.show(value) if labelled else value


def _fixed(row: Row) -> dict[str, Any]:
    act = row.contribution
    created = act.created.isoformat(timespec="seconds")
    state = RowState(row.state).name.lower()
    return dict(zip(FIXED, (row.pk, act.pk, state, act.licence, created), strict=True))


def _contributions(one: _Given) -> Iterator[list[Contribution]]:
    """The person's contributions to a project, in pages."""
    found = Contribution.objects.filter(user=one.user, project=one.project).order_by("pk")
    found = found.exclude(state=Contribution.State.OPEN)
    last = 0
    while listed := list(found.filter(pk__gt=last)[:PAGE_ROWS]):
        last = listed[-1].pk
        yield listed


def _rows(one: _Given, fields: Typed) -> Iterator[Row]:
    """The person's rows of a project, by the index of contributions: never a look at all rows."""
    table = rows(one.project, Purpose.OWN, [field for field, _type in fields])
    for listed in _contributions(one):
        for acts in _portions(listed):
            found = table.filter(contribution__in=acts).order_by("contribution", "position")
            yield from _paged(found.select_related("contribution"))


def _portions(listed: list[Contribution]) -> Iterator[list[int]]:
    """Contributions that together have about a page of rows, or one that has more."""
    portion: list[int] = []
    room = PAGE_ROWS
    for act in listed:
        if portion and act.rows > room:
            yield portion
            portion, room = [], PAGE_ROWS
        portion.append(act.pk)
        room -= act.rows
    if portion:
        yield portion


def _paged(found: QuerySet[Row]) -> Iterator[Row]:
    start = 0
    # By number: a contribution has at most IMPORT_ROWS rows, and none comes to it later.
    while page := list(found[start : start + PAGE_ROWS]):
        start += len(page)
        yield from page
