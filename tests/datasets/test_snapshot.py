"""Snapshots: what is in them, when a new one is made, and that both ways of reading agree."""

import io

import pyarrow.parquet as pq
import pytest
from django.core.files.storage import default_storage

from accounts.models import User
from common.errors import Refused
from datasets import services
from datasets.models import Contribution, Snapshot
from projects.models import Project
from tests.projects_in_use import published, seed_fields, seed_records

pytestmark = pytest.mark.django_db


def table_of(snapshot: Snapshot):
    with default_storage.open(snapshot.file) as file:
        return pq.read_table(io.BytesIO(file.read()))


def test_a_snapshot_holds_the_rows_as_they_were_given(digits: Project) -> None:
    snapshot = services.take_snapshot(digits)
    table = table_of(snapshot)
    assert table.column_names == ["_row", "_contributor", "_group", "drawing", "label"]
    given = seed_records("digits", 60)
    assert table.column("drawing").to_pylist() == [row["drawing"] for row in given]
    assert table.column("label").to_pylist() == [row["label"] for row in given]
    assert len(set(table.column("_contributor").to_pylist())) == 2
    assert "alice" not in str(table.column("_contributor").to_pylist())


def test_missing_values_stay_missing(penguins: Project) -> None:
    table = table_of(services.take_snapshot(penguins))
    given = seed_records("penguins", 60)
    assert table.column("sex").to_pylist() == [row["sex"] for row in given]
    assert table.column("bill_length_mm").to_pylist() == [row["bill_length_mm"] for row in given]
    assert None in table.column("sex").to_pylist()


def test_sequences_come_back_as_float32(strokes: Project) -> None:
    table = table_of(services.take_snapshot(strokes))
    first = table.column("stroke")[0].as_py()
    given = seed_records("strokes", 1)[0]["stroke"]
    assert [len(line) for line in first] == [8, 8]
    assert first[0] == pytest.approx(given[0], abs=1e-6)
    assert first[1] == pytest.approx(given[1], abs=1e-6)


def test_the_same_data_is_the_same_snapshot(digits: Project) -> None:
    first = services.take_snapshot(digits)
    again = services.take_snapshot(digits)
    assert first.pk == again.pk
    assert first.number == 1


def test_data_that_went_and_came_back_is_the_old_snapshot(digits: Project, alice: User) -> None:
    first = services.take_snapshot(digits)
    contribution = Contribution.objects.filter(user=alice).get()
    services.reject(contribution, alice)
    second = services.take_snapshot(digits)
    services.restore(contribution, alice)
    third = services.take_snapshot(digits)
    assert (first.number, second.number, third.number) == (1, 2, 1)
    assert second.rows == 30


def test_an_empty_project_has_no_snapshot(alice: User) -> None:
    project = published(alice, "Empty", seed_fields("digits"))
    with pytest.raises(Refused, match="no datapoints yet"):
        services.take_snapshot(project)
    assert not Snapshot.objects.exists()
