"""A wall on somebody else's page draws and sets no cookie; no other page can be framed."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Frame

from tests.browser.conftest import Open, Site

PROJECT = "/p/which-penguin-is-it/"


@pytest.fixture
def blog(site: Site) -> Iterator[str]:
    """The address of a page on another host, which frames the embed and the project's own page."""
    page = "".join(
        f'<iframe name="{name}" src="{site.address}{path}" width="600" height="420"></iframe>'
        for name, path in (("embed", f"{PROJECT}embed/?theme=dark"), ("whole", PROJECT))
    )

    class Blog(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>A blog</title>{page}".encode())

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Blog)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_only_the_embed_stands_in_a_strangers_frame(browser: Browser, blog: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(blog, wait_until="load")
    embed, whole = framed(page.frames, "embed"), framed(page.frames, "whole")
    embed.wait_for_selector("cc-wall canvas")
    assert embed.locator("[data-live-counts]").inner_text().startswith("3")
    assert embed.evaluate("document.documentElement.dataset.theme") == "dark"
    # The button is in sight, not below the frame's edge.
    box = embed.locator("footer .btn").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 440
    assert context.cookies() == []
    # The control: a page that may not be framed is not.
    assert whole.locator("cc-wall").count() == 0
    with context.expect_page() as opened:
        embed.locator("h1 a").click()
    assert opened.value.url.endswith(PROJECT)
    context.close()


def framed(frames: list[Frame], name: str) -> Frame:
    return next(frame for frame in frames if frame.name == name)


def test_the_code_is_copied(open_window: Open) -> None:
    window = open_window(permissions=["clipboard-read", "clipboard-write"])
    window.go(f"{PROJECT}share/")
    window.page.get_by_role("button", name="Copy").nth(1).click()
    window.page.get_by_text("Copied.").wait_for()
    copied = window.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("<iframe src=")
    assert f"{PROJECT}embed/" in copied
