"""What a snapshot's table looks like, made range by range from the rows as they are stored."""

import hashlib
import hmac
from collections.abc import Mapping

import pyarrow as pa
from django.conf import settings

from datasets.models import DataTable, Field, Item
from datasets.queries import typed_fields
from datasets.records import Typed
from datasets.streaming import Columns, Wanted, ranges
from projects.models import Project

ROW, CONTRIBUTOR, GROUP = "_row", "_contributor", "_group"
#: Only where the crowd labels items: how many labels one has, and how sure they make it, 0 to 1.
LABELS, CERTAINTY = "_labels", "_certainty"
#: In the metadata of a column: the id of its field, which renaming leaves as it is.
FIELD = b"cc:field"
FIXED = {
    "id": pa.int64(),
    "user": pa.int64(),
    "group_key": pa.int64(),
    "row_hash": pa.binary(),
}
#: Beyond any arrival number that a project may reach.
EVER = 2**62


def pseudonym(project_id: int, user_id: int) -> str:
    """A name for a contributor that says who gave which rows of this project, and nothing else."""
    key = settings.SECRET_KEY.encode()
    text = f"contributor {project_id} {user_id}".encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()[:16]


def accepted_rows(project: Project) -> tuple[pa.Table, list[bytes]]:
    """The table of all accepted rows in arrival order, and their hashes; for tables of few rows."""
    tables: list[pa.Table] = []
    hashes: list[bytes] = []
    for columns in ranges(Wanted(project, typed_fields(project), FIXED, -1, EVER)):
        tables.append(table_of(project, columns))
        hashes += columns["row_hash"].to_pylist()
    return (pa.concat_tables(tables) if tables else empty_table(project)), hashes


def empty_table(project: Project) -> pa.Table:
    """The table of a project without accepted rows."""
    fields = typed_fields(project)
    kinds = Wanted(project, fields, FIXED, -1, EVER).kinds()
    return table_of(project, {name: pa.array([], kind) for name, kind in kinds.items()}, fields)


def table_of(project: Project, columns: Columns, fields: Typed | None = None) -> pa.Table:
    """The snapshot's columns of one range of stored ones.

    ``_row`` (id), ``_contributor`` (pseudonym), ``_group`` (near-duplicates share it), in a
    labelling project ``_labels`` and ``_certainty``, then a column a field, named as the field.
    """
    fields = typed_fields(project) if fields is None else fields
    made = {ROW: columns["id"], CONTRIBUTOR: _pseudonyms(project, columns["user"])}
    made[GROUP] = columns["group_key"]
    if _labels_items(project):
        made |= _labelling(project, columns["id"])
    schema = [pa.field(name, column.type) for name, column in made.items()]
    for field, type_ in fields:
        column = type_.to_arrow(columns[field.column])
        made[field.name] = column
        schema.append(pa.field(field.name, column.type, metadata=_marks(field)))
    return pa.table(list(made.values()), pa.schema(schema))


def _marks(field: Field) -> Mapping[bytes, bytes]:
    return {FIELD: b"%d" % field.pk}


def _pseudonyms(project: Project, users: pa.Array) -> pa.Array:
    encoded = users.dictionary_encode()
    names = [pseudonym(project.pk, user) for user in encoded.dictionary.to_pylist()]
    return pa.array(names, pa.string()).take(encoded.indices)


def _labels_items(project: Project) -> bool:
    labelling = DataTable.objects.filter(project=project, collects=DataTable.Collects.LABELS)
    return labelling.exists()


def _labelling(project: Project, ids: pa.Array) -> dict[str, pa.Array]:
    """What the crowd's labels of these rows come to; a row that nobody labelled has 0 of them."""
    listed = ids.to_pylist()
    items = Item.objects.filter(project=project)
    if listed:
        items = items.filter(row__gte=min(listed), row__lte=max(listed))
    known = {row: rest for row, *rest in items.values_list("row", "labels", "certainty")}
    found = [known.get(row, (0, None)) for row in listed]
    return {
        LABELS: pa.array([labels for labels, _sure in found], pa.int32()),
        CERTAINTY: pa.array([sure for _labels, sure in found], pa.float64()),
    }


def stored_columns(
    project: Project, fields: Typed, beside: Mapping[str, pa.DataType] = FIXED
) -> dict[str, pa.ChunkedArray]:
    """The columns of accepted rows as they are stored, in arrival order, by column name."""
    wanted = Wanted(project, fields, beside, -1, EVER)
    read = list(ranges(wanted))
    return {
        name: pa.chunked_array([columns[name] for columns in read], kind)
        for name, kind in wanted.kinds().items()
    }
