"""A window that notes everything a visitor's browser would complain about."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
GRAVE = {"serious", "critical"}
#: Schemes that leave the machine; data: and blob: do not.
OUTSIDE = {"http", "https", "ws", "wss"}
MEASURE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
RUN_AXE = """async () => {
  const found = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  });
  return found.violations.map((one) => ({
    id: one.id, impact: one.impact, nodes: one.nodes.map((node) => node.html).slice(0, 3),
  }));
}"""


class Window:
    """One person's window: ``page`` drives it, ``faults`` says what went wrong in it."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.home = home
        self.faults: list[str] = []
        #: Statuses that a test expects, such as 422 of a form that is refused.
        self.expected: set[int] = set()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._fault(f"error: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _fault(self, what: str) -> None:
        self.faults.append(f"{self.page.url}: {what}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        # The browser's own line about a status is noted by _answered, which knows the status.
        if message.text.startswith("Failed to load resource: the server responded"):
            return
        self._fault(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in OUTSIDE and address.netloc != urlsplit(self.home).netloc:
            self._fault(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self._fault(f"{response.status} from {response.request.method} {response.url}")

    def go(self, path: str) -> None:
        """Open a page and wait until its scripts have run."""
        self.page.goto(path, wait_until="load")

    def settle(self) -> None:
        """Wait until fonts, pictures and walls stand."""
        self.page.evaluate("() => document.fonts.ready.then(() => true)")
        self.page.wait_for_function("() => [...document.images].every((one) => one.complete)")
        self.page.wait_for_timeout(50)

    def grave_findings(self) -> list[dict[str, Any]]:
        """What axe calls serious or critical on the page as it stands."""
        self.page.evaluate(AXE)
        found: list[dict[str, Any]] = self.page.evaluate(RUN_AXE)
        return [one for one in found if one["impact"] in GRAVE]

    def sideways(self) -> int:
        """By how many pixels the page is wider than the window."""
        wider: int = self.page.evaluate(MEASURE)
        return wider
