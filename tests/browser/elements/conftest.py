"""The custom elements and their arithmetic, in a real Chromium, without a server.

Static files and a made-up wall.json are answered by the test itself.
"""

import json
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from common.words import spoken

STATIC = Path(__file__).resolve().parents[3] / "static"
ORIGIN = "http://look.test"
GONE = 4
WALL = {
    "kind": "label",
    "goal": 12,
    "count": 10,
    "labels": [
        {"code": 0, "label": "Adelie", "colour": 1},
        {"code": 1, "label": "<b>Gentoo</b>", "colour": 5},
    ],
}
CELLS: list[list[Any]] = [[n, 100 + n, n % 2, None] for n in range(10) if n != GONE]
KINDS = ("script", "style", "connect", "font", "img")
POLICY = "; ".join(["default-src 'none'", *(f"{kind}-src 'self'" for kind in KINDS)])


def wall_page(url: str) -> dict[str, Any]:
    """Four cells a page, as the site's wall.json would page."""
    after = int(url.partition("after=")[2] or -1)
    cells = [cell for cell in CELLS if cell[0] > after][:4]
    more = cells and cells[-1][0] < CELLS[-1][0]
    return {**WALL, "cells": cells, "next": cells[-1][0] if more else None}


class Site:
    """A browser page whose body and scripts the test chooses."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.body = ""
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._heard)
        page.route(f"{ORIGIN}/**", self._answer)

    def _heard(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.faults.append(line.text)

    def show(self, body: str, *scripts: str) -> Page:
        tags = "".join(
            f'<script {"" if "vendor" in name else "type=module"} src="/static/{name}"></script>'
            for name in ("js/site.js", *scripts)
        )
        words = f'<script type="application/json" id="words">{json.dumps(spoken())}</script>'
        styles = "".join(
            f'<link rel="stylesheet" href="/static/css/{name}.css">' for name in ("site", "data")
        )
        self.body = (
            f'<!doctype html><html lang="en"><head><title>look</title>{styles}</head>'
            f'<body><main>{body}</main><div id="toasts"></div>{words}{tags}</body></html>'
        )
        self.page.goto(f"{ORIGIN}/p/x/contribute/")
        return self.page

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).partition("?")[0]
        if path.startswith("/static/"):
            kind = mimetypes.guess_type(path)[0] or "text/plain"
            route.fulfill(
                body=(STATIC / path.removeprefix("/static/")).read_bytes(), content_type=kind
            )
        elif path.endswith("wall.json"):
            route.fulfill(json=wall_page(route.request.url))
        elif path == "/favicon.ico":
            route.fulfill(status=204)
        else:
            policy = {"Content-Security-Policy": POLICY}
            route.fulfill(body=self.body, content_type="text/html", headers=policy)


@pytest.fixture
def site(browser: Browser) -> Iterator[Site]:
    context = browser.new_context(viewport={"width": 800, "height": 700})
    site = Site(context.new_page())
    yield site
    context.close()
    assert site.faults == []
