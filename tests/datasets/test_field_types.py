"""Each kind of field: what is shown reads back the same, stores and travels the same."""

import json
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.field_types import BadValue, FieldType, number, parsing
from datasets.field_types.category import Category
from datasets.field_types.image import Image
from tests.kinds import KINDS, VALUES, kept, made
from training.engine import values
from training.engine.fields import field_from_json

settings.register_profile("kinds", max_examples=40, deadline=None)
settings.load_profile("kinds")


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_what_is_shown_reads_back_the_same(kind: str, data: st.DataObject) -> None:
    type_ = made(kind)
    value = kept(type_, data.draw(VALUES[kind]))
    assert type_.parse(type_.show(value)) == value
    assert type_.read(json.loads(json.dumps(value))) == value or kind == "text"


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_what_is_stored_comes_back_the_same(kind: str, data: st.DataObject) -> None:
    type_ = made(kind)
    value = type_.check(data.draw(VALUES[kind]))
    assert type_.from_storage(type_.to_storage(value)) == value
    assert type_.near(value) == type_.near(type_.from_storage(type_.to_storage(value)))


def in_arrow(type_: FieldType[Any], value: Any) -> object:
    """What stands in a snapshot for the value."""
    if isinstance(type_, Category):
        return type_.show(value)
    if isinstance(type_, Image):
        levels = np.frombuffer(value.levels, np.uint8)
        return levels.reshape(type_.height, type_.width, type_.channels).tolist()
    return value


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_arrow_holds_the_same_with_gaps(kind: str, data: st.DataObject) -> None:
    type_ = made(kind)
    values = [type_.check(value) for value in data.draw(st.lists(VALUES[kind], max_size=5))]
    rows = [None, *values, None]
    stored = pa.array(
        [None if v is None else type_.to_storage(v) for v in rows], type_.stored_arrow
    )
    column = type_.to_arrow(stored)
    assert column.type == type_.arrow_type()
    assert column.to_pylist() == [None if v is None else in_arrow(type_, v) for v in rows]


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text(max_size=60))
def test_any_text_is_a_value_or_a_sentence(kind: str, text: str) -> None:
    type_ = made(kind, required=False)
    value, sentence = None, ""
    try:
        value = type_.parse(text)
    except BadValue as bad:
        sentence = bad.message
    assert not sentence or re.fullmatch(r"height .*[.?]", sentence, re.DOTALL), sentence
    assert value is None or type_.check(value) == value


