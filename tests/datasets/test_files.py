"""Versions to download."""

import hashlib
import io
import json

import pyarrow.parquet as pq
import pytest
from django.test import Client

from accounts.models import User
from datasets import services
from datasets.drafts import FieldDraft
from datasets.models import Snapshot
from projects.models import Project
from tests.projects_in_use import add_records, published, seed_records

pytestmark = pytest.mark.django_db


def fetched(client: Client, project: Project, ext: str) -> bytes:
    answer = client.get(f"/p/{project.slug}/data/v1.{ext}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{project.slug}-v1.{ext}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    return answer.getvalue()


def test_parquet_is_the_stored_file(digits: Project, erin_client: Client) -> None:
    snapshot = services.take_snapshot(digits)
    data = fetched(erin_client, digits, "parquet")
    assert hashlib.sha256(data).hexdigest() == snapshot.file_sha256
    assert len(data) == snapshot.file_bytes
    assert pq.read_table(io.BytesIO(data)).num_rows == 60


def test_json_lines_and_csv_say_the_same(penguins: Project, erin_client: Client) -> None:
    services.take_snapshot(penguins)
    given = seed_records("penguins", 60)
    lines = [json.loads(line) for line in fetched(erin_client, penguins, "jsonl").splitlines()]
    assert [line["species"] for line in lines] == [row["species"] for row in given]
    assert [line["sex"] for line in lines] == [row["sex"] for row in given]
    text = fetched(erin_client, penguins, "csv").decode().splitlines()
    assert text[0].startswith("_row,_contributor,_group,species,island")
    assert len(text) == 61


def test_float32_numbers_are_written_short(strokes: Project, erin_client: Client) -> None:
    services.take_snapshot(strokes)
    line = fetched(erin_client, strokes, "jsonl").splitlines()[0].decode()
    given = seed_records("strokes", 1)[0]["stroke"]
    assert json.loads(line)["stroke"] == [[round(number, 4) for number in one] for one in given]
    assert str(round(given[0][0], 4)) in line


def test_no_cell_of_a_csv_is_a_formula(alice: User, erin_client: Client) -> None:
    fields = [
        FieldDraft("=cmd", "text"),
        FieldDraft("n", "number"),
        FieldDraft("t", "category", "target", options={"categories": ["+a", "@b"]}),
    ]
    project = published(alice, "Formulas", fields)
    add_records(project, alice, [{"=cmd": "=HYPERLINK(1)", "n": -1.5, "t": "+a"}])
    services.take_snapshot(project)
    head, row = fetched(erin_client, project, "csv").decode().splitlines()
    assert head.split(",")[3:] == ["'=cmd", "n", "t"]
    assert row.split(",")[3:] == ["'=HYPERLINK(1)", "-1.5", "'+a"]


def test_a_file_is_not_sent_twice(digits: Project, erin_client: Client) -> None:
    services.take_snapshot(digits)
    address = f"/p/{digits.slug}/data/v1.parquet"
    etag = erin_client.get(address)["ETag"]
    assert erin_client.get(address, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("name", ["v2.parquet", "v1.exe", "v0.csv", f"v{'9' * 30}.csv"])
def test_what_is_not_there_is_missing(name: str, digits: Project, erin_client: Client) -> None:
    services.take_snapshot(digits)
    assert erin_client.get(f"/p/{digits.slug}/data/{name}").status_code == 404


def test_a_private_projects_files_are_its_members(
    digits: Project, erin_client: Client, dave_client: Client, carol_client: Client
) -> None:
    services.take_snapshot(digits)
    Project.objects.filter(pk=digits.pk).update(visibility="private")
    address = f"/p/{digits.slug}/data/v1.parquet"
    statuses = [c.get(address).status_code for c in (erin_client, dave_client, carol_client)]
    assert statuses == [404, 404, 200]


def test_a_person_makes_a_version(
    digits: Project, dave_client: Client, erin_client: Client
) -> None:
    address = f"/p/{digits.slug}/data/versions/"
    assert "/login/" in erin_client.post(address)["Location"]
    for _press in range(2):
        assert dave_client.post(address).status_code == 302
    assert [one.number for one in Snapshot.objects.all()] == [1]
    assert b"v1.parquet" in erin_client.get(f"/p/{digits.slug}/data/").content


def test_the_table_schema_is_public_and_in_codes_order(
    penguins: Project, erin_client: Client
) -> None:
    schema = erin_client.get(f"/p/{penguins.slug}/schema.json").json()
    species = next(field for field in schema["fields"] if field["name"] == "species")
    assert species["categories"] == species["constraints"]["enum"]
    assert schema["cc:task"] == "classification"
