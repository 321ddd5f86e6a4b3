"""Dangerous steps ask once more who is there."""

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client

from accounts import tokens
from accounts.models import ApiToken, User
from projects.models import Membership, Project
from tests.cast import PASSWORD, client_of

pytestmark = pytest.mark.django_db

ASK = "/accounts/reauthenticate/"


@pytest.fixture
def stale(alice: User) -> Client:
    """A browser that alice left open."""
    return client_of(alice, confirmed=False)


def confirm(client: Client, answer, password: str = PASSWORD):
    """Follow the answer to the question and give the password."""
    address = answer["Location"]
    assert address.startswith(ASK), address
    back = address.partition("next=")[2].replace("%2F", "/")
    return client.post(ASK, {"password": password, "next": back})


@pytest.mark.parametrize(
    "path",
    [
        "/settings/tokens/new/",
        "/settings/close/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/recovery-codes/generate/",
    ],
)
def test_the_page_is_shown_only_after_the_password(stale: Client, path: str):
    answer = stale.get(path)
    assert answer["Location"].startswith(ASK)
    wrong = confirm(stale, answer, password="wrong")
    assert wrong.status_code == 200
    assert stale.get(path).status_code == 302
    right = confirm(stale, answer)
    assert right["Location"] == path
    assert stale.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/settings/sessions/", "/settings/sessions/1/end/"])
def test_ending_sessions_asks(stale: Client, path: str):
    assert stale.post(path)["Location"].startswith(ASK)


def test_a_post_waits_and_is_done_then(stale: Client):
    sent = {"name": "laptop", "scopes": ["read"], "days": "30", "idempotency_key": "k"}
    answer = stale.post("/settings/tokens/new/", sent)
    assert not ApiToken.objects.exists()
    done = confirm(stale, answer)
    assert "cc_" in done.text
    assert ApiToken.objects.get().name == "laptop"


def test_taking_back_a_token_asks_for_nothing(stale: Client, alice: User):
    token = tokens.issue(alice, name="x", scopes=["read"], days=None).token
    assert stale.post(f"/settings/tokens/{token.pk}/revoke/")["Location"] == "/settings/tokens/"


def test_handing_a_project_on_asks(stale: Client, digits: Project, bob: User):
    path = f"/p/{digits.slug}/members/bob/role/"
    answer = stale.post(path, {"role": Membership.Role.OWNER})
    bobs = Membership.objects.get(project=digits, user=bob)
    assert bobs.role == Membership.Role.MAINTAINER
    confirm(stale, answer)
    bobs.refresh_from_db()
    assert bobs.role == Membership.Role.OWNER


def test_changing_who_sees_a_project_asks_and_other_changes_do_not(stale: Client, digits: Project):
    path = f"/p/{digits.slug}/settings/"
    form = stale.get(path).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert stale.post(path, {**sent, "pitch": "Other words"})["Location"] == path
    answer = stale.post(path, {**sent, "visibility": "private"})
    digits.refresh_from_db()
    assert (digits.pitch, digits.visibility) == ("Other words", "public")
    confirm(stale, answer)
    digits.refresh_from_db()
    assert digits.visibility == "private"


def test_an_address_is_added_only_after_the_password(stale: Client, alice: User):
    answer = stale.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    assert answer["Location"].startswith(ASK)
    assert not EmailAddress.objects.filter(user=alice, email="new@example.org").exists()


def test_a_sign_in_counts_for_five_minutes(alice: User):
    client = Client()
    with time_machine.travel("2026-11-23 12:00Z", tick=False):
        client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
        assert client.get("/settings/close/").status_code == 200
    with time_machine.travel("2026-11-23 12:05:01Z", tick=False):
        assert client.get("/settings/close/").status_code == 302


def test_nobody_is_led_to_another_host(stale: Client):
    for evil in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        answer = stale.post(ASK, {"password": PASSWORD, "next": evil})
        assert answer["Location"] == "/"


def test_guessing_is_limited(stale: Client):
    answers = {stale.post(ASK, {"password": "wrong"}).status_code for _ in range(12)}
    assert 429 in answers
