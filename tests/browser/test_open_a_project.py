"""From "I want to predict X" to a published project: quick, by keyboard, without script."""

import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW
from tests.browser.window import Window

Open = Callable[..., Window]
NOW = secrets.token_hex(3)
#: The journey is made at a human pace: so long for each thing that somebody looks at and types.
PACE_MS = 500
JOURNEY_SECONDS = 180
QUESTION = "Will my tomato plant be watered enough?"


def plants(count: int = 24) -> str:
    """Rows that somebody noted."""
    rows = [
        f"{n % 9 + 1}.5,{60 + 7 * n},{'clay' if n % 2 else 'sand'},{'yes' if n > 9 else 'no'}"
        for n in range(count)
    ]
    return "\n".join(["hours of sun,water_ml,soil,watered enough", *rows]) + "\n"


def read(page: Page, text: str, question: str = QUESTION) -> None:
    """Type the question, paste the table, have it read."""
    page.get_by_label("What do you want to predict?").fill(question)
    page.get_by_label("Or paste a table").fill(text)
    page.get_by_role("button", name="Read the table").click()
    page.wait_for_url(re.compile(r"/projects/new/[0-9a-f-]{36}/"))


def test_from_a_question_to_a_link_within_three_minutes(open_window: Open, mira: Any) -> None:
    started = time.monotonic()
    window = open_window(mira)
    page = window.page
    window.go("/projects/new/")
    page.wait_for_timeout(4 * PACE_MS)
    read(page, plants())
    beside = page.locator("#beside")
    expect(beside).to_contain_text("A model will predict the category “watered enough”")
    expect(beside).to_contain_text("24 of 24 rows of your table fit")
    for label in ("hours of sun", "water_ml", "soil", "watered enough"):
        page.wait_for_timeout(2 * PACE_MS)
        expect(beside.locator(".phone")).to_contain_text(label)
    page.locator("input[name=name]").fill(f"Tomatoes {NOW}")
    # What is typed shows in the form beside, without a reload.
    page.evaluate("window.notReloaded = true")
    page.locator("input[name=fields-0-name]").fill("sunshine")
    expect(beside.locator(".phone")).to_contain_text("sunshine")
    page.get_by_label("Goal").fill("1000")
    expect(beside).to_contain_text("± 5.5 points")
    assert page.evaluate("window.notReloaded")
    assert window.grave_findings() == []
    page.wait_for_timeout(4 * PACE_MS)
    page.get_by_label(re.compile("The rows of my table are mine")).check()
    page.get_by_role("button", name="Publish with 24 rows").click()
    page.wait_for_url(re.compile(rf"/p/tomatoes-{NOW}/draft/"))
    link = page.get_by_label("The link to share").input_value()
    assert link.endswith(f"/p/tomatoes-{NOW}/")
    expect(page.get_by_role("main")).to_contain_text("24 datapoints are in")
    assert time.monotonic() - started < JOURNEY_SECONDS
    stranger = open_window()
    stranger.go(link)
    expect(stranger.page.get_by_role("heading", level=1)).to_have_text(f"Tomatoes {NOW}")


def test_without_javascript(open_window: Open, mira: Any) -> None:
    window = open_window(mira, java_script_enabled=False)
    window.expected = {422}
    page = window.page
    window.go("/projects/new/")
    read(page, plants())
    page.locator("input[name=name]").fill(f"Plain {NOW}")
    page.locator("select[name=fields-1-kind]").select_option("number")
    page.locator("input[name=fields-1-minimum]").fill("70")
    page.get_by_role("button", name="Look again").last.click()
    expect(page.locator("#beside")).to_contain_text("22 of 24 rows of your table fit")
    page.get_by_label(re.compile("The rows of my table are mine")).check()
    page.get_by_role("button", name="Publish with 24 rows").click()
    expect(page.locator("#left-behind")).to_contain_text("water_ml must be at least 70")
    page.get_by_label(re.compile("The rows of my table are mine")).check()
    page.get_by_role("button", name="Publish with the 22 rows that fit").click()
    expect(page.get_by_role("main")).to_contain_text("22 datapoints are in")
    expect(page.get_by_role("main")).to_contain_text("2 rows of your table did not fit")


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the element is reached; every stop shows where it is."""
    for _press in range(200):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({wanted!r})"):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"no way by Tab to {wanted}")


def test_by_keyboard_alone_on_a_phone(open_window: Open, mira: Any) -> None:
    window = open_window(mira, viewport=NARROW, color_scheme="dark")
    page = window.page
    window.go("/projects/new/")
    tab_to(page, "[name=question]")
    page.keyboard.type(QUESTION)
    tab_to(page, "textarea[name=text]")
    page.keyboard.insert_text(plants())
    tab_to(page, "#start button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/projects/new/[0-9a-f-]{36}/"))
    assert window.sideways() == 0
    assert window.grave_findings() == []
    tab_to(page, "[name=name]")
    page.keyboard.press("Control+a")
    page.keyboard.type(f"Keys {NOW}")
    tab_to(page, "[name=fields-2-role]")
    page.keyboard.type("note")
    tab_to(page, "[name=agree]")
    page.keyboard.press("Space")
    tab_to(page, "button[value=publish]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/p/keys-{NOW}/draft/"))
    assert window.sideways() == 0
    assert window.grave_findings() == []
    soil = page.get_by_role("row", name=re.compile("soil"))
    expect(soil).to_contain_text("note")


def test_a_dropped_file_is_read_at_once(open_window: Open, mira: Any) -> None:
    window = open_window(mira)
    page = window.page
    window.go("/projects/new/")
    carried = page.evaluate_handle(
        """(text) => {
          const carried = new DataTransfer();
          carried.items.add(new File([text], "plants.csv", { type: "text/csv" }));
          return carried;
        }""",
        plants(),
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": carried})
    page.wait_for_url(re.compile(r"/projects/new/[0-9a-f-]{36}/"))
    expect(page.get_by_role("main")).to_contain_text("24 rows were read from plants.csv")
    # The table waits, and the start page knows of it.
    window.go("/projects/new/")
    page.get_by_role("link", name="Go on with plants.csv").click()
    expect(page.locator("input[name=name]")).to_have_value("plants")


def test_a_file_that_is_too_large_is_not_even_sent(
    open_window: Open, mira: Any, tmp_path: Path
) -> None:
    window = open_window(mira)
    page = window.page
    window.go("/projects/new/")
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * (17 * 2**20))
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_role("button", name="Read the table").click()
    said = page.locator("input[type=file]").evaluate("(file) => file.validationMessage")
    assert "17 MB" in said
    expect(page).to_have_url(re.compile("/projects/new/$"))
