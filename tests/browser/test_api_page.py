"""The page of the API works under the strict policy, and sends what somebody tries with a token."""

import json
from typing import Any

from tests.browser.conftest import Open, Site
from tests.browser.window import Window

OPERATION = "#operations-me-me"


def test_it_is_tried_with_a_token(site: Site, open_window: Open) -> None:
    window = open_window()
    window.go("/developers/")
    window.page.get_by_role("link", name="Try it in the browser").click()
    window.page.wait_for_selector(OPERATION)
    assert window.page.evaluate("() => document.documentElement.lang") == "en"
    window.expected.add(401)
    said = tried(window)
    assert said["type"].endswith("/developers/problems/#token-missing")
    window.page.get_by_role("button", name="Authorize").first.click()
    window.page.locator(".modal-ux input").fill("cc_00000000_no-such-token")
    window.page.locator(".modal-ux button.authorize").click()
    window.page.locator(".modal-ux button.btn-done").click()
    assert tried(window)["type"].endswith("#token-invalid")
    assert window.faults == []


def tried(window: Window) -> dict[str, Any]:
    """What the page shows of the answer, once somebody presses Execute."""
    operation = window.page.locator(OPERATION)
    if operation.locator(".execute").count() == 0:
        operation.locator(".opblock-summary-control").click()
    with window.page.expect_response("**/api/v1/me"):
        operation.locator(".execute").click()
    shown = operation.locator(".live-responses-table .response-col_description code").first
    shown.wait_for()
    found: dict[str, Any] = json.loads(shown.inner_text())
    return found
