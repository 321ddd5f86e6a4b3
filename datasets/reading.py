"""A project's rows of now as one table: the newest version's file, and what arrived since."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq
from django.core.files.storage import default_storage

from datasets.arrowing import EVER, FIXED, empty_table, table_of
from datasets.models import DataTable, Snapshot
from datasets.queries import typed_fields
from datasets.queries.snapshots import newest
from datasets.streaming import Wanted, ranges
from projects.models import Project


def read_table(project: Project, names: Sequence[str] | None = None) -> pa.Table:
    """All accepted rows in arrival order, as a version of now would have them.

    While nothing was rewritten since the newest version, its file holds all rows but the newest,
    and only those are read from the table: ten times as fast. Categories come as dictionaries.

    Args:
        project: whose rows.
        names: the columns that are wanted, all of them if None.
    """
    version = newest(project)
    fields = typed_fields(project)
    words = [field.name for field, type_ in fields if type_.arrow_type() == pa.string()]
    tables: list[pa.Table] = []
    after = -1
    if version is not None and stands(version):
        with default_storage.open(version.file) as file:
            tables.append(pq.read_table(file, columns=names, read_dictionary=words))
        after = version.last_arrival if version.last_arrival is not None else -1
    for columns in ranges(Wanted(project, fields, FIXED, after, EVER)):
        table = table_of(project, columns, fields)
        tables.append(table if names is None else table.select(list(names)))
    if not tables:
        empty = empty_table(project)
        tables.append(empty if names is None else empty.select(list(names)))
    return pa.concat_tables([_with_dictionaries(table, words) for table in tables])


def stands(version: Snapshot) -> bool:
    """Whether the project's data are this version's rows and those that arrived later."""
    table = DataTable.objects.filter(
        project=version.project_id,
        rewritten=version.rewritten,
        project__schema_version=version.schema_version,
    )
    return version.last_arrival is not None and table.exists()


def _with_dictionaries(table: pa.Table, words: list[str]) -> pa.Table:
    for place, name in enumerate(table.column_names):
        if name in words and not pa.types.is_dictionary(table.schema.field(place).type):
            column = table.column(place).dictionary_encode()
            field = table.schema.field(place).with_type(column.type)
            table = table.set_column(place, field, column)
    return table
