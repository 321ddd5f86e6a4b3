"""With JavaScript off everything but drawing and live still works, by ordinary forms."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.acts import TRAINED_MS, agree, hears, say
from tests.browser.window import Window

Open = Callable[..., Window]
PENGUINS = "which-penguin-is-it"


def test_contribute(open_window: Open, mira: Any) -> None:
    window = open_window(mira, java_script_enabled=False)
    page = window.page
    window.go(f"/p/{PENGUINS}/contribute/")
    page.get_by_label("bill_length_mm").fill("47.5")
    page.get_by_role("radio", name="Gentoo").check()
    page.get_by_role("radio", name="Biscoe").check()
    agree(window)
    page.get_by_role("button", name="Add datapoint").click()
    expect(page.locator("#toasts")).to_contain_text("Datapoint added")
    window.go(f"/p/{PENGUINS}/data/")
    expect(page.get_by_role("main")).to_contain_text("47.5")


def test_a_wrong_value_is_refused_with_a_sentence(open_window: Open, mira: Any) -> None:
    window = open_window(mira, java_script_enabled=False)
    window.expected = {422}
    page = window.page
    window.go(f"/p/{PENGUINS}/contribute/")
    page.get_by_label("bill_length_mm").fill("12cm")
    page.get_by_role("radio", name="Gentoo").check()
    page.get_by_role("radio", name="Biscoe").check()
    agree(window)
    page.get_by_role("button", name="Add datapoint").click()
    expect(page.get_by_role("main")).to_contain_text("bill_length_mm must be")
    expect(page.get_by_role("main")).to_contain_text("12cm")


def test_chat(open_window: Open, mira: Any) -> None:
    window = open_window(mira, java_script_enabled=False)
    window.go(f"/p/{PENGUINS}/chat/")
    say(window, "Said without a script.")
    hears(window, "Said without a script.")


def test_train_and_try(open_window: Open, mira: Any) -> None:
    window = open_window(mira, java_script_enabled=False)
    page = window.page
    window.go(f"/p/{PENGUINS}/train/")
    page.get_by_text("All settings").click()
    page.get_by_label("Epochs", exact=True).fill("3")
    page.get_by_role("button", name="Train model").last.click()
    page.wait_for_url(re.compile(r"/runs/\d+/"))
    for _again in range(TRAINED_MS // 1000):
        if page.get_by_role("link", name="Try the model").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    page.get_by_role("link", name="Try the model").click()
    page.get_by_label("bill_length_mm").fill("47.5")
    page.get_by_role("radio", name="Biscoe").check()
    page.get_by_role("button", name="Ask the model").click()
    expect(page.locator("#answer")).to_contain_text("species:")
