"""Indexes of single columns of projects' tables: made when people sort or filter by them.

DDL as in ``datasets.schema``, apart from it since these come and go with use and hold nothing: a
table without them gives the same answers, more slowly. Every name is generated.

On PostgreSQL an index is made and dropped beside writers (CONCURRENTLY). SQLite lets nobody write
meanwhile, 0.7 to 1.4 s for a million rows: see ``LARGEST_ON_SQLITE``.
"""

from django.db import connection

from datasets.models import Field
from projects.models import Project

#: Making an index of more rows would keep SQLite's writers waiting for longer than a second or so.
LARGEST_ON_SQLITE = 1_000_000


def name_of(field: Field) -> str:
    """The name of a column's index."""
    return f"p_{field.project_id}_{field.column}_order"


def indexes_of(project: Project) -> set[str]:
    """The names of the column indexes that a project's table has, half-made ones left out."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST[connection.vendor], [f"p\\_{project.pk}\\_c\\_%\\_order"])
        return {str(row[0]) for row in cursor.fetchall()}


def make_index(field: Field) -> None:
    """Make the index of (column, arrival number) unless it is there; may be called again."""
    _drop_half_made(field)
    table, column, name = _quoted(field)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE INDEX {_beside()} IF NOT EXISTS {name} ON {table} ({column}, arrival)"
        )


def drop_index(name: str) -> None:
    """Drop an index by its name as ``name_of`` or ``indexes_of`` gave it."""
    quoted = connection.ops.quote_name(name)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {_beside()} IF EXISTS {quoted}")


_LIST = {
    "sqlite": r"SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE %s ESCAPE '\'",
    "postgresql": r"""
        SELECT c.relname FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
        WHERE i.indisvalid AND c.relname LIKE %s ESCAPE '\'
    """,
}
_HALF_MADE = """
    SELECT 1 FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
    WHERE NOT i.indisvalid AND c.relname = %s
"""


def _drop_half_made(field: Field) -> None:
    """What a killed worker left on PostgreSQL has the name, and is used by nobody."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(_HALF_MADE, [name_of(field)])
        left = cursor.fetchone()
    if left:
        drop_index(name_of(field))


def _beside() -> str:
    """PostgreSQL works beside writers, but not inside a transaction."""
    beside = connection.vendor == "postgresql" and not connection.in_atomic_block
    return "CONCURRENTLY" if beside else ""


def _quoted(field: Field) -> tuple[str, str, str]:
    quote = connection.ops.quote_name
    return quote(f"p_{field.project_id}"), quote(field.column), quote(name_of(field))
