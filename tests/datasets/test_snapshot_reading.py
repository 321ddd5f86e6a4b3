"""Reading by ADBC and by the cursor gives the same bytes."""

import io

import pyarrow as pa
import pytest
from django.db import connection, transaction

from accounts.models import User
from datasets.arrowing import accepted_rows
from datasets.parquet_files import write_tables
from projects.models import Project
from tests.projects_in_use import seeded

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="ADBC reads SQLite files here"),
]


def parquet_of(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    write_tables(sink, table, [])
    return sink.getvalue()


@pytest.mark.parametrize("name", ["digits", "penguins", "strokes"])
def test_both_ways_give_equal_bytes(name: str, alice: User, bob: User, carol: User) -> None:
    project = seeded(alice, bob, carol, name)
    fast, fast_hashes = accepted_rows(project)
    with transaction.atomic():
        slow, slow_hashes = accepted_rows(project)
    assert fast_hashes == slow_hashes
    assert parquet_of(fast) == parquet_of(slow)


def test_a_column_without_any_value_keeps_its_type(alice: User, bob: User, carol: User) -> None:
    project: Project = seeded(alice, bob, carol, "penguins", rows=4)
    column = project.fields.get(name="sex").column
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE p_{project.pk} SET {column} = NULL")
    table, _hashes = accepted_rows(project)
    assert str(table.schema.field("sex").type) == "string"
    assert table.column("sex").to_pylist() == [None] * 4
