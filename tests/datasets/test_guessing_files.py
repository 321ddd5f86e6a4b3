"""Files of every kind and state: what is read of them, and what each is refused with."""

import io
import json
import random
import time
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from common.errors import Refused
from common.limits import IMPORT_ROWS, OPENING_BYTES
from crowdcontrolled.seeding.files import FOLDER
from datasets.guessing import reading
from datasets.guessing.parquet import _answer as answer_of
from datasets.guessing.schemas import Described
from datasets.guessing.sheet import Sheet
from datasets.guessing.tidying import tidied


def sheet(data: bytes | str) -> Sheet:
    """The table in a file, tidied."""
    found = reading.read(data.encode() if isinstance(data, str) else data)
    assert isinstance(found, Sheet)
    return tidied(found)


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **options)
    return out.getvalue()


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_any_usual_mark_may_stand_between_cells(mark: str) -> None:
    text = f'name{mark}size\n"a{mark}b"{mark}1\nc{mark}2\n'
    found = sheet(text)
    assert found.header == ["name", "size"]
    assert found.rows == [[f"a{mark}b", "1"], ["c", "2"]]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_usual_encoding_is_read(codec: str) -> None:
    found = sheet("name,x\r\nJosé,1\r\nZoë,2\r\n".encode(codec))
    assert found.column(0) == ["José", "Zoë"]
    assert ("Windows-1252" in " ".join(found.notes)) == (codec == "cp1252")


def test_a_table_without_header_is_counted_and_may_be_turned() -> None:
    found = reading.read(b"5.1,3.5,setosa\n4.9,3.0,setosa\n6.0,2.2,virginica\n")
    assert isinstance(found, Sheet)
    assert not found.headed
    assert found.header == ["column 1", "column 2", "column 3"]
    assert len(found.rows) == found.total == 3
    assert "looks like data" in found.notes[0]
    turned = found.turned()
    assert turned.header == ["5.1", "3.5", "setosa"]
    assert (turned.headed, turned.total) == (True, 2)
    assert turned.turned().rows == found.rows


def test_words_above_words_are_a_header_when_they_do_not_come_again() -> None:
    assert sheet("colour,shape\nred,round\nred,square\nblue,round\n").headed
    assert not sheet("red,round\nred,square\nblue,round\nred,round\n").headed


def test_names_are_made_fit_for_fields() -> None:
    found = sheet(f"_id,,A,a,{'x' * 100},a\u202eb\n1,2,3,4,5,6\n")
    assert found.header == ["id", "column 2", "A", "a 2", "x" * 64, "ab"]


def test_only_the_first_rows_are_taken_and_it_is_said() -> None:
    lines = "\n".join(f"{number % 7},{number % 3}" for number in range(IMPORT_ROWS + 1_234))
    found = sheet(f"a,b\n{lines}\n")
    assert (len(found.rows), found.total) == (IMPORT_ROWS, IMPORT_ROWS + 1_234)
    assert "6,234 rows. The columns are guessed by the first 5,000" in found.notes[-1]


def test_json_lines_and_a_json_list_are_one_table() -> None:
    rows = [
        {"size": 1.5, "ok": True, "note": None, "path": [[1, 2], [3, 4.5]]},
        {"size": 2, "ok": False, "more": "x"},
    ]
    lines = "\n".join(json.dumps(row) for row in rows)
    for text in (lines, json.dumps(rows)):
        found = sheet(text)
        assert found.header == ["size", "ok", "note", "path", "more"]
        assert found.rows == [["1.5", "yes", "", "[[1,2],[3,4.5]]", ""], ["2", "no", "", "", "x"]]


def test_parquet_is_read_with_its_lists() -> None:
    found = sheet((FOLDER / "digits.parquet").read_bytes())
    assert found.header == ["drawing", "label"]
    assert found.rows[0][0].startswith("[[0,0,5,13,9,1,0,0],")
    assert len(found.rows) == found.total == 1_000


def test_pictures_in_parquet_are_left_out_and_named() -> None:
    found = sheet(parquet({"photo": [b"\x89PNG", b"x"], "size": [1, 2]}))
    assert found.header == ["size"]
    assert "photo" in found.notes[0]


def test_a_long_parquet_file_gives_its_first_rows_at_once() -> None:
    many = pa.array([7]).take(pa.array([0] * 2_000_000))
    found = sheet(parquet({"a": many}))
    assert (len(found.rows), found.total) == (IMPORT_ROWS, 2_000_000)


def bomb(numbers: int) -> bytes:
    """A file of a few kilobytes with one cell: a list of so many zeros."""
    cell = pa.ListArray.from_arrays([0, numbers], pa.array(np.zeros(numbers, np.int8)))
    return parquet({"a": cell}, compression="zstd")


@pytest.mark.long
def test_a_parquet_file_that_unpacks_to_gigabytes_ends_its_process_only() -> None:
    data = bomb(60_000_000)
    assert len(data) < 100_000
    started = time.monotonic()
    with pytest.raises(Refused, match="unpacks to more") as refused:
        reading.read(data)
    assert refused.value.status == 413
    assert time.monotonic() - started < 30


@pytest.mark.long
def test_it_is_the_cap_on_memory_that_ends_it() -> None:
    said = list(answer_of(bomb(60_000_000), 100))
    # Arrow may end the process before it can say anything.
    assert [one for one in said if one != {"fault": "memory"}][1:] == []
    assert {"fault": "memory"} in said or len(said) < 2
    # The same with a short list is read to its end.
    assert list(answer_of(bomb(3), 100))[1:] == [["[0,0,0]"]]


