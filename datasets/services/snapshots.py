"""Snapshots: immutable files of the accepted rows; equal data is one snapshot."""

import hashlib
import logging
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, NamedTuple

import pyarrow as pa
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from common.errors import Refused
from datasets.arrowing import FIXED, table_of
from datasets.comparing import Difference, compare
from datasets.models import DataTable, Snapshot
from datasets.parquet_files import write_tables
from datasets.queries import table_schema, typed_fields
from datasets.queries.snapshots import newest, why_destroyed
from datasets.queries.versions import check_settled
from datasets.records import Typed
from datasets.services.version_tally import Tally
from datasets.streaming import Wanted, ranges
from projects.models import Project

logger = logging.getLogger(__name__)
#: How often rows are read range by range while others rewrite them; then all are copied at once.
ATTEMPTS = 3
Told = Callable[[int], None]


class _State(NamedTuple):
    """What a table is at one moment."""

    revision: int
    rewritten: int
    next_arrival: int
    schema_version: int


class _Written(NamedTuple):
    """A version's file before it is registered."""

    file: IO[bytes]
    tally: Tally
    values: int
    state: _State
    table_schema: dict[str, Any]


def take_snapshot(project: Project, *, told: Told | None = None) -> Snapshot:
    """Return the snapshot of the rows that are accepted now; the same data gives the same one.

    Called by two at once, both get one snapshot. Outside a transaction it reads fastest. However
    many rows there are, memory holds a few ranges of them. ``told`` hears how many are written.

    Raises:
        Refused: there is no accepted row, the version of exactly these rows was destroyed by a
            moderator, or the fields are being changed.
    """
    project = Project.objects.get(pk=project.pk)
    latest = Snapshot.objects.filter(project=project).first()
    state = _state(project)
    if latest and _is_current(latest, state):
        return _standing(latest)
    check_settled(project)
    with tempfile.TemporaryFile(prefix="version-") as file:
        written = _written(project, file, told or _nobody)
        known = Snapshot.objects.filter(project=project, identity=written.tally.identity).first()
        if known is not None:
            return _known_again(known, written.state)
        return _stored(project, written)


def _nobody(_rows: int) -> None:
    return None


def _state(project: Project) -> _State:
    names = ("revision", "rewritten", "next_arrival", "project__schema_version")
    found = DataTable.objects.filter(project=project).values_list(*names).first()
    if found is None:
        raise Refused(_("This project has no table yet: describe a datapoint first."), status=409)
    return _State(*found)


def _is_current(snapshot: Snapshot, state: _State) -> bool:
    same_rows = snapshot.data_revision == state.revision
    return same_rows and snapshot.schema_version == state.schema_version


def _standing(snapshot: Snapshot) -> Snapshot:
    if snapshot.destroyed:
        message = _(
            "A moderator destroyed version %(number)s, which has exactly these datapoints "
            "(%(reason)s). Take out the datapoints that it was for: then there can be a new one."
        )
        parts = {"number": snapshot.number, "reason": why_destroyed(snapshot)}
        raise Refused(message % parts, status=409)
    return snapshot


def _known_again(snapshot: Snapshot, state: _State) -> Snapshot:
    """The same rows as a version that is there, after changes that cancelled each other out."""
    changes = {"data_revision": state.revision, "rewritten": state.rewritten}
    Snapshot.objects.filter(pk=snapshot.pk).update(**changes)
    return _standing(snapshot)


def _written(project: Project, file: IO[bytes], told: Told) -> _Written:
    """Write all rows of one state of the table into the file."""
    for attempt in range(ATTEMPTS):
        last = attempt == ATTEMPTS - 1
        # Fields as they are now: those of the attempt before may be retired since.
        project = Project.objects.get(pk=project.pk)
        with _one_state(wanted=last):
            state = _state(project)
            tally = Tally(state.schema_version)
            file.seek(0)
            file.truncate()
            values = _write(project, file, tally, state, told, at_once=last)
            described = table_schema(project)
        after = _state(project)
        same = after.rewritten == state.rewritten or last
        if same and after.schema_version == state.schema_version == project.schema_version:
            return _Written(file, tally, values, state, described)
    raise Refused(_("The fields are being changed now. Try again in a minute."), status=409)


@contextmanager
def _one_state(*, wanted: bool) -> Iterator[None]:
    """On PostgreSQL a transaction that sees one state of the database; SQLite copies one."""
    if not wanted or connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _write(
    project: Project, file: IO[bytes], tally: Tally, state: _State, told: Told, *, at_once: bool
) -> int:
    fields = typed_fields(project)
    wanted = Wanted(project, fields, FIXED, -1, state.next_arrival - 1)

    def tables() -> Iterator[pa.Table]:
        for columns in ranges(wanted, at_once=at_once):
            table = table_of(project, columns, fields)
            tally.count(columns, table, _target(fields))
            yield table
            told(tally.rows)

    made = tables()
    first = next(made, None)
    if first is None:
        raise Refused(_("There are no datapoints yet: add some first."), status=409)
    return write_tables(file, first, made)


def _target(fields: Typed) -> str | None:
    """The name of the field whose classes are counted."""
    named = (f.name for f, t in fields if f.role == "target" and t.wall_kind == "label")
    return next(named, None)


def _stored(project: Project, written: _Written) -> Snapshot:
    """Store the file, then register it; of two at once the second's file goes again."""
    changes = _changes(project, written)
    written.file.seek(0)
    sha256 = hashlib.file_digest(written.file, "sha256").hexdigest()  # type: ignore[arg-type]
    size = written.file.seek(0, 2)
    written.file.seek(0)
    name = default_storage.save(f"snapshots/{uuid.uuid4().hex}.parquet", File(written.file))
    try:
        with transaction.atomic():
            # The lock makes number and identity one decision.
            DataTable.objects.select_for_update().get(project=project)
            snapshots = Snapshot.objects.filter(project=project)
            known = snapshots.filter(identity=written.tally.identity).first()
            if known is None:
                highest = snapshots.aggregate(highest=Max("number"))["highest"] or 0
                return Snapshot.objects.create(
                    project=project,
                    number=highest + 1,
                    identity=written.tally.identity,
                    schema_version=written.state.schema_version,
                    table_schema=written.table_schema,
                    rows=written.tally.rows,
                    data_revision=written.state.revision,
                    rewritten=written.state.rewritten,
                    last_arrival=written.tally.last_arrival,
                    file=name,
                    file_sha256=sha256,
                    file_bytes=size,
                    files={"parquet": {"values": written.values}},
                    changes=changes,
                )
    except BaseException:
        default_storage.delete(name)
        raise
    default_storage.delete(name)
    return _standing(known)


def _changes(project: Project, written: _Written) -> dict[str, object]:
    """What the version's page says: counts of now, and what differs from the version before."""
    said: dict[str, object] = written.tally.as_json(project)
    before = newest(project)
    if before is not None:
        difference = _difference(before, written)
        if difference is not None:
            said |= {"since": before.number, **difference.as_json()}
    return said


def _difference(before: Snapshot, written: _Written) -> Difference | None:
    state = written.state
    if before.rewritten == state.rewritten and before.schema_version == state.schema_version:
        return Difference(written.tally.rows - before.rows, 0, 0, [])
    try:
        with default_storage.open(before.file) as old:
            return compare(old, written.file)
    except (OSError, pa.ArrowException):
        logger.warning("The file of %s of project %s is unreadable.", before, before.project_id)
        return None
