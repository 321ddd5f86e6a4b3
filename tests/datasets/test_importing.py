"""A file is received, checked and added: exactly its good rows, once, visible all at once."""

import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.storage import default_storage

from accounts.models import User
from common.errors import Refused
from datasets.models import Contribution, DataTable, Import
from datasets.queries import Purpose, count_of, fields_of, rows, typed_fields
from datasets.records import prepare, read_record
from datasets.services import import_adding, import_checking, importing
from datasets.services.class_counts import recount_classes
from jobs.models import Job
from live.models import Event
from projects.models import Project
from tests.imports_in_use import added, checked, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("decoded_here")]
HEADER = "species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex"
State = Import.State


def penguin(number: int) -> str:
    return f"Adelie,Torgersen,{30 + number / 100:.2f},18.7,{150 + number % 100},3750,male"


def table(count: int, *more: str) -> bytes:
    return "\n".join([HEADER, *map(penguin, range(count)), *more, ""]).encode()


def stored_files() -> list[str]:
    return default_storage.listdir("imports")[1] if default_storage.exists("imports") else []


def test_a_file_is_checked_and_nothing_is_written(penguins: Project, dave: User) -> None:
    bad = 'Adelei,Torgersen,"39,1",18.7cm,181,3750,male'
    made = checked(penguins, dave, table(30, bad, penguin(3), "a,b", "=1+1,,1,2,3,4,male"))
    assert (made.state, made.good, made.bad, made.duplicates) == (State.CHECKED, 30, 3, 1)
    assert count_of(penguins).accepted == 60
    first = made.report["first"]
    assert len(first) == 20
    assert first[0]["number"] == 1
    assert first[0]["cells"][0] == ["Adelie", ""]
    reasons = {(name, text): n for name, text, n in made.report["reasons"]}
    assert reasons[("", "has 2 cells; the header has 7.")] == 1
    told = "bill_length_mm must be written with a decimal point: 39.1, not “…”."
    assert reasons[("bill_length_mm", told)] == 1
    lines = default_storage.open(made.bad_file).read().decode().splitlines()
    assert lines[0] == f"{HEADER},reason"
    start = 'Adelei,Torgersen,"39,1",18.7cm,181,3750,male,"species must be'
    assert any(line.startswith(start) for line in lines)
    assert any(line.startswith("'=1+1,") for line in lines)
    bars = {bar["field"]: bar for bar in made.report["bars"]}
    assert bars["species"]["classes"][0][::2] == ["Adelie", 31]
    assert sum(bars["flipper_length_mm"]["counts"]) == 31


def test_the_good_rows_are_added_as_the_form_would(penguins: Project, dave: User) -> None:
    before = Event.objects.count()
    data = table(40)
    made = added(penguins, dave, data)
    assert (made.state, made.good, made.written) == (State.ADDED, 40, 40)
    contribution = made.contribution
    assert contribution is not None
    assert (contribution.state, contribution.rows) == (Contribution.State.VISIBLE, 40)
    assert (contribution.first_arrival, count_of(penguins)) == (60, (100, 0, 3))
    found = list(rows(penguins, Purpose.SNAPSHOT).filter(contribution=contribution))
    assert [row.arrival for row in found] == list(range(60, 100))
    fields = typed_fields(penguins)
    lines = [dict(zip(HEADER.split(","), penguin(n).split(","), strict=True)) for n in range(40)]
    for row, line in zip(found, lines, strict=True):
        whole = prepare(fields, read_record(fields, line))
        assert (bytes(row.row_hash), row.group_key) == (whole.row_hash, whole.group_key)
        assert tuple(getattr(row, field.column) for field, _type in fields) == whole.stored
    assert not recount_classes(penguins)
    kinds = [event.kind for event in Event.objects.order_by("pk")[before:]]
    assert kinds.count("rows_added") == 1
    assert len(kinds) <= 4
    assert (made.file, made.checked_file) == ("", "")


