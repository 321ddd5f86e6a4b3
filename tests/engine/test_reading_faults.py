"""Every bad value of a file is named with file, row, column, value and reason; nothing is read."""

import json

import pytest

from tests.engine.tables import (
    drawing_rows,
    drawing_schema,
    lines,
    schema_of,
    snapshot,
    stroke_rows,
    stroke_schema,
    table_rows,
    table_schema,
)
from training.engine.faults import EngineFault
from training.engine.reading import read_data, read_schema

HEADER = "x,y,colour,wet,kind"
GOOD = "1.5,3,red,true,a"


def csv_faults(tmp_path, text, schema=None, encoding="utf-8"):
    path = tmp_path / "data.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    with pytest.raises(EngineFault) as caught:
        read_data(path, schema_of(schema or table_schema()))
    return caught.value.lines


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ("abc,3,red,true,a", "x", "not a number"),
        ('"1,5",3,red,true,a', "x", "decimal point as a dot"),
        ("NaN,3,red,true,a", "x", "not a finite number"),
        ("-Infinity,3,red,true,a", "x", "not a finite number"),
        ("1e999,3,red,true,a", "x", "not a finite number"),
        ("1_000,3,red,true,a", "x", "not a number"),
        ("1,3.5,red,true,a", "y", "not a whole number"),
        ("1,51,red,true,a", "y", "more than the maximum 50"),
        ("1,-51,red,true,a", "y", "less than the minimum -50"),
        ("1,3,pink,true,a", "colour", "none of the categories 'red', 'green', 'blue'"),
        ("1,3,red,maybe,a", "wet", "neither true nor false"),
        ("1,3,red,true,<script>", "kind", "none of the categories"),
    ],
)
def test_a_bad_cell_is_named(tmp_path, cells, column, reason):
    (line,) = csv_faults(tmp_path, f"{HEADER}\n{GOOD}\n{cells}\n")
    assert line.startswith(f"data.csv, row 2, column '{column}', value ")
    assert reason in line


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "the file is empty"),
        (f"{HEADER}\n1.5,3,red\n".encode(), "3 cells; the header has 5"),
        (HEADER.replace(",", ";").encode() + b"\n1;2;red;true;a\n", "parted by semicolons"),
        (HEADER.replace(",", "\t").encode() + b"\n", "parted by tabs"),
        (f"{HEADER},x\n{GOOD},1\n".encode(), "stands twice in the header"),
        (f"{HEADER},extra\n{GOOD},1\n".encode(), "the schema has no such field"),
        (b"x,y,colour,wet\n1,2,red,true\n", "column of the schema is missing"),
        (f"{HEADER}\n1,2,r\u00e9d,true,a\n".encode("latin-1"), "line 2 is not UTF-8"),
        (f'{HEADER}\n1,2,"red,true,a\n'.encode(), "not CSV"),
    ],
)
def test_a_bad_file_is_named(tmp_path, text, reason):
    assert reason in csv_faults(tmp_path, text)[0]


def test_ten_thousand_unknown_columns_give_fifty_lines_and_a_count(tmp_path):
    header = ",".join(f"c{place}" for place in range(10_000))
    found = csv_faults(tmp_path, f"{header}\n")
    assert len(found) == 51
    assert found[-1] == "… and 9955 more"


def test_direction_marks_in_a_value_are_escaped(tmp_path):
    (line,) = csv_faults(tmp_path, f"{HEADER}\n1,2,\u202egnp,true,a\n")
    assert "\u202e" not in line
    assert "\\u202e" in line


