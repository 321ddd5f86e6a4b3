"""The rows of now: the newest version's file and what arrived since, equal to the table itself."""

import pyarrow as pa
import pytest
from django.db import connection

from accounts.models import User
from datasets import services, streaming
from datasets.arrowing import EVER, FIXED, accepted_rows
from datasets.models import Contribution, DataTable, Item, Snapshot
from datasets.queries import Purpose, rows, typed_fields
from datasets.reading import read_table, stands
from datasets.streaming import RANGE_BYTES, RANGE_ROWS, Wanted, range_rows, ranges
from projects.models import Project
from tests.projects_in_use import add_records, published, seed_fields, seed_records

pytestmark = pytest.mark.django_db


def as_told(project: Project) -> list[dict[str, object]]:
    table, _hashes = accepted_rows(project)
    told: list[dict[str, object]] = table.to_pylist()
    return told


def test_newer_rows_are_read_beside_the_version(
    penguins: Project, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = services.take_snapshot(penguins)
    add_records(penguins, carol, seed_records("penguins", 65)[60:])
    read = []

    def counted(wanted, **how):
        for columns in ranges(wanted, **how):
            read.append(len(columns["id"]))
            yield columns

    monkeypatch.setattr("datasets.reading.ranges", counted)
    found = read_table(penguins)
    assert found.to_pylist() == as_told(penguins)
    assert (found.num_rows, sum(read)) == (65, 5)
    assert stands(version)


def test_what_was_rewritten_is_read_anew(penguins: Project, carol: User) -> None:
    version = services.take_snapshot(penguins)
    services.withdraw(Contribution.objects.get(project=penguins, user=carol), carol)
    assert not stands(version)
    assert read_table(penguins).num_rows == 30
    assert read_table(penguins).to_pylist() == as_told(penguins)


def test_without_a_version_or_without_rows(alice: User, penguins: Project) -> None:
    assert read_table(penguins, ["_row", "species"]).column_names == ["_row", "species"]
    empty = published(alice, "Empty", seed_fields("penguins"))
    assert read_table(empty).num_rows == 0
    assert read_table(empty).column_names == read_table(penguins).column_names


def test_ranges_are_as_many_rows_as_memory_bears() -> None:
    light = {"arrival": pa.array(range(1_000)), "c_1": pa.array([1.5] * 1_000)}
    assert range_rows(light) == RANGE_ROWS
    heavy = {**light, "c_2": pa.array([b"x" * 40_000] * 1_000)}
    assert range_rows(heavy) < RANGE_BYTES / 40_000
    assert range_rows({**light, "c_2": pa.array([b"x" * 900_000] * 1_000)}) == 1_000


@pytest.mark.parametrize("rows_read", [5, 7, 60])
def test_each_row_is_read_once_whatever_the_ranges(
    rows_read: int, digits: Project, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.reject(Contribution.objects.filter(project=digits, user=alice).get(), alice)
    monkeypatch.setattr(streaming, "PROBE_ROWS", rows_read)
    monkeypatch.setattr(streaming, "RANGE_ROWS", rows_read)
    wanted = Wanted(digits, typed_fields(digits), FIXED, -1, EVER)
    parts = [columns["arrival"].to_pylist() for columns in ranges(wanted)]
    assert [one for part in parts for one in part] == list(range(30, 60))
    assert all(len(part) <= rows_read for part in parts)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's copies")
@pytest.mark.parametrize("at_once", [False, True])
def test_copies_give_the_same_rows(
    at_once: bool, digits: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = as_told(digits)
    monkeypatch.setattr(streaming, "PROBE_ROWS", 7)
    monkeypatch.setattr(streaming, "RANGE_ROWS", 7)
    wanted = Wanted(digits, typed_fields(digits), FIXED, -1, EVER)
    parts = [columns["id"].to_pylist() for columns in ranges(wanted, at_once=at_once)]
    assert [len(part) for part in parts] == [7] * 8 + [4]
    assert [one for part in parts for one in part] == [row["_row"] for row in whole]


def test_a_labelling_project_says_how_sure_its_labels_are(penguins: Project) -> None:
    DataTable.objects.filter(project=penguins).update(collects=DataTable.Collects.LABELS)
    first = rows(penguins, Purpose.SNAPSHOT).values_list("pk", flat=True)[0]
    Item.objects.create(project=penguins, row=first, labels=3, certainty=0.75)
    version = services.take_snapshot(penguins)
    table = read_table(penguins)
    assert table.column("_labels").to_pylist()[:2] == [3, 0]
    assert table.column("_certainty").to_pylist()[:2] == [0.75, None]
    assert Snapshot.objects.get(pk=version.pk).changes["labelling"] is True
