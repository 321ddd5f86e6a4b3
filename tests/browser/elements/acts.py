"""What the tests do with a page: draw, send live events, call a module."""

import json
from typing import Any

from playwright.sync_api import Page


def live(page: Page, selector: str, **detail: Any) -> None:
    """What live.js does when an event of the element's topic arrives."""
    page.locator(selector).evaluate(
        "(e, detail) => e.dispatchEvent(new CustomEvent('live:event', {detail}))", detail
    )


def module(page: Page, name: str, code: str, *values: Any) -> Any:
    """Run code with a module's exports as `m` and values as `v`."""
    return page.evaluate(
        f"async (v) => {{ const m = await import('/static/js/{name}.js'); {code} }}", list(values)
    )


def draw(page: Page, selector: str, *points: tuple[float, float]) -> None:
    canvas = page.locator(f"{selector} canvas")
    box = canvas.bounding_box()
    assert box
    spots = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in points]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=8)
    page.mouse.up()


def value(page: Page, selector: str) -> Any:
    text = page.locator(f"{selector} textarea").input_value()
    return json.loads(text) if text else None
