"""Accounts in a real browser: a passkey made, used and refused, codes, tokens, and leaving."""

import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.acts import PASSWORD, sign_up
from tests.browser.conftest import NARROW, WIDE
from tests.browser.window import Window

Open = Callable[..., Window]
NOW = secrets.token_hex(3)
TOKEN = re.compile(r"cc_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")
#: A phone that asks for a fingerprint, and gets it.
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def looked_at(pytestconfig: pytest.Config) -> Callable[[Window, str], None]:
    """Checks the page of a window as it stands, in both themes and widths; with --shots, paints."""
    shots = pytestconfig.getoption("--shots")

    def look(window: Window, name: str) -> None:
        for theme, size in (("dark", NARROW), ("light", WIDE)):
            window.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            window.page.set_viewport_size(size)  # type: ignore[arg-type]
            window.settle()
            if shots:
                width = "wide" if size is WIDE else "narrow"
                path = Path(shots) / f"account-{name}-{width}-{theme}.png"
                window.page.screenshot(path=path, full_page=True)
            assert window.grave_findings() == [], name
            assert window.sideways() <= 0, name

    return look


def with_phone(window: Window) -> tuple[CDPSession, str]:
    """Put a virtual authenticator into the browser."""
    session = window.page.context.new_cdp_session(window.page)
    session.send("WebAuthn.enable")
    added: dict[str, Any] = session.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    return session, str(added["authenticatorId"])


def newcomer(window: Window, name: str) -> Page:
    """Somebody who has just signed up."""
    window.go("/accounts/signup/")
    sign_up(window, f"{name}-{NOW}")
    window.page.wait_for_url(re.compile(r"^[^?]*//[^/]+/$"))
    return window.page


def confirm(page: Page) -> None:
    """Give the password before a dangerous step."""
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def sign_out(page: Page) -> None:
    page.locator("details.menu:not(.show-xs) summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_passkey_opens_the_account(
    open_window: Open, looked_at: Callable[[Window, str], None]
) -> None:
    window = open_window()
    page = newcomer(window, "pia")
    phone, _number = with_phone(window)
    window.go("/settings/")
    page.get_by_role("navigation").get_by_role("link", name="Security").click()
    page.get_by_role("link", name="Add a passkey").click()
    looked_at(window, "confirm")
    confirm(page)
    looked_at(window, "passkey")
    expect(page.get_by_label("Name")).to_have_value("Chrome on Linux")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    looked_at(window, "recovery-codes")
    window.go("/accounts/2fa/webauthn/")
    expect(page.locator(".places b")).to_have_text("Chrome on Linux")
    looked_at(window, "keys")
    sign_out(page)
    window.go("/accounts/login/?next=/settings/security/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/settings/security/")
    expect(page.get_by_text("1 key opens your account.")).to_be_visible()
    the_same_phone_is_not_added_twice(window)
    the_password_alone_is_not_enough(window)
    a_phone_that_forgot_opens_nothing(window, phone)


def the_same_phone_is_not_added_twice(window: Window) -> None:
    window.go("/accounts/2fa/webauthn/add/")
    window.page.get_by_role("button", name="Add it").click()
    expect(window.page.get_by_role("alert")).to_contain_text("has a key for your account already")


def the_password_alone_is_not_enough(window: Window) -> None:
    page = window.page
    sign_out(page)
    window.go("/accounts/login/")
    page.get_by_label("Login").fill(f"pia-{NOW}")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("details.menu:not(.show-xs)")).to_be_visible()


def a_phone_that_forgot_opens_nothing(window: Window, phone: CDPSession) -> None:
    """The control: without its key the same browser stays outside, and says so."""
    page = window.page
    sign_out(page)
    phone.send("WebAuthn.disable")
    phone.send("WebAuthn.enable")
    phone.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    window.go("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing happened")
    window.go("/settings/")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_a_token_is_shown_once(open_window: Open, looked_at: Callable[[Window, str], None]) -> None:
    window = open_window()
    page = newcomer(window, "tom")
    window.go("/settings/tokens/")
    page.get_by_role("link", name="Make a token").click()
    confirm(page)
    page.get_by_label("Name").fill("field laptop")
    page.get_by_label("read what you may see").check()
    page.get_by_role("button", name="Make the token").click()
    secret = page.get_by_label("Your new token").input_value()
    assert TOKEN.fullmatch(secret)
    looked_at(window, "token-made")
    page.get_by_role("link", name="All your tokens").click()
    assert secret not in page.content()
    looked_at(window, "tokens")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Take back field laptop").click()
    expect(page.locator("#toasts")).to_contain_text("works no more")
    expect(page.get_by_text("No token yet.")).to_be_visible()


def test_ending_a_session_ends_it_in_the_other_window(open_window: Open) -> None:
    here, there = open_window(), open_window()
    page = newcomer(here, "sam")
    there.go("/accounts/login/")
    there.page.get_by_label("Login").fill(f"sam-{NOW}")
    there.page.get_by_label("Password").fill(PASSWORD)
    there.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(there.page.locator("details.menu:not(.show-xs)")).to_be_visible()
    here.go("/settings/sessions/")
    page.get_by_role("button", name=re.compile("Sign out there")).click()
    confirm(page)
    expect(page.locator("#toasts")).to_contain_text("You were signed out there")
    there.go("/settings/")
    expect(there.page).to_have_url(re.compile("/accounts/login/"))


def test_leaving(open_window: Open, looked_at: Callable[[Window, str], None]) -> None:
    window = open_window()
    page = newcomer(window, "lea")
    window.go("/settings/")
    page.get_by_role("navigation").get_by_role("link", name="Close account").click()
    confirm(page)
    page.get_by_label("stay, credited").check()
    page.get_by_label("Your username").fill(f"lea-{NOW}")
    page.get_by_role("button", name="Close my account for good").click()
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("Your account is closed")
    name = re.search(r"former-contributor-\d+", toast.inner_text())
    assert name
    window.go(f"/u/{name[0]}/")
    expect(page.get_by_text("This account is closed.")).to_be_visible()
    looked_at(window, "former")
