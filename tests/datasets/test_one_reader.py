"""Rows are read through ``rows(project, purpose)``: no other module knows how to reach them."""

import ast
import re

import pytest

from tests.architecture.sources import LAYERS, ROOT, named, python_files

#: Who may build the class of rows: its reader, its writers and the DDL beside them.
BUILDERS = {
    "datasets/tables.py",
    "datasets/queries/reading.py",
    "datasets/services/writing.py",
    "datasets/services/opening.py",
    # Looks in every row, also those nobody may see, for the files that are still needed.
    "datasets/services/photos.py",
    # Makes the columns of added fields.
    "datasets/services/versioning.py",
    # Compares tables with the registry, also the rows that nobody may see.
    "datasets/checking/findings.py",
}
#: Who may name a project's table in SQL.
NAMERS = {
    # DDL of indexes, which come and go with use.
    "datasets/column_indexes.py",
    "datasets/tables.py",
    "datasets/models/fields.py",
    "datasets/services/writing.py",
    # Writes the rows of files, and deletes those that nobody may see yet.
    "datasets/services/bulk_writing.py",
    "datasets/services/backfilling.py",
}
TABLE_NAME = re.compile(r"\bp_\{[^}]*(project|pk)[^}]*\}")


def faults(path: str, source: str) -> list[str]:
    """What in a file reaches for rows in another way."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name | ast.Attribute | ast.alias):
            name = getattr(node, "id", getattr(node, "attr", getattr(node, "name", "")))
            if name == "row_table" and path not in BUILDERS:
                found.append(f"{path}: row_table")
        if (
            isinstance(node, ast.JoinedStr)
            and path not in NAMERS
            and TABLE_NAME.search(ast.unparse(node))
        ):
            found.append(f"{path}: names a table")
    return found


def test_nobody_else_reads_rows() -> None:
    found = []
    for path in python_files(*LAYERS):
        found += faults(named(path), path.read_text(encoding="utf-8"))
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "from datasets.tables import row_table",
        "import datasets.tables\ndatasets.tables.row_table(project).objects.all()",
        'cursor.execute(f"SELECT * FROM p_{project.pk}")',
        'table = f"p_{project.pk}"',
    ],
)
def test_another_way_would_be_found(source: str) -> None:
    assert faults("training/services.py", source)


def test_the_writers_read_nothing() -> None:
    tree = ast.parse((ROOT / "datasets/services/writing.py").read_text())
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not called & {"get", "values", "values_list", "first", "last", "iterator", "aggregate"}