@pytest.mark.parametrize("kind", KINDS)
def test_the_engine_reads_the_schema(kind: str) -> None:
    type_ = made(kind, unit="mm" if kind == "number" else "", role="feature")
    spec = field_from_json(type_.schema(), 1)
    assert (spec.name, spec.kind, spec.role, spec.required) == ("height", kind, "feature", True)
    if kind == "category":
        assert isinstance(type_, Category)
        assert list(spec.categories) == type_.labels
        assert type_.schema()["constraints"]["enum"] == type_.labels
    if kind == "grid":
        assert (spec.height, spec.width, spec.range) == (3, 5, (0, 7))
    if kind == "sequence":
        assert (spec.channels, spec.min_length, spec.max_length) == (2, 1, 6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_value_is_refused_only_where_it_must_be_there(kind: str) -> None:
    for nothing in ("", "  ", None):
        assert made(kind, required=False).read(nothing) is None
        with pytest.raises(BadValue, match="height needs a value"):
            made(kind).read(nothing)


BAD = [
    ("number", "12cm", "must be a number such as 12.5, without a unit (you wrote “12cm”)"),
    ("number", "3,5", "decimal point: 3.5, not “3,5”"),
    ("number", "NaN", "finite"),
    ("number", "-Infinity", "finite"),
    ("number", "1e999", "finite"),
    ("number", "1e101", "finite number up to 1e100"),
    ("number", "1e7", "at most 1000000"),
    ("number", "-1e7", "at least -1000000"),
    ("number", "1_000", "must be a number"),
    ("number", "٣", "must be a number"),
    ("number", "9" * 70, "must be a number"),
    ("integer", "1.5", "whole number"),
    ("integer", "1e3", "whole number"),
    ("integer", str(2**53 + 1), "at most 9007199254740992"),
    ("integer", str(-(2**53) - 1), "at least -9007199254740992"),
    ("integer", "9" * 5_000, "whole number"),
    ("boolean", "maybe", "yes or no"),
    ("boolean", "2", "yes or no"),
    ("category", "Adelei", "did you mean “Adelie”"),
    ("category", "adelie", "did you mean “Adelie”"),
    ("category", "penguin of mars", "must be one of Adelie"),
    ("category", "\u202eeiledA", "(you wrote “�eiledA”)"),
    ("text", "x" * 51, "at most 50 characters, this has 51"),
    ("text", "a\x00b", "U+0000"),
    ("text", "a\nb", "one line"),
    ("text", "a\u202eb", "U+202E"),
    ("grid", "[[1,2],[3,4]]", "3 rows of 5 cells; this has 2 rows of 2"),
    ("grid", "[[1],[2,3],[]]", "this has 3 rows of 0 to 2"),
    ("grid", "[]", "this has none"),
    ("grid", "[[8,0,0,0,0],[0,0,0,0,0],[0,0,0,0,0]]", "whole numbers from 0 to 7"),
    ("grid", "[[1.5,0,0,0,0],[0,0,0,0,0],[0,0,0,0,0]]", "(one is “1.5”)"),
    ("grid", '[["1",0,0,0,0],[0,0,0,0,0],[0,0,0,0,0]]', "whole numbers from 0 to 7"),
    ("grid", "[[true,0,0,0,0],[0,0,0,0,0],[0,0,0,0,0]]", "whole numbers from 0 to 7"),
    ("grid", "a drawing", "3 lines of 5 whole numbers"),
    ("grid", "[" * 9_000, "3 lines of 5 whole numbers"),
    ("datetime", "1.3.2024", "as ISO 8601 writes it, such as 2016-07-01 (you wrote “1.3.2024”)"),
    ("datetime", "2016-7-1", "as ISO 8601 writes it"),
    ("datetime", "2016-02-30", "as ISO 8601 writes it"),
    ("datetime", "2016-13", "as ISO 8601 writes it"),
    ("datetime", "2016-01-01T25:00", "as ISO 8601 writes it"),
    ("datetime", "2016-01-01T10:00:00.1234567", "as ISO 8601 writes it"),
    ("datetime", "0001-01-01T00:00+01:00", "as ISO 8601 writes it"),
    ("datetime", "0000", "as ISO 8601 writes it"),
    ("datetime", "٢٠١٦", "as ISO 8601 writes it"),
    ("datetime", "2016-01T10:00", "as ISO 8601 writes it"),
    ("image", "cat.jpg", "must be a picture: a PNG, JPEG, WebP or GIF file"),
    ("image", "https://example.org/cat.png", "must be a picture"),
    ("image", "a" * 64 + ".png", "must be a picture"),
    ("image", "../" * 21 + "a.png", "must be a picture"),
    ("image", "data:image/png;base64,@@@", "must be a picture that opens"),
    ("image", "data:image/png;base64,", "is an empty file"),
    ("image", "data:image/svg+xml;base64,PHN2Zz4=", "must be a picture"),
    ("vector", "1 2", "must have 3 numbers; this has 2"),
    ("vector", "1 nan 2", "must be 3 finite numbers"),
    ("vector", "[1, 2, 1e39]", "finite numbers only"),
    ("vector", "[[1, 2, 3]]", "must have 3 numbers; this has 1"),
    ("sequence", "1 2 3", "2 channels, one a line; this has 1"),
    ("sequence", "1 2 3\n1 2", "equally many numbers in every channel; this has 3, 2"),
    ("sequence", "[[], []]", "1 to 6 numbers in every channel; this has 0"),
    ("sequence", "[]", "2 channels"),
    ("sequence", "1 2 3 4 5 6 7\n1 2 3 4 5 6 7", "this has 7"),
    ("sequence", "1 nan\n1 2", "must be finite numbers"),
    ("sequence", "[[1, Infinity], [1, 2]]", "must be finite numbers"),
    ("sequence", "[[1e31], [1]]", "finite numbers only"),
    ("sequence", '[["1"], [1]]', "finite numbers only"),
    ("sequence", "[[1, [2]], [1, 2]]", "finite numbers only"),
]


@pytest.mark.parametrize(("kind", "text", "words"), BAD)
def test_a_bad_value_is_named_with_its_reason(kind: str, text: str, words: str) -> None:
    with pytest.raises(BadValue) as caught:
        made(kind).read(text)
    assert words in caught.value.message
    assert caught.value.message.startswith("height ")
    assert len(caught.value.message) < 300


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", float("nan")),
        ("number", 10**400),
        ("number", True),
        ("number", [1]),
        ("integer", 1.5),
        ("integer", 2**60),
        ("integer", False),
        ("boolean", 2),
        ("category", -1),
        ("category", 5),
        ("category", True),
        ("text", 5),
        ("grid", [[256] * 5] * 3),
        ("grid", "x"),
        ("grid", [1, 2, 3]),
        ("sequence", [[float("inf")], [1.0]]),
        ("sequence", [[10**400], [1]]),
        ("sequence", {"a": 1}),
        ("datetime", 20_160_701),
        ("datetime", ""),
        ("image", b""),
        ("image", b"GIF89a"),
        ("image", {"bytes": None, "path": "/etc/passwd"}),
        ("image", [[1]]),
        ("vector", [1, 2, True]),
        ("vector", [1, 2, 10**400]),
        ("vector", [1, 2, float("nan")]),
    ],
)
def test_a_bad_object_is_refused_as_well(kind: str, value: object) -> None:
    with pytest.raises(BadValue):
        made(kind).check(value)


def test_minus_zero_is_zero() -> None:
    assert str(made("number").parse("-0.0")) == "0.0"
    rows = made("sequence").parse("-0\n0")
    assert rows is not None
    assert str(rows[0][0]) == "0.0"


def test_near_duplicates_share_their_bytes_and_others_do_not() -> None:
    number, grid = made("number"), made("grid")
    assert number.near(39.1) == number.near(39.1001) != number.near(39.9)
    light = [[0, 0, 7, 0, 0], [0, 0, 7, 0, 0], [0, 0, 7, 0, 0]]
    worn = [[0, 0, 6, 0, 0], [0, 0, 7, 0, 0], [0, 0, 5, 0, 0]]
    lying = [[0, 0, 0, 0, 0], [7, 7, 7, 7, 7], [0, 0, 0, 0, 0]]
    assert grid.near(light) == grid.near(worn) != grid.near(lying)
    sequence = made("sequence")
    line, scaled = [[0.0, 1.0, 2.0]] * 2, [[10.0, 20.0, 30.0]] * 2
    assert sequence.near(line) == sequence.near(scaled) != sequence.near([[2.0, 1.0, 0.0]] * 2)


def test_one_row_that_fits_its_field_stops_no_training() -> None:
    assert number.LARGEST <= values.LARGEST_NUMBER
    assert parsing.LARGEST_WHOLE <= values.LARGEST_INTEGER
