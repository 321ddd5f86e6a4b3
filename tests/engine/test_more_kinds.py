"""Dates, pictures, vectors and palettes: read from every file, encoded, learned from."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.engine.tables import lines, schema_of
from training.engine.architectures import ARCHITECTURES, default_architecture
from training.engine.building import builder_of
from training.engine.cell_encoders import PaletteEncoder
from training.engine.encoders import ENCODERS, encoder_from_json, encoder_to_json
from training.engine.faults import EngineFault, FaultList
from training.engine.fields import field_from_json
from training.engine.frame import column_of
from training.engine.moments import CYCLES, ends_at, seconds_of, turns
from training.engine.prepare import Preparation
from training.engine.reading import read_data
from training.engine.settings import check_settings
from training.engine.trainer import Trainer

PALETTE = ["#ffffff", "#ff0000", "#0000ff"]
FIELDS: dict[str, dict[str, Any]] = {
    "when": {"cc:kind": "datetime", "cc:precision": "second"},
    "photo": {"cc:kind": "image", "cc:height": 3, "cc:width": 2, "cc:channels": 3},
    "shade": {"cc:kind": "image", "cc:height": 3, "cc:width": 2, "cc:channels": 1},
    "numbers": {"cc:kind": "vector", "cc:length": 4},
    "flag": {"cc:kind": "grid", "cc:height": 3, "cc:width": 2, "cc:palette": PALETTE},
    "size": {"cc:kind": "category", "categories": ["S", "M", "L"], "categoriesOrdered": True},
}
START = datetime(2020, 1, 6, tzinfo=UTC)


def schema(*names, **more):
    fields = [{"name": name, **FIELDS[name]} for name in names]
    target = {"name": "side", "categories": ["left", "right"], "cc:role": "target"}
    return {"cc:task": "classification", "fields": [*fields, target], **more}


def rows(count=60):
    """Each field alone says the side."""
    random = np.random.default_rng(5)
    found = []
    for place in range(count):
        right = place % 2
        photo = random.integers(0, 90, (3, 2, 3))
        photo[:, :, 2 * right] += 150
        flag = np.where(random.random((3, 2)) < 0.5, 0, 1 + right)
        flag[0, 0] = 1 + right
        found.append(
            {
                "when": str(START + timedelta(days=place // 2, hours=12 * right)),
                "photo": photo.tolist(),
                "shade": (photo.mean(axis=2) * (1 + right) / 2).astype(int).tolist(),
                "numbers": [float(random.normal()), right * 3.0 + float(random.normal()), 0.5, 1e9],
                "flag": flag.tolist(),
                "size": ["S", "L"][right] if place % 5 else "M",
                "side": ["left", "right"][right],
            }
        )
    return found


def chosen(names, given):
    return [{name: row[name] for name in (*names, "side")} for row in given]


@pytest.mark.parametrize("name", FIELDS)
def test_a_linear_network_learns_from_each(tmp_path, name):
    read = schema_of(schema(name))
    frame = read_data(lines(tmp_path / "d.jsonl", chosen([name], rows(100))), read)
    architecture = default_architecture(read)
    wanted = {"layers": [], "epochs": 30, "learning_rate": 0.02, "refit": "no"}
    settings = check_settings(architecture, wanted, read, len(frame))
    trainer = Trainer(frame, read, architecture.layout, settings, builder_of(architecture.key))
    for _epoch in trainer.epochs():
        pass
    outcome = trainer.finish()
    accuracy = outcome.metrics["test"]["accuracy"]
    assert accuracy is not None
    assert accuracy > 0.75


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda one: one.key)
def test_every_file_and_layout_gives_the_same_inputs(tmp_path, architecture):
    names = list(FIELDS)
    given = chosen(names, rows(12))
    for name in names:
        given[3 + names.index(name)][name] = None
    read = schema_of(schema(*names))
    as_lines = read_data(lines(tmp_path / "d.jsonl", given), read)
    table = pa.table({name: [row[name] for row in given] for name in (*names, "side")})
    pq.write_table(table, tmp_path / "d.parquet")
    as_parquet = read_data(tmp_path / "d.parquet", read)
    header = ",".join((*names, "side"))
    cells = [[row[name] for name in (*names, "side")] for row in given]
    quoted = ("".join(f'"{c}",' if c is not None else "," for c in line)[:-1] for line in cells)
    (tmp_path / "d.csv").write_text("\n".join([header, *quoted]))
    as_csv = read_data(tmp_path / "d.csv", read)
    prepared = Preparation.fit(as_lines, read, architecture.layout)
    again = Preparation.from_json(json.loads(json.dumps(prepared.to_json())))
    wanted = prepared.inputs(as_lines)
    assert np.isfinite(wanted.flat).all()
    shape = prepared.shape(read)
    assert wanted.flat.shape == (12, shape.flat)
    assert architecture.inputs(read) >= (shape.flat if wanted.steps is None else shape.channels)
    for frame in (as_parquet, as_csv):
        found = again.inputs(frame)
        assert np.array_equal(found.flat, wanted.flat)
        assert str(found.steps) == str(wanted.steps)


def test_typed_dates_of_parquet_are_read_too(tmp_path):
    moments = [START + timedelta(hours=place) for place in range(12)]
    table = {"when": pa.array(moments, pa.timestamp("us", "UTC")), "side": ["left", "right"] * 6}
    pq.write_table(pa.table(table), tmp_path / "d.parquet")
    frame = read_data(tmp_path / "d.parquet", schema_of(schema("when")))
    assert frame.columns["when"].values[5].tolist() == [moments[5].timestamp()] * 2


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("when", "yesterday", "no date or time as ISO 8601 writes it"),
        ("when", 20160701, "no date or time"),
        ("when", "2016-13", "no date or time"),
        ("when", "2016-366x", "no date or time"),
        ("photo", [[1, 2]] * 3, "3 x 2 numbers instead of 3 x 2 x 3"),
        ("photo", [[[1, 2, 3], [1, 2]]] * 3, "not lists of 3 x 2 x 3 numbers"),
        ("photo", [[[1, 2, 256]] * 2] * 3, "outside the range 0 … 255"),
        ("photo", "cat.jpg", "not a JSON array"),
        ("numbers", [1, 2], "2 numbers instead of 4"),
        ("numbers", 5, "1 numbers instead of 4"),
        ("numbers", [1, 2, 3, "x"], "not lists of 4 numbers"),
        ("numbers", [1, 2, 3, 1e31], "not finite"),
        ("numbers", [1, 2, 3, 10**400], "not finite"),
        ("flag", [[0, 3]] * 3, "outside the range 0 … 2"),
        ("size", "XL", "none of the categories 'S', 'M', 'L'"),
    ],
)
def test_a_value_that_does_not_fit_says_why(tmp_path, name, value, words):
    given = chosen([name], rows(12))
    given[4][name] = value
    with pytest.raises(EngineFault) as caught:
        read_data(lines(tmp_path / "d.jsonl", given), schema_of(schema(name)))
    assert len(caught.value.lines) == 1
    assert "row 5" in caught.value.lines[0]
    assert words in caught.value.lines[0]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"cc:kind": "image", "cc:height": 3}, "cc:height and cc:width of at least 1"),
        ({"cc:kind": "image", "cc:height": 3, "cc:width": 3, "cc:channels": 4}, "1 (grey) or 3"),
        ({"cc:kind": "image", "cc:height": 200, "cc:width": 200}, "at most 16384"),
        ({"cc:kind": "vector"}, "a vector needs cc:length"),
        ({"cc:kind": "vector", "cc:length": 16385}, "1 to 16384"),
        ({**FIELDS["flag"], "cc:palette": ["red"]}, "colours such as #ff4d00"),
        ({**FIELDS["flag"], "cc:palette": ["#ffffff"]}, "1 colours: 2 to 256"),
        ({"cc:kind": "datetime", "constraints": {"minimum": "soon"}}, "no date or time"),
        ({**FIELDS["size"], "cc:other": "XXL"}, "cc:other 'XXL' is none of the categories"),
        ({"categories": [*map(str, range(10_001))]}, "10001 categories: 1 to 10000"),
    ],
)
def test_a_field_that_does_not_fit_says_why(entry, words):
    with pytest.raises(EngineFault) as caught:
        field_from_json({"name": "a", **entry}, 1)
    assert words in caught.value.lines[0]


def test_keys_that_the_engine_does_not_know_are_kept():
    given = schema("when", "flag", "size", **{"cc:rows": 50, "cc:future": {"a": [1]}})
    given["fields"][0]["cc:question"] = "when was it?"
    given["fields"].insert(0, {"name": "day", "cc:kind": "datetime", "cc:role": "time"})
    read = schema_of(given)
    assert schema_of(read.to_json()) == read
    assert (read.to_json()["cc:rows"], read.to_json()["cc:future"]) == (50, {"a": [1]})
    day, when, flag, size, _target = read.to_json()["fields"]
    assert (when["cc:question"], when["cc:precision"]) == ("when was it?", "second")
    assert (day["cc:role"], flag["cc:palette"]) == ("time", PALETTE)
    assert size["categoriesOrdered"] is True
    read.check_trainable()


def test_unknown_labels_are_the_other_category(tmp_path):
    entry = {"name": "size", "categories": ["S", "odd"], "cc:other": "odd"}
    given = {"fields": [entry, schema()["fields"][0]]}
    labelled = [{"size": size, "side": "left"} for size in ("S", "huge", None)]
    frame = read_data(lines(tmp_path / "d.jsonl", labelled * 4), schema_of(given))
    assert frame.columns["size"].values[:3].tolist() == [0, 1, -1]


def test_hands_that_do_not_turn_are_left_out():
    def kept(texts):
        local = np.array([seconds_of(text).local for text in texts])
        return [cycle for cycle in CYCLES if turns(cycle, local)]

    assert kept(["1949", "1950", "1951"]) == []
    assert kept([f"1949-{month:02}" for month in range(1, 13)]) == ["year"]
    assert kept([f"2020-02-{day:02}" for day in range(1, 29)]) == ["week", "year"]
    assert kept(["2020-02-01T10:00", "2020-02-01T17:00"]) == ["day", "year"]
    assert kept([]) == []


def test_limits_of_dates_hold_to_the_end_of_what_they_say():
    assert ends_at("1949") == seconds_of("1950").utc
    assert ends_at("1949-12") == seconds_of("1950-01-01").utc
    assert ends_at("2020-02-29") == seconds_of("2020-03-01T00:00Z").utc
    assert ends_at("2020-W01") == seconds_of("2020-01-06").utc
    spec = {"name": "day", "cc:kind": "datetime", "constraints": {"maximum": "2020-02"}}
    field = field_from_json(spec, 1)
    assert field.to_json()["constraints"] == {"maximum": "2020-02"}


def test_a_large_drawing_with_a_palette_becomes_red_green_and_blue():
    colours = [f"#{level:02x}0000" for level in range(16)]
    entry = {"name": "a", "cc:kind": "grid", "cc:height": 64, "cc:width": 64}
    field = field_from_json({**entry, "cc:palette": colours}, 1)
    assert field.depth == 3
    encoder = PaletteEncoder.fit(column_of(field, [[[15] * 64] * 64, None], FaultList("d")))
    assert encoder.table[15] == (15 / 255, 0.0, 0.0)
    assert encoder.width == 64 * 64 * 3


@pytest.mark.parametrize("name", FIELDS)
def test_nothing_to_learn_from_gives_an_encoder_all_the_same(name):
    field = field_from_json({"name": name, **FIELDS[name]}, 1)
    column = column_of(field, [None, None], FaultList("d"))
    encoder = encoder_from_json(
        json.loads(json.dumps(encoder_to_json(ENCODERS[field.kind](column))))
    )
    assert encoder.encode(column).shape == (2, encoder.width)
    assert np.isfinite(encoder.encode(column)).all()
