"""What the first ten minutes are for, at the pace of a person: a model builder, a moderator, keys.

The data seeker's journey is in ``test_open_a_project``, the contributor's in
``test_contributing``.
"""

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.acts import ONE, PASSWORD, TRAINED_MS, draw, say
from tests.browser.test_open_a_project import tab_to
from tests.browser.window import Window

Open = Callable[..., Window]
NOW = secrets.token_hex(3)
#: Somebody looks before each click, and types about fifty words a minute.
LOOK_MS = 600
KEY_MS = 60
OWN_MODEL_SECONDS = 60
#: The choices of the page's form, by name, in their order.
GROUPS = """() => [...new Set(
  [...document.querySelectorAll("main form input[type=radio]")].map((one) => one.name)
)]"""


def looks(window: Window) -> None:
    window.page.wait_for_timeout(LOOK_MS)


def types(page: Page, label: str, text: str) -> None:
    """Type into a field as a person does."""
    page.get_by_label(label).click()
    page.keyboard.type(text, delay=KEY_MS)


def test_from_the_home_page_to_an_own_model_within_a_minute(open_window: Open) -> None:
    window = open_window()
    page = window.page
    window.go("/")
    started = time.monotonic()
    looks(window)
    page.get_by_role("link", name="Handwritten digits").first.click()
    looks(window)
    page.get_by_role("navigation", name="Project").get_by_role("link", name="Train").click()
    looks(window)
    page.get_by_role("link", name=re.compile("Sign in to train: Quick")).click()
    looks(window)
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    types(page, "Username", f"nia-{NOW}")
    types(page, "Email", f"nia-{NOW}@example.org")
    types(page, "Password", PASSWORD)
    page.get_by_role("main").get_by_role("button", name=re.compile("sign up", re.I)).click()
    page.wait_for_url(re.compile(r"/train/"))
    looks(window)
    page.get_by_role("button", name="Train: Quick").click()
    page.wait_for_url(re.compile(r"/runs/\d+/"))
    page.get_by_role("link", name="Try the model").click(timeout=TRAINED_MS)
    page.wait_for_url(re.compile(r"/models/\d+/"))
    looks(window)
    draw(window, ONE)
    page.get_by_role("button", name="Ask the model").click()
    expect(page.locator("#answer")).to_contain_text("%", timeout=20_000)
    took = time.monotonic() - started
    assert took < OWN_MODEL_SECONDS, took
    # Then it says what came of it, where it fails, and one thing to try.
    page.go_back()
    main = page.get_by_role("main")
    expect(main).to_contain_text(re.compile(r"Right \d+ of 100 times\. Guessing"))
    expect(main).to_contain_text("Where it fails most")
    assert main.locator("ul.cases > li").count() == 3
    expect(main).to_contain_text("What to try next")


def test_a_moderator_clears_a_queue(open_window: Open, mira: Any, moderator: Any) -> None:
    loud = open_window(mira)
    loud.go("/p/pen-strokes/chat/")
    say(loud, f"Buy followers at shop {NOW}")
    window = open_window(moderator)
    page = window.page
    window.go("/admin/")
    page.get_by_role("link", name="Messages of the last day").click()
    row = page.get_by_role("row", name=re.compile(NOW))
    row.get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option("hide")
    page.get_by_role("button", name="Go", exact=True).click()
    page.get_by_label("Reason").first.select_option(label="spam or advertising")
    page.get_by_role("button", name=re.compile("hide", re.I)).click()
    expect(page.get_by_role("main")).to_contain_text("Done and written down")
    expect(loud.page.locator("#messages")).not_to_contain_text(NOW)
    reader = open_window()
    reader.go("/moderation-log/")
    expect(reader.page.get_by_role("main")).to_contain_text("spam or advertising")


def test_the_main_job_by_keyboard_alone(open_window: Open) -> None:
    """Sign up, add a datapoint, train and try: no key but Tab, arrows, Space, Enter and letters."""
    window = open_window()
    page = window.page
    window.go("/p/which-penguin-is-it/contribute/")
    fill_by_keys(page)
    tab_to(page, "main form p.reach button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/accounts/signup/"))
    for name, text in (
        ("username", f"kim-{NOW}"),
        ("email", f"kim-{NOW}@example.org"),
        ("password1", PASSWORD),
    ):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/contribute/"))
    expect(page.get_by_label("bill_length_mm")).to_have_value("47.5")
    agree_by_keys(page)
    tab_to(page, "main form p.reach button")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Datapoint added")
    window.go("/p/which-penguin-is-it/train/")
    tab_to(page, "button[name=preset][value=quick]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/runs/\d+/"))
    expect(page.get_by_role("link", name="Try the model")).to_be_visible(timeout=TRAINED_MS)
    tab_to(page, "a[href^='/models/'].btn")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/models/\d+/"))
    fill_by_keys(page)
    tab_to(page, "main form p.actions button")
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_contain_text("species:", timeout=20_000)


def fill_by_keys(page: Page) -> None:
    """Give the fields of one penguin a value, each reached by Tab in the order of the page."""
    tab_to(page, "main form input[type=number], main form input[inputmode=decimal]")
    assert "bill_length" in page.evaluate("document.activeElement.labels[0].innerText")
    page.keyboard.type("47.5")
    for name in page.evaluate(GROUPS):
        tab_to(page, f"main form input[name={name}]")
        page.keyboard.press("Space")
    agree_by_keys(page)
    assert page.get_by_label("bill_length_mm").input_value() == "47.5"


def agree_by_keys(page: Page) -> None:
    """Tick the consent where the page asks for it and it is not ticked yet."""
    box = page.locator("main form [name=agree]")
    if box.count() and not box.is_checked():
        tab_to(page, "main form [name=agree]")
        page.keyboard.press("Space")
