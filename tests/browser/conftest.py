"""A really started site with its demo, and windows in a real Chromium that watch themselves."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.window import Window
from tests.supervisor.running import RunningSite

CHROMIUM = shutil.which("chromium")
#: No sandbox: tests often run as root, on pages of our own. The rest keeps the browser from calling
#: hosts of its maker.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
]
#: Making the site ready: migrating, filling the demo in, training its runs.
READY_SECONDS = 150
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser; without one it is skipped, in CI it fails."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not in_ci():
                item.add_marker(
                    pytest.mark.skip(reason="Chromium is missing: sudo apt-get install chromium")
                )


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of a downloaded one."""
    assert CHROMIUM, "Chromium is missing: sudo apt-get install chromium"
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


class Site(RunningSite):
    """``manage.py up`` with the demo, as ``make run`` starts it."""

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def sign_in_link(self, who: str) -> str:
        """The one-time link that ``up`` printed for a moderator or a member."""
        found = re.findall(rf"Sign in once as a {who}: (\S+)", self.log())
        assert found, self.log()
        link: str = found[-1]
        return link


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all browser tests; they add to it and take nothing away.

    BROWSER_SITE names a folder to keep it in, so that the next time starts at once.
    """
    kept = os.environ.get("BROWSER_SITE")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("site")
    running = Site(folder, "crowdcontrolled.settings")
    try:
        running.wait_until_ready(READY_SECONDS)
        yield running
    finally:
        running.stop()


Open = Callable[..., Window]


@pytest.fixture
def open_window(browser: Browser, site: Site) -> Iterator[Open]:
    """Makes windows of people who share nothing; each must have gone through without a fault."""
    opened: list[tuple[BrowserContext, Window]] = []

    def open_one(state: Any = None, **options: Any) -> Window:
        settings = {"viewport": WIDE, "base_url": site.address, "storage_state": state, **options}
        context = browser.new_context(**settings)
        context.set_default_timeout(10_000)
        window = Window(context.new_page(), site.address)
        opened.append((context, window))
        return window

    yield open_one
    faults = [fault for _context, window in opened for fault in window.faults]
    for context, _window in opened:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def mira(browser: Browser, site: Site) -> Any:
    """The session of mira, a member of the demo, who signed in by the link in the terminal."""
    return signed_in_by_link(browser, site, "member")


@pytest.fixture(scope="session")
def moderator(browser: Browser, site: Site) -> Any:
    """The session of the demo's moderator."""
    return signed_in_by_link(browser, site, "moderator")


def signed_in_by_link(browser: Browser, site: Site, who: str) -> Any:
    context = browser.new_context(base_url=site.address)
    page = context.new_page()
    page.goto(site.sign_in_link(who))
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url(f"{site.address}/")
    state = context.storage_state()
    context.close()
    return state
