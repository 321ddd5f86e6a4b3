"""Tables that somebody sent to open a project from: they wait in files while it is described.

A session would carry megabytes from page to page. A table lies in the storage under its sender's
number and a random name, for a day; of one person only a few wait. Besides the table there is a
small head, which pages show without reading the table, and what was typed last, so that a closed
window or a killed site costs nothing.
"""

import contextlib
import gzip
import json
import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from common.limits import OPENING_HOURS, OPENINGS_PER_PERSON
from datasets.drafts import FieldDraft
from datasets.guessing.plan import Proposal
from datasets.guessing.sheet import Sheet

FOLDER = "openings"
#: ``whole`` is the file as it was sent, of a table of which only the first rows are looked at.
HEAD, ROWS, TYPED, WHOLE = "head", "rows", "typed", "whole"
ENDINGS = (HEAD, ROWS, TYPED, WHOLE)


class Gone(Exception):
    """No such table waits for this person."""


@dataclass
class Head:
    """What a page shows of a waiting table."""

    #: The file's name, or nothing of a pasted table.
    file: str
    #: What was typed under "What do you want to predict?".
    question: str
    proposals: list[Proposal]
    notes: list[str] = field(default_factory=list)
    #: Names of all columns, in the table's order.
    columns: list[str] = field(default_factory=list)
    rows: int = 0
    #: The first rows, by column.
    sample: list[list[str]] = field(default_factory=list)
    headed: bool = True
    may_turn: bool = False
    #: Whether columns of pixels were put together as a drawing.
    gathered: bool = False
    title: str = ""
    description: str = ""
    goal: int | None = None


def keep(user_id: int, head: Head, sheet: Sheet | None) -> uuid.UUID:
    """Store a table for a day and return its name; the person's oldest ones make room."""
    name = uuid.uuid4()
    if sheet is not None:
        _put(user_id, name, ROWS, gzip.compress(_json(asdict(sheet)), compresslevel=1))
    _put(user_id, name, HEAD, _json(asdict(head)))
    for old, _at in waiting(user_id)[OPENINGS_PER_PERSON:]:
        forget(user_id, old)
    return name


def head_of(user_id: int, name: uuid.UUID) -> Head:
    """The head of a table that waits for this person.

    Raises:
        Gone: there is none, or it is another person's.
    """
    found = json.loads(_get(user_id, name, HEAD))
    proposals = [
        Proposal(**{**one, "draft": FieldDraft(**one["draft"])}) for one in found["proposals"]
    ]
    return Head(**{**found, "proposals": proposals})


def sheet_of(user_id: int, name: uuid.UUID) -> Sheet:
    """The whole table, as it was read, before it was tidied.

    Raises:
        Gone: there is none, it is another person's, or only a schema was sent.
    """
    return Sheet(**json.loads(gzip.decompress(_get(user_id, name, ROWS))))


def keep_whole(user_id: int, name: uuid.UUID, data: bytes) -> None:
    """Keep the file of a table that has more rows than are looked at."""
    _put(user_id, name, WHOLE, gzip.compress(data, compresslevel=1))


def whole_of(user_id: int, name: uuid.UUID) -> bytes | None:
    """The file of such a table; None when all of its rows are in the table itself."""
    try:
        return gzip.decompress(_get(user_id, name, WHOLE))
    except Gone:
        return None


def remember(user_id: int, name: uuid.UUID, typed: str) -> None:
    """Keep what was typed into the page last, as an encoded form."""
    path = _path(user_id, name, TYPED)
    default_storage.delete(path)
    # Two windows may do this at once: the file of one of them stays, whichever it is.
    with contextlib.suppress(FileNotFoundError):
        kept = default_storage.save(path, ContentFile(typed.encode()))
        if kept != path:
            default_storage.delete(kept)


def typed(user_id: int, name: uuid.UUID) -> str:
    """What was typed last, as an encoded form; empty at first."""
    try:
        return _get(user_id, name, TYPED).decode()
    except Gone:
        return ""


def waiting(user_id: int) -> list[tuple[uuid.UUID, float]]:
    """The tables that wait for this person, the newest first, with their times."""
    found = [
        (uuid.UUID(name.removesuffix(f".{HEAD}")), _time(f"{FOLDER}/{user_id}/{name}"))
        for name in _listed(f"{FOLDER}/{user_id}")[1]
        if name.endswith(f".{HEAD}")
    ]
    return sorted(found, key=lambda pair: -pair[1])


def forget(user_id: int, name: uuid.UUID) -> None:
    """Delete a table with all that belongs to it."""
    for ending in ENDINGS:
        default_storage.delete(_path(user_id, name, ending))


def sweep() -> int:
    """Delete what has waited for longer than a day; return how many files."""
    oldest = time.time() - OPENING_HOURS * 3600
    people, _files = _listed(FOLDER)
    old = [
        path
        for person in people
        for name in _listed(f"{FOLDER}/{person}")[1]
        if _time(path := f"{FOLDER}/{person}/{name}") < oldest
    ]
    for path in old:
        default_storage.delete(path)
    return len(old)


def _json(what: Any) -> bytes:
    return json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _path(user_id: int, name: uuid.UUID, ending: str) -> str:
    return f"{FOLDER}/{user_id}/{name}.{ending}"


def _put(user_id: int, name: uuid.UUID, ending: str, data: bytes) -> None:
    default_storage.save(_path(user_id, name, ending), ContentFile(data))


def _get(user_id: int, name: uuid.UUID, ending: str) -> bytes:
    try:
        with default_storage.open(_path(user_id, name, ending)) as file:
            data: bytes = file.read()
    except FileNotFoundError as error:
        raise Gone from error
    return data


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _time(path: str) -> float:
    try:
        return default_storage.get_modified_time(path).timestamp()
    except FileNotFoundError:
        # Deleted by somebody else between the look and here.
        return 0.0
