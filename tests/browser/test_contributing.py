"""Contributing in a real browser: what is needed, guesses, keys, and a network that goes away."""

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import LIVE_MS, SEVEN, agree, draw, seven, sign_up
from tests.browser.window import Window

Open = Callable[..., Window]
DIGITS = "/p/handwritten-digits/contribute/"
#: What Chromium says of requests that an offline window could not send.
CUT = re.compile(r"ERR_INTERNET_DISCONNECTED|WebSocket|Failed to fetch|NetworkError")
#: PyTorch is loaded when the page is first looked at.
GUESS_MS = 40_000


def field(page: Page) -> Locator:
    """What the pad writes its drawing into."""
    return page.locator("cc-pad textarea").first


def added(page: Page) -> None:
    expect(page.locator("#toasts")).to_contain_text("Datapoint added")


def needed(page: Page) -> int:
    words = page.locator("[data-need-count]").inner_text()
    return int(re.sub(r"\D", "", words))


@pytest.fixture
def window(open_window: Open, mira: Any) -> Window:
    """mira's window on the digits."""
    opened = open_window(mira)
    opened.go(DIGITS)
    return opened


def test_a_digit_chooses_the_label_and_enter_adds(window: Window) -> None:
    page = window.page
    agree(window)
    began = time.monotonic()
    draw(window, seven(0.1, 0.35))
    # Focus is in the pad, which has keys of its own; digits are for the labels.
    page.keyboard.press("4")
    expect(page.get_by_role("radio", name=re.compile("^4"))).to_be_checked()
    page.keyboard.press("7")
    expect(page.get_by_role("radio", name=re.compile("^7"))).to_be_checked()
    page.keyboard.press("Enter")
    added(page)
    assert time.monotonic() - began < 15
    # The page stayed, the pad is empty and has the focus: the next one can begin.
    expect(page).to_have_url(re.compile(re.escape(DIGITS)))
    expect(field(page)).to_have_value("")
    expect(page.locator("cc-pad canvas").first).to_be_focused()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Taken back")


def test_undo_and_escape_work_from_anywhere_on_the_page(window: Window) -> None:
    page = window.page
    draw(window, SEVEN)
    expect(field(page)).not_to_have_value("")
    page.get_by_role("radio", name=re.compile("^3")).focus()
    page.keyboard.press("Control+z")
    expect(field(page)).to_have_value("")


def test_switched_off_keys_do_nothing(window: Window) -> None:
    page = window.page
    page.evaluate("localStorage.setItem('shortcuts', 'off')")
    page.reload()
    chosen = page.locator("input[type=radio]:checked").first.input_value()
    page.locator("cc-pad canvas").first.focus()
    page.keyboard.press("1" if chosen != "1" else "2")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.locator("input[type=radio]:checked").first.input_value() == chosen
    # Undo is no single key: it stays.
    draw(window, SEVEN)
    page.keyboard.press("Control+z")
    expect(field(page)).to_have_value("")


def test_what_is_needed_is_counted_in_another_window(
    window: Window, open_window: Open, mira: Any
) -> None:
    other = open_window(mira)
    other.go(DIGITS)
    page, seen = window.page, other.page
    label = page.locator("input[type=radio]:checked").first.input_value()
    expect(seen.locator("[data-need-words]")).to_contain_text(label)
    before = needed(seen)
    seen.evaluate("window.notReloaded = true")
    agree(window)
    draw(window, seven(0.85, 0.45))
    page.keyboard.press("Enter")
    added(page)
    expect(seen.locator("[data-need-count]")).to_have_text(
        re.compile(rf"^{before - 1:,} more"), timeout=LIVE_MS
    )
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(seen.locator("[data-need-count]")).to_have_text(
        re.compile(rf"^{before:,} more"), timeout=3 * LIVE_MS
    )
    assert seen.evaluate("window.notReloaded")


def test_skip_asks_for_the_next(window: Window) -> None:
    page = window.page
    first = page.locator("[data-need-words]").inner_text()
    page.get_by_role("link", name="Skip", exact=True).click()
    expect(page.locator("[data-need-words]")).not_to_have_text(first)
    words = page.locator("[data-need-words]").inner_text()
    assert page.locator("input[type=radio]:checked").first.input_value() in words


def test_the_model_guesses_while_one_draws(window: Window) -> None:
    page = window.page
    agree(window)
    draw(window, seven(0.1, 0.55))
    guess = page.locator("[data-guess-shown]")
    expect(guess).to_contain_text("The model says", timeout=GUESS_MS)
    said = page.locator("[data-guess-label]").get_attribute("data-guess-value")
    assert said
    page.locator(f"input[type=radio][value='{said}']").check()
    page.locator("cc-pad canvas").first.focus()
    page.keyboard.press("Enter")
    added(page)
    outcome = page.locator("[data-guess-outcome]")
    expect(outcome).to_contain_text("It knew")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Taken back")


