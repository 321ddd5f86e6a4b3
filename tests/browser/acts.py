"""What people do on the site, step by step, as the journeys need it."""

import csv
import io
import re
from itertools import islice

from playwright.sync_api import Locator, expect

from crowdcontrolled.seeding.files import records
from tests.browser.window import Window

PASSWORD = "correct-horse-battery"
#: From a worker's commit to the eyes of somebody else.
LIVE_MS = 2_000
#: A small network on few rows, with PyTorch's start, on a busy machine.
TRAINED_MS = 90_000


def sign_up(window: Window, name: str) -> None:
    """Fill in the form that the window shows, and send it."""
    page = window.page
    page.get_by_label("Username").fill(name)
    page.get_by_label("Email").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name=re.compile("sign up", re.I)).click()


def draw(window: Window, strokes: list[list[tuple[float, float]]]) -> Locator:
    """Draw with the mouse on the page's pad; places are parts of its width and height."""
    pad = window.page.locator("cc-pad canvas, cc-stroke canvas").first
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    mouse = window.page.mouse
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place, steps=6)
        mouse.up()
    return pad


SEVEN = [[(0.2, 0.15), (0.8, 0.15), (0.45, 0.9)]]
ONE = [[(0.5, 0.1), (0.5, 0.9)]]


def seven(x: float, y: float) -> list[list[tuple[float, float]]]:
    """A seven with a stroke beside it: the same datapoint is taken once, and tests share a site."""
    return [*SEVEN, [(x, y), (x + 0.1, y)]]


def agree(window: Window) -> None:
    """Tick the consent, if the page asks for it."""
    box = window.page.get_by_label(re.compile("My datapoints here are mine"))
    if box.count():
        box.check()


def digits_as_csv(count: int) -> str:
    """Real digits as a table to paste."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["drawing", "label"])
    for row in islice(records("digits.parquet"), count):
        table.writerow([str(row["drawing"]).replace(" ", ""), row["label"]])
    return text.getvalue()


def count_shown(window: Window, count: int, within: int = LIVE_MS) -> None:
    """The head of the project's page and its wall say so many datapoints, without a reload."""
    head = window.page.locator("[data-live-counts]")
    expect(head).to_have_text(re.compile(rf"^{count} datapoint"), timeout=within)
    wall = window.page.locator("main cc-wall").last
    expect(wall).to_have_attribute(
        "aria-label", re.compile(rf"Wall of {count} datapoint"), timeout=within
    )


def say(window: Window, text: str) -> None:
    """Say something in the chat that the window shows."""
    window.page.get_by_role("textbox", name="Message").fill(text)
    window.page.get_by_role("button", name="Send").click()


def hears(window: Window, text: str) -> None:
    expect(window.page.locator("#messages")).to_contain_text(text, timeout=LIVE_MS)


def train(window: Window, slug: str, architecture: str, epochs: int) -> None:
    """Train from the page's form, and watch the run to its end without a reload."""
    page = window.page
    window.go(f"/p/{slug}/train/?architecture={architecture}")
    page.get_by_label("Epochs", exact=True).fill(str(epochs))
    page.get_by_role("button", name="Train model").last.click()
    page.wait_for_url(re.compile(r"/runs/\d+/"))
    page.evaluate("window.notReloaded = true")
    run = page.locator("[data-run]")
    expect(run).to_contain_text("Ended after epoch", timeout=TRAINED_MS)
    assert page.evaluate("window.notReloaded"), "the run's page was loaded again"
    expect(run.locator("cc-chart canvas")).to_have_count(1)