def test_the_same_file_twice_adds_nothing_unless_asked(
    penguins: Project, dave: User, carol: User, alice: User
) -> None:
    DataTable.objects.update(duplicates=DataTable.Duplicates.REFUSE)
    first = added(penguins, dave, table(20))
    again = checked(penguins, carol, table(20))
    assert (again.good, again.duplicates) == (0, 20)
    assert again.report["same"] == first.contribution_id
    with pytest.raises(Refused, match="good and new"):
        importing.add(again)
    with pytest.raises(Refused, match="each datapoint is there once"):
        received(penguins, carol, table(20), duplicates_too=True)
    anyway = added(penguins, alice, table(20), duplicates_too=True)
    assert anyway.good == 20
    assert count_of(penguins).accepted == 100


def test_rows_that_came_since_the_check_are_left_out(penguins: Project, dave: User) -> None:
    made = checked(penguins, dave, table(20))
    added(penguins, dave, table(5))
    importing.add(made)
    import_adding.add_rows(made)
    made.refresh_from_db()
    assert (made.good, made.duplicates) == (15, 5)
    assert count_of(penguins).accepted == 80
    values = rows(penguins, Purpose.SNAPSHOT).values_list("row_hash", flat=True)
    assert len({bytes(one) for one in values}) == len(values)


def test_the_same_post_twice_is_one_import(penguins: Project, dave: User) -> None:
    before = len(stored_files())
    one = received(penguins, dave, table(5), key="k")
    assert received(penguins, dave, table(5), key="k").pk == one.pk
    assert Import.objects.count() == 1
    assert Job.objects.filter(kind=importing.CHECK).count() == 1
    with pytest.raises(Refused) as refused:
        received(penguins, dave, table(6), key="k")
    assert refused.value.status == 409
    # Of the two that were not wanted nothing stays in the storage.
    assert len(stored_files()) == before + 1


def test_columns_are_matched_by_hand(penguins: Project, dave: User) -> None:
    made = checked(penguins, dave, table(6).replace(b"species", b"kind"))
    assert made.state == State.FAILED
    assert "Missing: “species”" in made.reason
    assert made.report["header"][0] == "kind"
    places = {str(field.pk): at for at, field in enumerate(fields_of(penguins))}
    importing.check_again(made, columns=places)
    import_checking.check(made)
    made.refresh_from_db()
    assert (made.state, made.good) == (State.CHECKED, 6)
    importing.check_again(made, columns={**places, next(iter(places)): 4})
    import_checking.check(made)
    made.refresh_from_db()
    assert (made.state, "chosen for two fields" in made.reason) == (State.FAILED, True)


def as_tsv(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data.replace(b",", b"\t")


def as_semicolons_without_header(data: bytes) -> bytes:
    return data.partition(b"\n")[2].replace(b",", b";")


def as_json_lines(data: bytes) -> bytes:
    header, *lines = data.decode().splitlines()
    found = []
    for line in lines:
        row: dict[str, Any] = dict(zip(header.split(","), line.split(","), strict=True))
        row["bill_length_mm"] = float(row["bill_length_mm"])
        found.append(json.dumps(row))
    return "\n".join(found).encode()


def as_parquet(data: bytes) -> bytes:
    header, *lines = data.decode().splitlines()
    columns = list(zip(*(line.split(",") for line in lines), strict=True))
    kinds = [str, str, float, float, int, int, str]
    arrays = [pa.array([kind(c) for c in column]) for kind, column in zip(kinds, columns)]  # noqa: B905
    sink = io.BytesIO()
    pq.write_table(pa.table(arrays, names=header.split(",")), sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    "form",
    [as_tsv, as_semicolons_without_header, as_json_lines, as_parquet],
    ids=lambda f: f.__name__,
)
def test_every_format_gives_the_same_rows(
    form: Callable[[bytes], bytes], penguins: Project, dave: User
) -> None:
    whole = added(penguins, dave, table(25))
    other = checked(penguins, dave, form(table(25)))
    # The very same rows: each is found as a copy of its like.
    assert (other.good, other.bad, other.duplicates) == (0, 0, 25), other.reason
    assert whole.good == 25


def test_an_import_may_be_cancelled_until_it_is_there(penguins: Project, dave: User) -> None:
    made = checked(penguins, dave, table(10))
    importing.cancel(made)
    importing.cancel(made)
    assert made.state == State.CANCELLED
    with pytest.raises(Refused, match="was checked"):
        importing.add(made)
    done = added(penguins, dave, table(10))
    with pytest.raises(Refused, match="added already"):
        importing.cancel(done)