def test_a_byte_order_mark_and_crlf_are_no_fault(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\r\n{GOOD}\r\n".encode() * 1)
    assert len(read_data(path, schema_of(table_schema()))) == 1


def test_rows_without_a_target_are_left_out_and_counted(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n1,2,red,true,\n{GOOD}\n")
    frame = read_data(path, schema_of(table_schema()))
    assert (len(frame), frame.without_target) == (2, 1)
    assert frame.rows.tolist() == [1, 3]


@pytest.mark.parametrize(
    ("drawing", "reason"),
    [
        ([[1, 2], [3, 4]], "2 x 2 cells instead of 4 x 4"),
        ([[1, 2, 3, 4]] * 3 + [[1]], "ragged"),
        ([], "empty"),
        ([[]] * 4, "empty"),
        ([[300] * 4] * 4, "outside the range 0 … 255"),
        ([["1"] * 4] * 4, "each a list of numbers"),
        ([[True] * 4] * 4, "each a list of numbers"),
        (5, "not a list of rows"),
        ("[[1, 2", "not a JSON array"),
        ("[" * 5_000, "not a JSON array"),
    ],
)
def test_a_bad_drawing_is_named(tmp_path, drawing, reason):
    rows = [*drawing_rows(2), {"drawing": drawing, "line": "row"}]
    with pytest.raises(EngineFault) as caught:
        read_data(lines(tmp_path / "d.jsonl", rows), schema_of(drawing_schema()))
    assert caught.value.lines[0].startswith("d.jsonl, row 3, column 'drawing'")
    assert reason in caught.value.lines[0]


@pytest.mark.parametrize(
    ("stroke", "reason"),
    [
        ([[1, 2, 3, 4]], "1 channels instead of 2"),
        ([[1, 2, 3, 4], [1, 2, 3]], "ragged: the channels differ in length"),
        ([[1], [2]], "1 steps; 4 to 12 are allowed"),
        ([[], []], "empty"),
        ([[1, 2, 3, 1e400], [1, 2, 3, 4]], "not finite"),
        ([[1, 2, 3, None], [1, 2, 3, 4]], "each a list of numbers"),
    ],
)
def test_a_bad_stroke_is_named(tmp_path, stroke, reason):
    rows = [*stroke_rows(2), {"stroke": stroke, "turn": "left"}]
    with pytest.raises(EngineFault, match="row 3") as caught:
        read_data(lines(tmp_path / "s.jsonl", rows), schema_of(stroke_schema()))
    assert reason in str(caught.value)


def test_json_lines_faults_are_named(tmp_path):
    path = tmp_path / "d.jsonl"
    path.write_text('{"x": 1}\n[1]\nnonsense\n{"x": 1, "x": 2}\n')
    with pytest.raises(EngineFault) as caught:
        read_data(path, schema_of(table_schema()))
    assert [line.split(":")[0] for line in caught.value.lines] == [
        "d.jsonl, row 2",
        "d.jsonl, row 3",
        "d.jsonl, row 4",
    ]


def test_nan_in_parquet_is_a_fault_and_null_is_missing(tmp_path):
    rows = table_rows(20)
    assert (
        read_data(snapshot(tmp_path / "good.parquet", rows), schema_of(table_schema()))
        .columns["x"]
        .missing.sum()
        == 2
    )
    rows[4]["x"] = float("nan")
    with pytest.raises(EngineFault, match=r"row 5, column 'x'.*finite"):
        read_data(snapshot(tmp_path / "bad.parquet", rows), schema_of(table_schema()))


def test_a_bad_drawing_in_parquet_is_named(tmp_path):
    rows = drawing_rows(20)
    rows[7]["drawing"] = [[1, 2], [3, 4]]
    with pytest.raises(EngineFault, match=r"row 8, column 'drawing'.*2 x 2"):
        read_data(snapshot(tmp_path / "bad.parquet", rows), schema_of(drawing_schema()))


def test_parquet_that_is_none_is_named(tmp_path):
    path = tmp_path / "d.parquet"
    path.write_bytes(b"PAR1 not really")
    with pytest.raises(EngineFault, match="not a readable Parquet file"):
        read_data(path, schema_of(table_schema()))


def test_the_three_formats_give_the_same_table(tmp_path):
    rows = drawing_rows(12)
    schema = schema_of(drawing_schema())
    texts = [f'"{json.dumps(row["drawing"])}",{row["line"]}' for row in rows]
    (tmp_path / "d.csv").write_text("drawing,line\n" + "\n".join(texts))
    frames = [
        read_data(path, schema)
        for path in (
            tmp_path / "d.csv",
            lines(tmp_path / "d.jsonl", rows),
            snapshot(tmp_path / "d.parquet", rows),
        )
    ]
    for frame in frames[1:]:
        assert (frame.columns["drawing"].values == frames[0].columns["drawing"].values).all()
        assert (frame.truth(schema) == frames[0].truth(schema)).all()
    assert frames[2].rows[0] == 101


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ([], "not a Table Schema"),
        ({"fields": []}, "1 to 2000 are allowed"),
        ({"fields": [{"cc:kind": "number"}]}, "field 1 of the schema has no name"),
        ({"fields": [{"name": "a"}, {"name": "a"}]}, "used twice"),
        ({"fields": [{"name": "a", "cc:kind": "colour"}]}, "cc:kind 'colour' is none of"),
        ({"fields": [{"name": "a", "cc:role": "boss"}]}, "cc:role 'boss' is none of"),
        ({"fields": [{"name": "a", "cc:kind": "grid"}]}, "cc:height and cc:width"),
        ({"fields": [{"name": "a"}], "cc:task": "magic"}, "cc:task 'magic'"),
        ({"fields": [{"name": "a", "cc:kind": "category"}]}, "0 categories"),
    ],
)
def test_a_bad_schema_is_named(tmp_path, schema, reason):
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(schema))
    with pytest.raises(EngineFault) as caught:
        read_schema(path)
    assert reason in caught.value.lines[0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"cc:task": "forecast"}, "forecast is not built yet"),
        (
            {"fields": [{"name": "when", "cc:kind": "datetime", "cc:role": "target"}]},
            "the target of a classification is a category or boolean, not a datetime",
        ),
        (
            {
                "fields": [
                    {"name": "a", "categories": [*map(str, range(1001))], "cc:role": "target"}
                ]
            },
            "1001 categories to tell apart: at most 1000 can be",
        ),
        ({"fields": [{"name": "a", "cc:kind": "number"}]}, "exactly one field must be the target"),
    ],
)
def test_what_cannot_be_trained_says_why(change, reason):
    with pytest.raises(EngineFault) as caught:
        schema_of(
            {"cc:task": "classification", "fields": [{"name": "a"}]} | change
        ).check_trainable()
    assert reason in caught.value.lines[0]


def test_a_schema_survives_its_json():
    for data in (table_schema(), table_schema("regression"), stroke_schema(), drawing_schema()):
        schema = schema_of(data)
        assert schema_of(schema.to_json()) == schema