def test_guesses_can_be_switched_off(open_window: Open) -> None:
    window = open_window()
    window.go(DIGITS)
    page = window.page
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/guess/" in one.url else None)
    page.get_by_role("switch", name="Guesses while I contribute").uncheck()
    draw(window, seven(0.85, 0.55))
    page.wait_for_timeout(900)
    page.reload()
    draw(window, [[(0.5, 0.1), (0.5, 0.9)]])
    page.wait_for_timeout(900)
    assert asked == []
    page.get_by_role("switch", name="Guesses while I contribute").check()
    expect(page.locator("[data-guess-state]")).to_have_count(1)
    assert asked


def test_a_near_duplicate_is_named(window: Window) -> None:
    page = window.page
    hint = page.locator("[data-like]")
    draw(window, [[(0.06, 0.06), (0.12, 0.06)]])
    page.wait_for_timeout(900)
    expect(hint).to_be_empty()
    agree(window)
    page.locator("cc-pad canvas").first.focus()
    page.keyboard.press("Enter")
    added(page)
    draw(window, [[(0.06, 0.06), (0.12, 0.06)]])
    expect(hint).to_contain_text("Exactly this is here already")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Taken back")


def forgive(window: Window) -> None:
    """A window without a network says so in its console; that is what was asked for."""
    window.faults[:] = [fault for fault in window.faults if not CUT.search(fault)]


def test_offline_datapoints_wait_and_are_added_once(
    window: Window, open_window: Open, mira: Any
) -> None:
    page = window.page
    context = page.context
    agree(window)
    total = shown_total(open_window, mira)
    context.set_offline(True)
    bar = page.locator("[data-unsent]")
    expect(bar).to_contain_text("You are offline", timeout=4_000)
    for stroke in (seven(0.2, 0.95), [[(0.5, 0.1), (0.5, 0.9)]]):
        draw(window, stroke)
        page.locator("cc-pad canvas").first.focus()
        page.keyboard.press("Enter")
        expect(field(page)).to_have_value("")
    expect(bar).to_contain_text("2 datapoints wait here")
    sent: list[str] = []
    page.on("request", lambda one: noted(sent, one))
    # The answer to the first one is lost after the server has taken it.
    lost = {"left": 1}

    def lose(route: Any) -> None:
        if route.request.method != "POST" or not lost["left"]:
            route.continue_()
            return
        lost["left"] -= 1
        route.fetch()
        route.abort("connectionreset")

    page.route(re.compile(r"/contribute/$"), lose)
    context.set_offline(False)
    expect(page.locator("#toasts")).to_contain_text("waited here", timeout=20_000)
    expect(bar).to_be_hidden(timeout=20_000)
    assert len(sent) == 3
    assert len(set(sent)) == 2
    assert shown_total(open_window, mira) == total + 2
    window.faults[:] = [fault for fault in window.faults if "ERR_CONNECTION_RESET" not in fault]
    forgive(window)


def noted(sent: list[str], request: Any) -> None:
    """Remember the key of each datapoint that the queue sends."""
    key = request.headers.get("idempotency-key")
    if key:
        sent.append(key)


def shown_total(open_window: Open, mira: Any) -> int:
    """How many datapoints the site says there are."""
    other = open_window(mira)
    other.go("/p/handwritten-digits/contribute/")
    words = other.page.locator("[data-live-counts]").inner_text()
    found = re.match(r"[\d,]+", words)
    assert found
    return int(found[0].replace(",", ""))


def test_offline_a_newcomer_loses_nothing(open_window: Open) -> None:
    window = open_window()
    window.go(DIGITS)
    page = window.page
    draw(window, seven(0.1, 0.65))
    agree(window)
    page.context.set_offline(True)
    page.get_by_role("button", name="Add datapoint").click()
    expect(page.locator("#toasts")).to_contain_text("What you filled in stays here")
    drawn = field(page).input_value()
    assert drawn
    page.context.set_offline(False)
    page.reload()
    assert field(page).input_value() == drawn
    forgive(window)