def junk(size: int = 5_000) -> bytes:
    return random.Random(3).randbytes(size)


REFUSED: list[tuple[bytes, str]] = [
    (b"", "nothing in it"),
    (b" \n\r\n \n", "nothing in it"),
    (b"\xef\xbb\xbf", "nothing in it"),
    (b"a,b,c\n", "only one line"),
    (b"[" * 100_000, "only one line"),
    (b",".join(b"c%d" % i for i in range(513)) + b"\n1\n", "Line 1 has 513 columns"),
    (junk(), "binary data"),
    (b"\0" * 100, "binary data"),
    (b"PK\x03\x04" + junk(), "Excel"),
    (b"\x89PNG\r\n\x1a\n" + junk(), "PNG"),
    (b"PAR1" + junk(), "no Parquet file that can be read"),
    (b"PAR1", "no Parquet file that can be read"),
    (parquet({f"c{i}": [1] for i in range(513)}), "has 513 columns"),
    (parquet({"a": pa.array([], pa.int64())}), "columns but no rows"),
    (parquet({"a": ["x" * 1_000_001]}), "Row 1 cannot be read"),
    (b'{"a": 1}\n{"a": 1,}\n', "Line 2 is no JSON"),
    (b'{"a": 1}\n\n"b"\n', "Line 3 is no JSON object"),
    (b'{"a":' * 100_000, "Line 1 is no JSON"),
    (b'{"a": "%s"}' % (b"x" * 1_000_001), "Row 1 cannot be read"),
    (b"{" + b",".join(b'"c%d":1' % i for i in range(513)) + b"}\n{}", "513 columns"),
    (b"{}\n{}\n", "nothing in it"),
    (b'a,b\n"x,1\ny,2\n', "quotation marks"),
    (b"x" * (OPENING_BYTES + 1), "has 16.1 MB"),
    (b'{"fields": []}', "no fields"),
    (b'{"resources": [{"path": "x.csv"}]}', "has a schema in it"),
    (b'{"fields": [{"type": "number"}]}', "Field 1 of the schema has no name"),
    (b'{"fields": [{"name": "a", "categories": ["x"]}]}', "2 to 10000 categories"),
    (b'{"fields": [{"name": "a", "cc:kind": "grid", "cc:range": 5}]}', "cannot be read"),
    (b'{"fields": [{"name": "a", "constraints": [1]}]}', "cannot be read"),
    (b'{"fields": [%s]}' % b",".join([b'{"name": "x"}'] * 513), "513 fields are too many"),
]


@pytest.mark.parametrize(("data", "words"), REFUSED, ids=[words for _data, words in REFUSED])
def test_each_bad_file_is_refused_with_its_own_sentence(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        reading.read(data)


def test_a_huge_number_in_json_costs_no_time() -> None:
    started = time.monotonic()
    found = sheet(b'{"a": %s}\n{"a": 1}\n' % (b"9" * 900_000))
    assert len(found.rows) == 2
    assert time.monotonic() - started < 2


def test_a_ragged_row_is_kept_as_a_bad_one() -> None:
    found = sheet("a,b,c\n1,2,x\n1,2\n3,4,y,5\n")
    assert [len(row) for row in found.rows] == [3, 2, 4]
    assert found.column(2) == ["x"]


SCHEMA = {
    "fields": [
        {"name": "drawing", "type": "array", "cc:height": 4, "cc:width": 6, "cc:range": [0, 15]},
        {"name": "path", "type": "array", "cc:channels": 2, "cc:length": [3, 9]},
        {"name": "size", "type": "number", "cc:unit": "mm", "constraints": {"minimum": 0}},
        {"name": "day", "type": "date", "cc:role": "time"},
        {"name": "part", "type": "string", "cc:role": "split"},
        {"name": "kind", "type": "string", "categories": [{"value": "a", "label": "A"}, "b"]},
        {
            "name": "sort",
            "type": "string",
            "constraints": {"enum": ["x", "y"]},
            "cc:role": "target",
        },
    ],
    "cc:title": "Leaves",
    "cc:note": "From my garden",
    "cc:rows": 400,
}


@pytest.mark.parametrize(
    "whole", [SCHEMA, {"title": "Leaves", "resources": [{"path": "x"}, {"schema": SCHEMA}]}]
)
def test_a_schema_says_all_with_its_extras(whole: dict[str, Any]) -> None:
    found = reading.read(json.dumps(whole).encode())
    assert isinstance(found, Described)
    assert (found.title, found.description, found.goal) == ("Leaves", "From my garden", 400)
    kinds = {draft.name: (draft.kind, draft.role) for draft in found.drafts}
    assert kinds == {
        "drawing": ("grid", "feature"),
        "path": ("sequence", "feature"),
        "size": ("number", "feature"),
        "day": ("datetime", "ignore"),
        "kind": ("category", "feature"),
        "sort": ("category", "target"),
    }
    grid, path, size = found.drafts[:3]
    assert grid.options == {"height": 4, "width": 6, "max": 15}
    assert path.options == {"channels": 2, "min_length": 3, "max_length": 9}
    assert (size.unit, size.options) == ("mm", {"minimum": 0.0})
    assert [one["label"] for one in found.drafts[4].options["categories"]] == ["A", "b"]
    assert len(found.notes) == 1


def test_a_size_is_refused_before_anything_is_read() -> None:
    with pytest.raises(Refused, match=r"300\.0 MB; a project can be opened from 16 MB") as refused:
        reading.check_size(300 * 2**20)
    assert refused.value.status == 413
