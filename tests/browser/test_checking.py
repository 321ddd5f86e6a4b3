"""Checking by keyboard: yes, undo, no with a reason; on a phone too, and without a fault."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.acts import agree, sign_up
from tests.browser.conftest import NARROW
from tests.browser.test_open_a_project import plants, read
from tests.browser.window import Window

Open = Callable[..., Window]
NOW = secrets.token_hex(3)


def opened(window: Window) -> str:
    """A project from a table, whose datapoints the crowd checks; its address."""
    page = window.page
    window.go("/projects/new/")
    read(page, plants())
    page.locator("input[name=name]").fill(f"Checked plants {NOW}")
    page.get_by_label(re.compile("The rows of my table are mine")).check()
    page.get_by_role("button", name="Publish with 24 rows").click()
    page.wait_for_url(re.compile(r"/draft/"))
    address = f"/p/checked-plants-{NOW}/"
    window.go(f"{address}settings/data/")
    page.get_by_label(re.compile("By the crowd")).check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("The rules hold for what comes from now on")
    return address


def given(window: Window, address: str) -> None:
    """A newcomer adds two datapoints, and reads that two others decide."""
    page = window.page
    window.go(f"/accounts/signup/?next={address}contribute/")
    sign_up(window, f"gardener{NOW}")
    page.wait_for_url(re.compile("/contribute/"))
    for hours in ("3", "4"):
        page.get_by_label("hours of sun").fill(hours)
        page.get_by_label("water_ml").fill("333")
        page.get_by_role("radio", name="clay").check()
        page.get_by_role("radio", name="yes").check()
        agree(window)
        page.get_by_role("button", name="Add datapoint").click()
        expect(page.locator("#toasts")).to_contain_text("two others decide")
        window.go(f"{address}contribute/")


def test_by_keyboard_and_on_a_phone(open_window: Open, mira: Any) -> None:
    window = open_window(mira)
    page = window.page
    address = opened(window)
    given(open_window(), address)
    window.go(f"{address}check/")
    box = page.locator("#check")
    expect(box).to_contain_text("2 datapoints wait for a check")
    assert window.grave_findings() == []
    page.keyboard.press("1")
    expect(box).to_contain_text("2 datapoints wait for a check")
    page.keyboard.press("y")
    expect(box).to_contain_text("You said yes. Thank you.")
    page.keyboard.press("u")
    expect(box).to_contain_text("Taken back. Here it is again.")
    page.keyboard.press("n")
    expect(page.get_by_role("button", name=re.compile("it cannot be made out"))).to_be_visible()
    page.keyboard.press("3")
    expect(box).to_contain_text("You said no. Thank you.")
    phone = open_window(mira, viewport=NARROW, color_scheme="dark")
    for path in ("check/", "quality/", "disputes/", "flags/", "settings/data/"):
        phone.go(f"{address}{path}")
        phone.settle()
        assert phone.sideways() <= 0, path
        assert phone.grave_findings() == [], path
    phone.go(f"{address}check/")
    phone.page.get_by_role("button", name=re.compile("Skip")).click()
    expect(phone.page.locator("#check")).to_contain_text("You have checked all that you can.")