def test_what_waits_survives_a_reload(window: Window) -> None:
    page = window.page
    agree(window)
    draw(window, seven(0.85, 0.65))
    # The site cannot be reached, although the machine is online.
    page.route(re.compile(r"/contribute/$"), lambda route: answer_away(route))
    window.expected.add(503)
    page.locator("cc-pad canvas").first.focus()
    page.keyboard.press("Enter")
    bar = page.locator("[data-unsent]")
    expect(bar).to_contain_text("1 datapoint waits here")
    page.unroute(re.compile(r"/contribute/$"))
    page.reload()
    expect(page.locator("#toasts")).to_contain_text("1 datapoint that waited here was added")
    expect(bar).to_be_hidden()
    assert (
        page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('unsent'))") == []
    )


def answer_away(route: Any) -> None:
    if route.request.method == "POST":
        route.fulfill(status=503, body="away")
    else:
        route.continue_()


def test_what_is_refused_is_kept_with_its_reason(window: Window) -> None:
    page = window.page
    agree(window)
    draw(window, seven(0.1, 0.75))
    page.context.set_offline(True)
    page.locator("cc-pad canvas").first.focus()
    page.keyboard.press("Enter")
    bar = page.locator("[data-unsent]")
    expect(bar).to_contain_text("1 datapoint waits here")
    spoil = """() => {
      const name = Object.keys(localStorage).find((key) => key.startsWith("unsent"));
      const items = JSON.parse(localStorage.getItem(name));
      const spoilt = ([key, value]) => [key, /^\\d$/.test(value) ? "no digit" : value];
      for (const item of items) item.fields = item.fields.map(spoilt);
      localStorage.setItem(name, JSON.stringify(items));
    }"""
    page.evaluate(spoil)
    window.expected.add(422)
    page.context.set_offline(False)
    expect(bar).to_contain_text("must be one of")
    page.reload()
    expect(bar).to_contain_text("must be one of")
    bar.get_by_role("button", name="Forget it").click()
    expect(bar).to_be_hidden()
    forgive(window)


def test_a_newcomer_draws_in_a_narrow_window(open_window: Open) -> None:
    """On a phone: the pad is large, the button stays in reach, the drawing survives signing up."""
    window = open_window(viewport={"width": 390, "height": 844}, has_touch=True)
    window.go(DIGITS)
    page = window.page
    began = time.monotonic()
    box = page.locator("cc-pad canvas").first.bounding_box()
    assert box
    assert box["width"] >= 300
    button = page.get_by_role("button", name="Add datapoint").bounding_box()
    assert button
    assert button["y"] + button["height"] <= 844
    assert window.sideways() <= 0
    # The guess stands under the pad, in the form: emptying that leaves its switch alone.
    page.locator("form[data-target]").evaluate("(form) => form.reset()")
    expect(page.locator("form").get_by_role("switch")).to_be_checked()
    draw(window, seven(0.85, 0.75))
    agree(window)
    drawn = field(page).input_value()
    page.get_by_role("button", name="Add datapoint").click()
    page.wait_for_url(re.compile("/accounts/signup/"))
    sign_up(window, f"nora-{secrets.token_hex(3)}")
    page.wait_for_url(re.compile(r"/contribute/"))
    assert field(page).input_value() == drawn
    agree(window)
    page.get_by_role("button", name="Add datapoint").click()
    added(page)
    assert time.monotonic() - began < 60
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Taken back")


def counted(legend: Locator, label: str) -> str:
    """How many datapoints of a label the wall's legend counts."""
    found = re.search(rf"(?<!\d){label} · (\d+)", legend.inner_text())
    assert found
    return found[1]


def test_an_own_datapoint_is_corrected_and_every_wall_shows_it(
    window: Window, open_window: Open, mira: Any
) -> None:
    page = window.page
    agree(window)
    draw(window, seven(0.1, 0.85))
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    added(page)
    other = open_window(mira)
    other.go("/p/handwritten-digits/")
    legend = other.page.locator("#legend")
    expect(legend).to_contain_text("7 ·")
    ones, sevens = (int(n) for n in (counted(legend, "1"), counted(legend, "7")))
    window.go("/contributions/")
    page.get_by_role("link", name=re.compile("^Edit")).first.click()
    page.get_by_role("link", name=re.compile("^Edit")).first.click()
    page.get_by_role("radio", name=re.compile("^7")).check()
    page.get_by_role("button", name="Save the change").click()
    expect(page.locator("#toasts")).to_contain_text("Changed")
    expect(page.get_by_role("main")).to_contain_text("7")
    expect(legend).to_contain_text(f"1 · {ones - 1}", timeout=LIVE_MS)
    expect(legend).to_contain_text(f"7 · {sevens + 1}")
    with page.expect_download() as download:
        page.goto("/contributions/")
        page.get_by_role("link", name="Download them all").click()
    assert download.value.suggested_filename.endswith(".zip")
