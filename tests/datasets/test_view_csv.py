"""The current view as a file and as code."""

import csv
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client, RequestFactory

from accounts.models import User
from datasets import services
from datasets.drafts import FieldDraft
from datasets.models import Snapshot
from datasets.queries.data_page import rows_from
from datasets.queries.paging import page_of
from datasets.records import read_record
from datasets.view_code import code_of
from datasets.views.view_csv import csv_of
from projects.models import Project
from tests.datasets.browsed import arrivals, named, viewed, zoo
from tests.projects_in_use import add_records, published

pytestmark = pytest.mark.django_db


def table_of(client: Client, project: Project, query: str) -> list[dict[str, str]]:
    answer = client.get(f"/p/{project.slug}/data/view.csv{query}")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(body)))


def test_the_file_has_the_rows_of_the_view_in_its_order(alice: User, erin_client: Client) -> None:
    project = zoo(alice)
    height, note = named(project, "height"), named(project, "note")
    asked = f"?f.{height.pk}.ge=2&sort=-{height.pk}&cols={note.pk},{height.pk}"
    found = table_of(erin_client, project, asked)
    assert [row["height"] for row in found] == ["7.25", "2.5", "2.5", "2.5"]
    assert [row["note"] for row in found] == ["No. 7", "", "No. 3", ""]
    assert list(found[0]) == ["_row", "_contributor", "_added", "note", "height"]
    assert "alice" not in str(found)


def test_what_the_file_says_is_read_back_the_same(alice: User) -> None:
    project = zoo(alice)
    view = viewed(project)
    text = b"".join(csv_of(view)).decode()
    for row, stored in zip(csv.DictReader(io.StringIO(text)), page_of(view).rows, strict=True):
        record = {field.name: row[field.name] for field, _type in view.fields}
        values = read_record(view.fields, record)
        for field, type_ in view.fields:
            assert values[field.pk] == type_.value_of(getattr(stored, field.column))


def test_no_cell_is_a_formula_and_numbers_stay_numbers(alice: User, erin_client: Client) -> None:
    project = published(
        alice,
        "Formulas",
        [
            FieldDraft("=1+1", "number"),
            FieldDraft("note", "text", "ignore", required=False),
            FieldDraft("kind", "category", "target", options={"categories": ["@sum", "b"]}),
        ],
    )
    add_records(project, alice, [{"=1+1": -2.5, "note": "=HYPERLINK(1)", "kind": "@sum"}])
    [row] = table_of(erin_client, project, "")
    assert row["'=1+1"] == "-2.5"
    assert row["note"] == "'=HYPERLINK(1)"
    assert row["kind"] == "'@sum"


def test_batches_begin_anew_and_end_at_the_limit(alice: User) -> None:
    project = zoo(alice)
    view = viewed(project, ("sort", "{height}"))
    whole = arrivals(page_of(view).rows)
    assert arrivals(rows_from(view, most=100, batch=3)) == whole
    assert arrivals(rows_from(view, most=5, batch=3)) == whole[:5]


def test_a_file_never_leaves_filters_out_silently_and_is_limited(
    alice: User, erin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = zoo(alice, [1.0])
    address = f"/p/{project.slug}/data/view.csv"
    assert erin_client.get(f"{address}?f.999.ge=1").status_code == 302
    assert erin_client.post(address).status_code == 405
    monkeypatch.setattr("datasets.views.view_csv.VIEW_DOWNLOADS_PER_HOUR", 1)
    assert erin_client.get(address).status_code == 200
    assert erin_client.get(address).status_code == 429


def test_the_code_finds_what_the_page_shows(alice: User, tmp_path: object) -> None:
    """Whatever names and operands hold, both programs run and find the rows of the view."""
    duckdb, pd = (pytest.importorskip(name) for name in ("duckdb", "pandas"))
    name, text = 'it\'s "a"\\n%s', "x' OR '1'='1 \" \\"
    project = published(
        alice,
        "Code",
        [
            FieldDraft(name, "number", required=False),
            FieldDraft("note", "text", "ignore", required=False),
            FieldDraft("kind", "category", "target", options={"categories": [text, "b"]}),
        ],
        visibility=Project.Visibility.PRIVATE,
    )
    add_records(
        project,
        alice,
        [
            {name: float(n) if n % 4 else None, "note": text + str(n), "kind": (text, "b")[n % 2]}
            for n in range(8)
        ],
    )
    snapshot = services.take_snapshot(project)
    assert isinstance(snapshot, Snapshot)
    pairs = [
        (f"f.{named(project, name).pk}.ge", "2"),
        ("f.{note}.contains", text.upper()),
        ("f.{kind}.in", "0"),
        ("f.{kind}.missing", "0"),
        ("sort", f"-{named(project, name).pk}"),
    ]
    view = viewed(project, *pairs)
    assert not view.faults
    shown = [row.pk for row in page_of(view).rows]
    assert len(shown) == 2
    table = pa.table(
        {
            "_row": shown_ids(view, project),
            name: [None if n % 4 == 0 else float(n) for n in range(8)],
            "note": [text + str(n) for n in range(8)],
            "kind": [(text, "b")[n % 2] for n in range(8)],
        }
    )
    file = f"{tmp_path}/rows.parquet"
    pq.write_table(table, file)
    made = {one.key: one.code for one in code_of(RequestFactory().get("/"), view, snapshot)}
    expected_name = f"{project.slug}-v{snapshot.number}.parquet"
    pandas = made["pandas"].replace(repr(expected_name), repr(file)).replace("print(rows)", "")
    found: dict[str, object] = {}
    exec(pandas, found)
    rows = found["rows"]
    assert isinstance(rows, pd.DataFrame)
    assert rows["_row"].tolist() == shown
    sql = made["duckdb"].replace(expected_name, file).replace(".show()", "").splitlines()[-1]
    relation = eval(sql, {"duckdb": duckdb})
    assert [row[0] for row in relation.fetchall()] == shown


def shown_ids(view: object, project: Project) -> list[int]:
    return [row.pk for row in page_of(viewed(project, ("sort", "arrival"))).rows]
