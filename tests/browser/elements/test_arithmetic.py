"""The arithmetic behind the elements."""

import itertools

import pytest

from tests.browser.elements.acts import module

pytestmark = pytest.mark.browser
ROOMS = (1, 9, 400, 2000, 60000)
#: Width of the page and side of a drawing.
SPACES = ((358, 1), (1216, 1), (358, 8), (1216, 28))


def test_resampling_is_even_along_the_ink_and_skips_jumps(site):
    page = site.show("")
    strokes = [[[0, 0], [10, 0]], [[100, 0], [110, 0]]]
    points = module(page, "stroke-points", "return m.resample(v[0], 5)", strokes)
    assert [x for x, _y in points] == pytest.approx([0, 5, 10, 105, 110])
    assert module(page, "stroke-points", "return m.resample([[[3, 3]]], 5)") == []


def test_normalising(site):
    page = site.show("")
    code = "return m.normalise(v[0], v[1], 0, 100)"
    assert module(page, "stroke-points", code, [5, 10, 15], "range") == [0, 50, 100]
    assert module(page, "stroke-points", code, [7, 7], "range") == [50, 50]
    assert module(page, "stroke-points", code, [1, 3], "z") == [-1, 1]
    assert module(page, "stroke-points", code, [2, 2], "z") == [0, 0]


def test_grid_words(site):
    page = site.show("")
    code = "const l = m.parse(v[0], 2, 2, 16); return l && [...l]"
    assert module(page, "grid-levels", code, "[[0,1],[2,16]]") == [0, 1, 2, 16]
    assert module(page, "grid-levels", code, "0 1\n2 16") == [0, 1, 2, 16]
    for bad in ("[[0,1]]", "[[0,17],[0,0]]", "[[0,1.5],[0,0]]", "{", "[[0,1],[null,2]]"):
        assert module(page, "grid-levels", code, bad) is None
    assert module(page, "grid-levels", "return m.write(new Uint8Array(4), 2)") == ""


def test_layout_has_room_for_every_cell(site):
    page = site.show("")
    for room, (width, tile) in itertools.product(ROOMS, SPACES):
        options = {
            "room": room,
            "width": width,
            "height": 440,
            "tile": tile,
            "least": 3,
            "most": 26,
        }
        grid = module(page, "wall-layout", "return m.layout(v[0])", options)
        assert grid["columns"] * grid["rows"] >= room
        assert grid["columns"] * grid["step"] - grid["gap"] <= max(width, grid["size"])
        assert grid["size"] % tile == 0


def test_treemap_gives_areas_in_proportion(site):
    page = site.show("")
    weights = [2000, 1500, 400, 30, 1]
    boxes = module(
        page, "treemap", "return m.treemap(v[0], {x: 0, y: 0, width: 90, height: 33})", weights
    )
    areas = [box["width"] * box["height"] for box in boxes]
    assert sum(areas) == pytest.approx(90 * 33)
    assert areas == pytest.approx([w / sum(weights) * 90 * 33 for w in weights])
