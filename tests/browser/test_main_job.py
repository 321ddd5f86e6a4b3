"""Two people in two windows go through the main job, from sign-up to the board of models."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.acts import (
    LIVE_MS,
    ONE,
    SEVEN,
    agree,
    count_shown,
    digits_as_csv,
    draw,
    hears,
    say,
    sign_up,
    train,
)
from tests.browser.window import Window

Open = Callable[..., Window]
#: The site may be kept between runs of the tests: people and projects are new each time.
NOW = secrets.token_hex(3)


def test_the_main_job(open_window: Open) -> None:
    ada, bert = open_window(), open_window()
    slug = opens_a_project(ada)
    ada.go(f"/p/{slug}/")
    contributes_by_pad(bert, slug, ada)
    pastes_a_table(bert, slug, ada)
    talk(ada, bert, slug)
    trains_and_is_on_the_board(bert, slug, ada)
    tries_the_model(bert)


def opens_a_project(ada: Window) -> str:
    """Sign up, take the template, publish; returns the project's name in addresses."""
    page = ada.page
    ada.go("/accounts/signup/")
    sign_up(ada, f"ada-{NOW}")
    page.wait_for_url(re.compile(r"^[^?]*//[^/]+/$"))
    ada.go("/projects/new/")
    page.get_by_role("link", name=re.compile("Begin here.*Handwritten digit")).click()
    page.locator("input[name=name]").fill(f"Digits of two {NOW}")
    page.get_by_label("Pitch").fill("Two people draw digits")
    page.get_by_label("Goal").fill("100")
    page.get_by_role("button", name="Save the draft").last.click()
    page.get_by_role("button", name="Publish").click()
    slug = f"digits-of-two-{NOW}"
    expect(page).to_have_url(re.compile(rf"/p/{slug}/contribute/$"))
    return slug


def contributes_by_pad(bert: Window, slug: str, ada: Window) -> None:
    """Draw before signing up; the drawing is still there after, and arrives at ada's window."""
    page = bert.page
    bert.go(f"/p/{slug}/contribute/")
    draw(bert, [*SEVEN, [(0.1, 0.8), (0.2, 0.95)]])
    drawn = page.locator("cc-pad textarea, cc-pad input").first.input_value()
    assert drawn.count("16") > 3 or sum(map(int, re.findall(r"\d+", drawn))) > 20
    page.get_by_role("radio", name="7", exact=True).check()
    agree(bert)
    page.get_by_role("button", name="Add datapoint").click()
    page.wait_for_url(re.compile("/accounts/signup/"))
    sign_up(bert, f"bert-{NOW}")
    page.wait_for_url(re.compile(rf"/p/{slug}/contribute/"))
    assert page.locator("cc-pad textarea, cc-pad input").first.input_value() == drawn
    assert page.get_by_role("radio", name="7", exact=True).is_checked()
    agree(bert)
    page.get_by_role("button", name="Add datapoint").click()
    expect(page.locator("#toasts")).to_contain_text("Datapoint added")
    count_shown(ada, 1)
    expect(ada.page.locator("[data-live-list]")).to_contain_text("bert", timeout=LIVE_MS)


def pastes_a_table(bert: Window, slug: str, ada: Window) -> None:
    """A table with one bad row: the reason is shown, nothing is added before the button."""
    page = bert.page
    bert.go(f"/p/{slug}/contribute/many/")
    page.get_by_label("Paste a table").fill(digits_as_csv(60) + "not a drawing,3\n")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("main")).to_contain_text("60 of 61 rows fit")
    expect(page.get_by_role("main")).to_contain_text("Row 61")
    count_shown(ada, 1)
    agree(bert)
    page.get_by_role("button", name="Add 60 good rows").click()
    count_shown(ada, 61)


def talk(ada: Window, bert: Window, slug: str) -> None:
    ada.go(f"/p/{slug}/chat/")
    bert.go(f"/p/{slug}/chat/")
    say(ada, "Is a 7 with a bar fine?")
    hears(bert, "Is a 7 with a bar fine?")
    say(bert, "<b>Yes</b> & why not")
    hears(ada, "<b>Yes</b> & why not")


def trains_and_is_on_the_board(bert: Window, slug: str, ada: Window) -> None:
    ada.go(f"/p/{slug}/models/")
    train(bert, slug, "dense", epochs=12)
    row = ada.page.locator("[data-board] tbody tr")
    expect(row).to_have_count(1, timeout=LIVE_MS)
    expect(row).to_contain_text("bert")


def tries_the_model(bert: Window) -> None:
    page = bert.page
    page.get_by_role("link", name="Try the model").click()
    page.wait_for_url(re.compile(r"/models/\d+/"))
    draw(bert, ONE)
    page.get_by_role("button", name="Ask the model").click()
    expect(page.locator("#answer")).to_contain_text("label:", timeout=20_000)
    expect(page.locator("#answer")).to_contain_text("%")


def test_an_lstm_on_pen_strokes(open_window: Open, mira: Any) -> None:
    window = open_window(mira)
    train(window, "pen-strokes", "lstm", epochs=4)
    tries_by_stroke(window)
    window.go("/p/pen-strokes/models/")
    expect(window.page.locator("[data-board] tbody")).to_contain_text("mira")


def tries_by_stroke(window: Window) -> None:
    page = window.page
    page.get_by_role("link", name="Try the model").click()
    page.wait_for_url(re.compile(r"/models/\d+/"))
    draw(window, SEVEN)
    page.get_by_role("button", name="Ask the model").click()
    expect(page.locator("#answer")).to_contain_text("label:", timeout=20_000)


def test_a_measured_thing_is_added_by_keyboard(open_window: Open, mira: Any) -> None:
    window = open_window(mira)
    page = window.page
    window.go("/p/handwritten-digits/contribute/")
    page.locator("cc-pad canvas").first.focus()
    for key in ("Space", "ArrowRight", "Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    drawn = page.locator("cc-pad textarea, cc-pad input").first.input_value()
    page.keyboard.press("Control+z")
    undone = page.locator("cc-pad textarea, cc-pad input").first.input_value()
    assert sum(map(int, re.findall(r"\d+", drawn))) > sum(map(int, re.findall(r"\d+", undone))) > 0
    page.get_by_role("radio", name="4", exact=True).check()
    agree(window)
    page.get_by_role("button", name="Add datapoint").click()
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("Datapoint added")
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Taken back")
