"""Every page, as every kind of visitor sees it: no fault, no grave finding, nothing sideways."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from tests.browser.conftest import NARROW, WIDE, Site
from tests.browser.window import Window

DIGITS, PENGUINS, STROKES = "handwritten-digits", "which-penguin-is-it", "pen-strokes"
#: Name of the picture → who looks and where. Numbers of runs and models are the demo's first.
PAGES = {
    "styleguide": ("anonymous", "/styleguide/"),
    "home": ("anonymous", "/"),
    "about": ("anonymous", "/about/"),
    "projects": ("anonymous", "/projects/"),
    "projects-none-found": ("anonymous", "/projects/?q=zebra+crossing"),
    "projects-filtered": ("mira", "/projects/?tag=digits&task=classification&sort=data"),
    "search": ("anonymous", "/search/?q=digits"),
    "search-none-found": ("anonymous", "/search/?q=zebra+crossing"),
    "missing": ("anonymous", "/nowhere/"),
    "forms-address": ("anonymous", f"/p/{DIGITS}/publish/"),
    "sign-up": ("anonymous", "/accounts/signup/"),
    "sign-in": ("anonymous", "/accounts/login/"),
    "reset": ("anonymous", "/accounts/password/reset/"),
    "profile": ("anonymous", "/u/mira/"),
    "moderation-log": ("anonymous", "/moderation-log/"),
    "wall-digits": ("anonymous", f"/p/{DIGITS}/"),
    "wall-penguins": ("anonymous", f"/p/{PENGUINS}/"),
    "wall-strokes": ("anonymous", f"/p/{STROKES}/"),
    "data-digits": ("anonymous", f"/p/{DIGITS}/data/"),
    "data-penguins": ("anonymous", f"/p/{PENGUINS}/data/"),
    "data-pictures": ("anonymous", f"/p/{DIGITS}/data/?as=sheet&sort=arrival&by=mira"),
    "versions": ("anonymous", f"/p/{DIGITS}/data/versions/"),
    "version": ("anonymous", f"/p/{DIGITS}/data/versions/v2/"),
    "row": ("mira", f"/p/{DIGITS}/rows/1/"),
    "share": ("anonymous", f"/p/{DIGITS}/share/"),
    "embed": ("anonymous", f"/p/{DIGITS}/embed/"),
    "contribute-drawing": ("mira", f"/p/{DIGITS}/contribute/"),
    "contribute-table": ("mira", f"/p/{PENGUINS}/contribute/"),
    "contribute-stroke": ("mira", f"/p/{STROKES}/contribute/"),
    "contribute-many": ("mira", f"/p/{PENGUINS}/contribute/many/"),
    "my-contributions": ("mira", "/contributions/"),
    "train": ("mira", f"/p/{DIGITS}/train/"),
    "train-lstm": ("mira", f"/p/{STROKES}/train/?architecture=lstm"),
    "models": ("anonymous", f"/p/{DIGITS}/models/"),
    # The first four are what the digits' living champion trained on the way.
    "run-champion": ("mira", "/runs/4/"),
    "run": ("anonymous", "/runs/8/"),
    "model-champion": ("mira", "/models/4/"),
    "model-drawing": ("mira", "/models/6/"),
    "model-table": ("mira", "/models/8/"),
    "chat": ("mira", f"/p/{DIGITS}/chat/"),
    "settings": ("mira", f"/p/{DIGITS}/settings/"),
    "champion": ("mira", f"/p/{DIGITS}/settings/champion/"),
    "schema": ("anonymous", f"/p/{DIGITS}/schema/"),
    "schema-settings": ("mira", f"/p/{DIGITS}/settings/schema/?add"),
    "members": ("mira", f"/p/{DIGITS}/members/"),
    "new-project": ("mira", "/projects/new/"),
    "new-project-drawing": ("mira", "/projects/new/?from=digit"),
    "own-profile": ("mira", "/u/mira/"),
    "password": ("mira", "/accounts/password/change/"),
    "account": ("mira", "/settings/"),
    "account-profile": ("mira", "/settings/profile/"),
    "account-security": ("mira", "/settings/security/"),
    "account-email": ("mira", "/accounts/email/"),
    "account-sessions": ("mira", "/settings/sessions/"),
    "account-app": ("mira", "/accounts/2fa/totp/activate/"),
    "account-tokens": ("mira", "/settings/tokens/"),
    "account-token-new": ("mira", "/settings/tokens/new/"),
    "account-following": ("mira", "/settings/following/"),
    "account-data": ("mira", "/settings/data/"),
    "account-close": ("mira", "/settings/close/"),
    "anothers-profile": ("mira", "/u/tomas/"),
    "outbox": ("anonymous", "/dev/outbox/"),
    "admin": ("moderator", "/admin/"),
    "admin-projects": ("moderator", "/admin/projects/project/"),
    "admin-people": ("moderator", "/admin/accounts/user/"),
}
#: Answers that are what the page is about.
STATUSES = {"missing": {404}, "forms-address": {405}}
#: Django's own pages, restyled: their markup is not ours.
NOT_OURS = {"admin", "admin-projects", "admin-people"}
LOOKS = (("light", WIDE), ("dark", NARROW))
ALL_LOOKS = (("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW))


@pytest.fixture
def visitor(
    open_window: Callable[..., Window], request: pytest.FixtureRequest
) -> Callable[..., Window]:
    """Opens a window of one of the visitors."""

    def opened(who: str, **options: Any) -> Window:
        state = None if who == "anonymous" else request.getfixturevalue(who)
        return open_window(state, **options)

    return opened


@pytest.fixture(scope="session")
def shots(pytestconfig: pytest.Config) -> Path | None:
    """Where pictures go, or None."""
    folder = pytestconfig.getoption("--shots")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) if folder else None


@pytest.mark.parametrize("name", PAGES)
def test_page(name: str, visitor: Callable[..., Window], shots: Path | None) -> None:
    """Light and wide or dark and narrow in turn; with --shots in every look."""
    place = list(PAGES).index(name) % len(LOOKS)
    look_at(name, visitor, ALL_LOOKS if shots else LOOKS[place : place + 1], shots)


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_page_in_the_other_look(name: str, visitor: Callable[..., Window]) -> None:
    """What ``test_page`` leaves out, so that each page is seen in both themes and widths."""
    place = list(PAGES).index(name) % len(LOOKS)
    look_at(name, visitor, LOOKS[1 - place : 2 - place], None)


def look_at(
    name: str, visitor: Callable[..., Window], looks: Sequence[Any], shots: Path | None
) -> None:
    """Open a page in each look: no fault, no grave finding, nothing sideways."""
    who, path = PAGES[name]
    window = visitor(who)
    window.expected = STATUSES.get(name, set())
    for theme, size in looks:
        window.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        window.page.set_viewport_size(size)
        window.go(path)
        window.settle()
        if shots:
            width = "wide" if size is WIDE else "narrow"
            window.page.screenshot(path=shots / f"{name}-{width}-{theme}.png", full_page=True)
        if name not in NOT_OURS:
            assert window.grave_findings() == [], (theme, size)
            assert window.sideways() <= 0, size


@pytest.mark.long
def test_no_link_of_the_site_is_dead(site: Site, visitor: Callable[..., Window]) -> None:
    """Whatever the demo's pages link to answers; files and forms of sign-out left out."""
    window = visitor("mira")
    seen: set[str] = set()
    for name, (_who, path) in PAGES.items():
        if name in STATUSES or path.startswith("/admin/"):
            continue
        window.go(path)
        found = window.page.eval_on_selector_all(
            "a[href]", "all => all.map((a) => a.href.baseVal ?? a.href)"
        )
        # A link inside a drawing says its address as it is written.
        links = [urljoin(window.page.url, link) for link in found]
        seen |= {re.sub(r"#.*", "", link) for link in links if link.startswith(site.address)}
    dead = {}
    for link in sorted(seen):
        answer = window.page.request.get(link, max_redirects=3)
        if answer.status >= 400:
            dead[link] = answer.status
    assert dead == {}


def test_faults_would_be_seen(visitor: Callable[..., Window]) -> None:
    """The control: a fault of each kind on a real page is noted."""
    window = visitor("anonymous")
    window.go("/")
    window.page.evaluate("console.error('a fault')")
    window.page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    window.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"margin:0\">')")
    window.page.evaluate("fetch('/nowhere/')")
    window.page.evaluate("new Image().src = 'http://elsewhere.example/x.png'")
    window.page.evaluate("document.body.append(new Image(), document.createElement('button'))")
    window.page.wait_for_timeout(300)
    text = "\n".join(window.faults)
    for part in ("a fault", "thrown", "Content Security Policy", "404 from GET"):
        assert part in text
    assert {"image-alt", "button-name"} <= {one["id"] for one in window.grave_findings()}
    window.faults.clear()
