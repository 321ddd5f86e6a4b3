"""Single keys lead through the site and can be switched off; colours follow the switch at once."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import NARROW
from tests.browser.window import Window

DIGITS = "/p/handwritten-digits/"
THEME = "document.documentElement.dataset.theme ?? ''"
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture
def window(open_window: Callable[..., Window]) -> Window:
    return open_window()


def path(window: Window) -> str:
    found: str = window.page.evaluate("location.pathname")
    return found


def press(window: Window, *keys: str) -> None:
    for key in keys:
        window.page.keyboard.press(key)


def test_keys_lead_through_the_site(window: Window) -> None:
    window.go("/about/")
    press(window, "g", "p")
    window.page.wait_for_url("**/projects/")
    press(window, "j", "j")
    second: str = window.page.evaluate("document.activeElement.pathname")
    press(window, "Enter")
    window.page.wait_for_url(f"**{second}")
    for key, tab in (("d", "data/"), ("c", "contribute/"), ("m", "models/"), ("w", "")):
        press(window, "g", key)
        window.page.wait_for_url(f"**{second}{tab}")
    press(window, "g", "s")
    window.page.wait_for_url("**/search/")
    press(window, "g", "h")
    window.page.wait_for_function("location.pathname === '/'")


def test_the_slash_leads_to_the_search(window: Window) -> None:
    window.go("/projects/")
    press(window, "/")
    window.page.keyboard.type("digits g p ?")
    assert path(window) == "/projects/", "what is typed into a box does nothing else"
    press(window, "Enter")
    window.page.wait_for_url("**/search/?q=digits*")


def test_in_a_narrow_window_it_opens_the_search_page(window: Window) -> None:
    window.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    window.go("/about/")
    press(window, "/")
    window.page.wait_for_url("**/search/")


def test_the_sheet_shows_the_keys_of_the_page_and_switches_them_off(window: Window) -> None:
    window.go(DIGITS)
    press(window, "?")
    sheet = window.page.get_by_role("dialog", name="Keys of this page")
    assert {"g w", "g p", "/", "?"} <= {
        "".join(text.split("\n")) for text in sheet.locator("dt").all_inner_texts()
    }
    assert "Contribute" in sheet.inner_text()
    assert window.grave_findings() == []
    sheet.get_by_role("checkbox").uncheck()
    press(window, "Escape")
    assert not sheet.is_visible()
    press(window, "g", "p")
    window.page.reload()
    press(window, "?", "g", "p")
    window.page.wait_for_timeout(200)
    assert path(window) == DIGITS
    window.page.get_by_role("button", name="Keys", exact=True).click()
    sheet.get_by_role("checkbox").check()
    sheet.get_by_role("button", name="Close").click()
    press(window, "g", "p")
    window.page.wait_for_url("**/projects/")


@pytest.mark.parametrize("held", ["Control", "Alt", "Meta"])
def test_keys_that_belong_to_the_browser_are_left_to_it(window: Window, held: str) -> None:
    window.go("/about/")
    press(window, "g", f"{held}+p")
    window.page.wait_for_timeout(200)
    assert path(window) == "/about/"


def test_the_switch_of_colours_has_three_places(window: Window) -> None:
    window.page.emulate_media(color_scheme="light")
    window.go("/about/")
    light = window.page.evaluate(GROUND)
    group = window.page.get_by_role("group", name="Colours")
    pressed = group.get_by_role("button", pressed=True)
    assert pressed.inner_text() == "System"
    group.get_by_role("button", name="Dark").click()
    dark = window.page.evaluate(GROUND)
    assert (window.page.evaluate(THEME), pressed.inner_text()) == ("dark", "Dark")
    assert dark != light
    window.go(DIGITS)
    assert window.page.evaluate(GROUND) == dark
    window.page.get_by_role("button", name="System").click()
    assert (window.page.evaluate(THEME), window.page.evaluate(GROUND)) == ("", light)
    window.page.emulate_media(color_scheme="dark")
    assert window.page.evaluate(GROUND) == dark
    window.page.get_by_role("button", name="Light", exact=True).click()
    window.page.reload()
    assert window.page.evaluate(GROUND) == light


def test_a_dark_page_never_flashes_light(window: Window) -> None:
    window.page.emulate_media(color_scheme="light")
    window.go("/about/")
    window.page.get_by_role("button", name="Dark").click()
    # Noted as the body comes into being: before anything is painted.
    window.page.add_init_script(
        "new MutationObserver((_, seen) => { if (document.body) { seen.disconnect();"
        " window.first = document.documentElement.dataset.theme; } })"
        ".observe(document, {childList: true, subtree: true})"
    )
    window.go("/projects/")
    assert window.page.evaluate("window.first") == "dark"


def test_an_open_window_follows_the_switch_of_another(window: Window) -> None:
    window.go("/about/")
    other = window.page.context.new_page()
    other.goto(f"{window.home}/projects/")
    other.get_by_role("button", name="Dark").click()
    window.page.wait_for_function(f"{THEME} === 'dark'")
    other.close()


def test_code_is_copied_and_said(open_window: Callable[..., Any]) -> None:
    window = open_window(permissions=["clipboard-read", "clipboard-write"])
    window.go(DIGITS)
    box = window.page.locator(".code").first
    box.get_by_text("curl", exact=True).click()
    box.get_by_role("button", name="Copy").click()
    copied: str = window.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl -fsSL -o handwritten-digits-v")
    assert "copied" in box.get_by_role("button").inner_text()
    assert window.page.locator("#toasts .toast").count() == 1
