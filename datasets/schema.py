"""The only file that runs DDL: makes a table, adds a column, drops a table.

Each function compares with what the database has and does only what is missing, so it may be run
again after it was killed. On both databases DDL takes part in the transaction it stands in: a
project and its table are there together or not at all.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

LOCK_SECONDS = 2
ATTEMPTS = 3


@contextmanager
def _editor() -> Iterator[BaseDatabaseSchemaEditor]:
    """A schema editor inside the running transaction.

    Entered the usual way, SQLite's editor refuses to work inside a transaction, because it may
    remake tables with foreign keys off. Creating, dropping and adding a nullable column never
    remake one, so the editor is used without entering it.
    """
    editor = connection.SchemaEditorClass(connection, atomic=False)
    editor.deferred_sql = []
    yield editor
    for sql in editor.deferred_sql:
        editor.execute(sql)


def _run(change: Callable[[BaseDatabaseSchemaEditor], None], patience: float | None = None) -> None:
    """Run one change; on PostgreSQL give up waiting for a lock soon, and try again.

    A DDL statement that waits for a reader makes every later reader wait behind it. With
    ``patience`` (seconds) it is tried once: the caller lets all others go on in between.
    """
    attempts = ATTEMPTS if patience is None else 1
    wait = int(1000 * (LOCK_SECONDS if patience is None else patience))
    for attempt in range(attempts):
        try:
            with transaction.atomic(), _editor() as editor:
                if connection.vendor == "postgresql":
                    editor.execute(f"SET LOCAL lock_timeout = '{wait}ms'")
                    # Checks that wait for the commit would keep their table from being altered.
                    editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    editor.execute("SET CONSTRAINTS ALL DEFERRED")
                change(editor)
            return
        except OperationalError:
            if connection.vendor != "postgresql" or attempt == attempts - 1:
                raise


def exists(name: str) -> bool:
    """Whether the database has a table of that name."""
    with connection.cursor() as cursor:
        return name in connection.introspection.table_names(cursor)


def columns_of(name: str) -> set[str]:
    """The names of the table's columns; empty when there is no such table."""
    if not exists(name):
        return set()
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, name)
    return {column.name for column in found}


def ensure_table(table: type[models.Model], *, patience: float | None = None) -> bool:
    """Make the table of the class, or add the columns that it lacks; True when it changed.

    ``patience``: seconds that it waits for the table's readers on PostgreSQL, once.

    Raises:
        ValueError: a missing column is not nullable.
        OperationalError: others held the table for longer.
    """
    present = columns_of(table._meta.db_table)
    if not present:
        _run(lambda editor: editor.create_model(table))
        return True
    lacking = [f for f in table._meta.local_concrete_fields if f.column not in present]
    for field in lacking:
        add_column(table, field, patience=patience)
    return bool(lacking)


def add_column(
    table: type[models.Model],
    field: "models.Field[Any, Any]",
    *,
    patience: float | None = None,
) -> None:
    """Add one nullable column of the class to its table, unless it is there.

    Raises:
        ValueError: the column is not nullable; a default would rewrite the whole table.
    """
    if not field.null or field.has_default():
        raise ValueError(f"{field.column}: only nullable columns without default can be added")
    if field.column not in columns_of(table._meta.db_table):
        _run(lambda editor: editor.add_field(table, field), patience)


def drop_column(table: type[models.Model], column: str) -> None:
    """Drop a column that no field of the class knows; SQLite rewrites the whole table for it."""
    if column in columns_of(table._meta.db_table) - {
        field.column for field in table._meta.local_concrete_fields
    }:
        _drop_indexes(table._meta.db_table, column)
        name, quoted = (connection.ops.quote_name(n) for n in (table._meta.db_table, column))
        _run(lambda editor: editor.execute(f"ALTER TABLE {name} DROP COLUMN {quoted}"))


def _drop_indexes(table: str, column: str) -> None:
    """Drop what SQLite would not drop with the column."""
    with connection.cursor() as cursor:
        present = connection.introspection.get_constraints(cursor, table)
    for name, one in present.items():
        if one["index"] and column in one["columns"]:
            quoted = connection.ops.quote_name(name)
            _run(lambda editor, quoted=quoted: editor.execute(f"DROP INDEX {quoted}"))  # type: ignore[misc]


def ensure_indexes(table: type[models.Model]) -> None:
    """Make the indexes of the class's ``Meta`` that its table lacks."""
    with connection.cursor() as cursor:
        present = connection.introspection.get_constraints(cursor, table._meta.db_table)
    for index in table._meta.indexes:
        if index.name not in present:
            _run(lambda editor, index=index: editor.add_index(table, index))  # type: ignore[misc]


def drop_table(table: type[models.Model]) -> None:
    """Drop the table of the class, with all its rows, where it exists."""
    if exists(table._meta.db_table):
        _run(lambda editor: editor.delete_model(table))
