"""The wall: counts, live events, keys."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.elements.acts import live
from tests.browser.elements.conftest import ORIGIN

pytestmark = pytest.mark.browser


def test_wall_counts_what_is_there_and_what_is_missing(site):
    page = site.show(
        '<cc-wall data-src="/p/x/wall.json" data-legend="k"></cc-wall><ul id="k"></ul>',
        "js/cc-wall.js",
    )
    wall = page.locator("cc-wall")
    expect(wall).to_have_attribute(
        "aria-label",
        "Wall of 9 datapoints, 3 still missing to the goal of 12. "
        "Arrow keys move from pixel to pixel, Enter opens one.",
    )
    assert page.locator("#k li").all_inner_texts() == ["Adelie · 4", "<b>Gentoo</b> · 5"]


def test_wall_fills_by_events_and_empties_cells(site):
    page = site.show('<cc-wall data-src="/p/x/wall.json"></cc-wall>', "js/cc-wall.js")
    wall = page.locator("cc-wall")
    expect(wall).to_have_attribute("aria-label", re.compile("^Wall of 9 "))
    added = {
        "kind": "rows_added",
        "first": 10,
        "count": 2,
        "cells": [[10, 110, 0, None], [11, 111, 1, None]],
    }
    live(page, "cc-wall", **added)
    live(page, "cc-wall", **added)
    expect(wall).to_have_attribute("aria-label", re.compile("^Wall of 11 .*1 still"))
    live(page, "cc-wall", kind="rows_removed", arrivals=[10])
    expect(wall).to_have_attribute("aria-label", re.compile("^Wall of 10 "))
    # An event of the past cannot bring a withdrawn row back.
    live(page, "cc-wall", **added)
    expect(wall).to_have_attribute("aria-label", re.compile("^Wall of 10 "))


def test_wall_is_walked_by_keys_and_opens_a_row(site):
    page = site.show('<cc-wall data-src="/p/x/wall.json"></cc-wall>', "js/cc-wall.js")
    expect(page.locator("cc-wall")).to_have_attribute("aria-label", re.compile("^Wall of 9 "))
    page.locator("cc-wall").focus()
    page.keyboard.press("ArrowRight")
    tip = page.locator("cc-wall .walltip")
    expect(tip).to_have_text("Datapoint 10: <b>Gentoo</b>")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(tip).to_have_text("Datapoint 5 was withdrawn")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{ORIGIN}/p/x/rows/105/")
