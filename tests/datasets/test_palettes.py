"""Drawings with a palette: a level is the number of a colour, everywhere."""

import numpy as np
import pytest

from common.errors import Refused
from common.limits import PALETTE_COLOURS
from datasets.drafts import clean_draft, drafts_from_schema
from datasets.field_types import BadValue
from datasets.field_types.grid import Grid

SIZE = {"height": 2, "width": 3}


def made(palette: object = "#fff f00\n#0000FF") -> Grid:
    return Grid("flag", Grid.clean_options({**SIZE, "palette": palette}))


def test_colours_are_written_in_one_way_and_say_the_highest_level() -> None:
    assert made().options == {**SIZE, "max": 2, "palette": ["#ffffff", "#ff0000", "#0000ff"]}
    assert made("").options == {**SIZE, "max": 16}


@pytest.mark.parametrize(
    ("palette", "words"),
    [
        ("#fff", "2 to 16 colours; this has 1"),
        (" ".join(f"#0000{n:02x}" for n in range(PALETTE_COLOURS + 1)), "this has 17"),
        ("#fff red", "“red” is no colour"),
        ("#fff #FFFFFF", "#ffffff stands twice"),
        (["#fff", "url(x)"], "is no colour"),
        (["#fff", "#000\n"], ""),
    ],
)
def test_a_palette_that_does_not_fit_is_refused(palette: object, words: str) -> None:
    if not words:
        assert made(palette).levels == 1
        return
    with pytest.raises(Refused) as caught:
        made(palette)
    assert words in caught.value.message
    assert caught.value.field == "palette"


def test_a_palette_of_sixteen_is_taken() -> None:
    colours = [f"#0000{n:02x}" for n in range(PALETTE_COLOURS)]
    assert made(colours).check([[15, 0, 1]] * 2) == [[15, 0, 1]] * 2
    with pytest.raises(BadValue, match="whole numbers from 0 to 15"):
        made(colours).check([[16, 0, 1]] * 2)


def test_a_table_schema_says_the_palette_and_reads_back() -> None:
    entry = made().schema()
    assert entry["cc:palette"] == ["#ffffff", "#ff0000", "#0000ff"]
    (draft,) = drafts_from_schema({"fields": [entry]})
    assert clean_draft(draft).options == made().options


def test_pictures_are_painted_in_the_colours() -> None:
    shown = made().picture([[0, 1, 1], [2, 0, 0]], "a flag")
    assert '<path fill="#ff0000" d="M1 0h2v1h-2z"/>' in shown
    assert 'fill="#ffffff" d="M0 0h3v2H0z"' in shown
    assert made().tile() == {**SIZE, "max": 2, "palette": made().palette}


def test_likeness_sees_colours_not_their_numbers() -> None:
    dark = made("#ffffff #000000 #010101")
    one, other, third = [[0, 1, 1], [0, 1, 1]], [[0, 2, 2], [0, 2, 2]], [[1, 0, 0], [1, 0, 0]]
    assert dark.near(one) == dark.near(other) != dark.near(third)
    sketches = [dark.sketch(dark.to_storage(rows)) for rows in (one, other, third)]
    assert len(sketches[0]) == dark.sketch_size() == 18
    assert np.dot(sketches[0], sketches[1]) > 0.99 > np.dot(sketches[0], sketches[2])
