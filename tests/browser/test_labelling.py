"""Labelling by keys alone: answer, undo, skip, without a reload; and as a newcomer."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW
from tests.browser.window import Window

LABEL = "/p/what-digit-is-this/label/"
Open = Callable[..., Window]


@pytest.fixture
def window(open_window: Open, moderator: Any) -> Window:
    found = open_window(moderator)
    found.go(LABEL)
    found.page.evaluate("window.notReloaded = true")
    return found


def mark(window: Window) -> str:
    value = window.page.locator("input[name=item]").input_value()
    assert re.fullmatch(r"[0-9a-f]{16}", value)
    return value


def test_items_are_answered_skipped_and_undone_by_keys(window: Window) -> None:
    page = window.page
    first = mark(window)
    page.keyboard.press("s")
    expect(page.locator("[data-said]")).to_contain_text("Skipped.")
    second = mark(window)
    assert second != first
    told = page.locator("[data-said]")
    for _try in range(4):
        page.keyboard.press("7")
        expect(told).not_to_contain_text("Skipped.")
        if "You said: 7." in told.inner_text():
            break
        # A gold item has said its answer: the next one is asked.
        page.keyboard.press("s")
        expect(told).to_contain_text("Skipped.")
    expect(told).to_contain_text("You said: 7.")
    page.keyboard.press("u")
    expect(told).to_contain_text("Taken back.")
    assert page.evaluate("window.notReloaded"), "the page was loaded again"
    assert window.grave_findings() == []


def test_undo_goes_after_its_seconds(window: Window) -> None:
    page = window.page
    page.clock.install()
    page.reload()
    for _try in range(4):
        page.keyboard.press("1")
        expect(page.locator("[data-said] p")).to_be_visible()
        if page.get_by_role("button", name="Undo").count():
            break
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.clock.fast_forward(11_000)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_a_newcomer_on_a_phone_sees_an_item_at_once(open_window: Open) -> None:
    window = open_window(viewport=NARROW)
    window.go(LABEL)
    page = window.page
    expect(page.locator(".label-item svg")).to_be_visible()
    assert page.locator(".answers button").count() == 10
    assert window.sideways() == 0
    boxes = [one.bounding_box() for one in page.locator(".answers button").all()]
    assert all(box and box["height"] >= 44 for box in boxes)
    page.locator(".answers button").first.click()
    page.wait_for_url("**/signup/**")
    assert "Your label waits" in page.locator("body").inner_text()
