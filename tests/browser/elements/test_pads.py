"""Drawing pad and pen pad: what they write, undo, keep and refuse."""

import pytest
from playwright.sync_api import expect

from tests.browser.elements.acts import draw, value

pytestmark = pytest.mark.browser

FORM = '<form method="post" data-draft-key="contribute:1">{}<button>Add</button></form>'
PAD = FORM.format(
    '<cc-pad data-width="8" data-height="8" data-max="16">'
    '<textarea name="c_1" required></textarea></cc-pad>'
)
STROKE = FORM.format(
    '<cc-stroke data-length="8" data-normalise="range" data-low="0" data-high="100">'
    '<textarea name="c_2" required></textarea></cc-stroke>'
)


def test_pad_is_drawn_on_undone_cleared_and_kept(site):
    page = site.show(PAD, "js/cc-pad.js")
    draw(page, "cc-pad", (0.5, 0.1), (0.5, 0.9))
    drawn = value(page, "cc-pad")
    assert len(drawn) == 8
    assert all(
        len(row) == 8 and row[3] + row[4] > 0 and row[0] == row[7] == 0 for row in drawn[1:7]
    )
    assert all(0 <= level <= 16 for row in drawn for level in row)
    page.get_by_role("button", name="Clear").click()
    assert value(page, "cc-pad") is None
    page.locator("cc-pad canvas").focus()
    page.keyboard.press("Control+z")
    assert value(page, "cc-pad") == drawn
    page.reload()
    assert value(page, "cc-pad") == drawn


def test_pad_obeys_the_keyboard(site):
    page = site.show(PAD, "js/cc-pad.js")
    page.locator("cc-pad canvas").focus()
    for key in ("ArrowLeft", "ArrowUp", "Space"):
        page.keyboard.press(key)
    assert value(page, "cc-pad")[3][3] == 16
    page.keyboard.press("e")
    page.keyboard.press("Space")
    assert value(page, "cc-pad") is None
    assert "Column 4, line 4: 0 of 16" in page.locator("cc-pad .hint").inner_text()


def test_empty_pad_is_not_sent_and_says_why(site):
    page = site.show(PAD, "js/cc-pad.js")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("cc-pad .hint")).to_have_text(
        "Draw something first: the pad is still empty."
    )


def test_draft_goes_when_a_toast_says_that_it_was_sent(site):
    page = site.show(PAD, "js/cc-pad.js")
    draw(page, "cc-pad", (0.2, 0.2), (0.8, 0.8))
    site.show(f'<div class="toast" data-draft-sent="contribute:10"></div>{PAD}', "js/cc-pad.js")
    assert value(page, "cc-pad") is not None
    site.show(f'<div class="toast" data-draft-sent="contribute:1"></div>{PAD}', "js/cc-pad.js")
    assert value(page, "cc-pad") is None


def test_stroke_becomes_eight_points_over_the_whole_range(site):
    page = site.show(STROKE, "js/cc-stroke.js")
    draw(page, "cc-stroke", (0.2, 0.8), (0.8, 0.2))
    x, y = value(page, "cc-stroke")
    assert len(x) == len(y) == 8
    assert (x[0], x[-1], y[0], y[-1]) == (0, 100, 0, 100)
    assert x == sorted(x)
    page.get_by_role("button", name="Undo").click()
    assert value(page, "cc-stroke") is None
