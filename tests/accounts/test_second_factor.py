"""A code after the password, recovery codes, and moderators who must have one."""

import re
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from accounts.models import User
from accounts.second_factor import codes_left, has_second_factor
from tests.cast import PASSWORD, client_of

pytestmark = pytest.mark.django_db

ACTIVATE, DEACTIVATE = "/accounts/2fa/totp/activate/", "/accounts/2fa/totp/deactivate/"


def code_for(secret: str) -> str:
    code: str = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    return code


def turn_on(client: Client) -> str:
    """Set up the app as a person does; return its secret."""
    page = client.get(ACTIVATE).text
    secret = re.search(r'id="authenticator_secret"[^>]*value="(\w+)"', page)
    assert secret
    response = client.post(ACTIVATE, {"code": code_for(secret[1])})
    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    return secret[1]


def sign_in(client: Client) -> str:
    response = client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    return str(response["Location"])


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_after_it_the_password_is_not_enough(alice: User):
    secret = turn_on(client_of(alice))
    assert has_second_factor(alice)
    client = Client()
    assert sign_in(client) == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    page = client.get("/accounts/2fa/authenticate/")
    assert "One more step" in page.text
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_signed_in(client)
    # A code opens once: the one that turned the app on is used up.
    with time_machine.travel(time.time() + 60):
        client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert is_signed_in(client)


def test_a_wrong_code_turns_nothing_on(alice: User):
    client = client_of(alice)
    client.get(ACTIVATE)
    response = client.post(ACTIVATE, {"code": "000000"})
    assert "Incorrect code" in response.text
    assert not Authenticator.objects.exists()


def test_a_recovery_code_opens_once(alice: User):
    client = client_of(alice)
    turn_on(client)
    page = client.get("/accounts/2fa/recovery-codes/").text
    listed = re.search(r'<pre class="codes"[^>]*>([^<]*)</pre>', page)
    assert listed
    codes = listed[1].split()
    assert codes_left(alice) == len(codes) == 10
    for opens in (True, False):
        other = Client()
        sign_in(other)
        other.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert is_signed_in(other) is opens
    assert codes_left(alice) == 9
    assert "9 unused codes" in client.get("/settings/security/").text
    text = client.get("/accounts/2fa/recovery-codes/download/").text
    assert codes[0] not in text
    assert codes[1] in text


def test_new_codes_end_the_old_ones(alice: User):
    client = client_of(alice)
    turn_on(client)
    before = client.get("/accounts/2fa/recovery-codes/download/").text
    client.post("/accounts/2fa/recovery-codes/generate/")
    after = client.get("/accounts/2fa/recovery-codes/download/").text
    assert set(before.split()) & set(after.split()) <= {"Recovery", "Codes", "-"}


def test_turning_it_off_needs_somebody_who_is_there(alice: User):
    turn_on(client_of(alice))
    stale = client_of(alice, confirmed=False)
    assert stale.post(DEACTIVATE)["Location"].startswith("/accounts/reauthenticate/")
    assert has_second_factor(alice)
    client = client_of(alice)
    assert client.post(DEACTIVATE)["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/")["Location"] == "/settings/security/"
    assert not has_second_factor(alice)


def test_guessing_codes_is_limited(alice: User):
    turn_on(client_of(alice))
    client = Client()
    sign_in(client)
    pages = [
        client.post("/accounts/2fa/authenticate/", {"code": f"{n:06}"}).text for n in range(12)
    ]
    assert "Too many failed" in pages[-1]
    assert not is_signed_in(client)


FORGED = (
    "",
    "{}",
    "[]",
    "x",
    '{"id": 1}',
    '{"response": null}',
    '{"id": "AA", "rawId": "AA", "response": {}}',
    '{"id": "AA", "rawId": "AA", "response": "x", "type": "public-key"}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "!!",'
    ' "clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30",'
    ' "attestationObject": "oA"}}',
)


@pytest.mark.parametrize("credential", FORGED)
def test_what_is_no_passkey_opens_nothing(alice: User, credential: str):
    client = Client()
    client.get("/accounts/2fa/webauthn/login/", HTTP_ACCEPT="application/json")
    response = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})
    assert response["Location"] == "/accounts/login/"
    assert not is_signed_in(client)


@pytest.mark.parametrize("credential", FORGED)
def test_what_is_no_passkey_is_not_kept(alice: User, credential: str):
    client = client_of(alice)
    client.get("/accounts/2fa/webauthn/add/")
    response = client.post("/accounts/2fa/webauthn/add/", {"credential": credential})
    assert response.status_code == 200
    assert "errorlist" in response.text
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", FORGED)
def test_what_is_no_passkey_is_no_second_factor_either(alice: User, credential: str):
    turn_on(client_of(alice))
    client = Client()
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"credential": credential})
    assert not is_signed_in(client)


def test_a_key_belongs_to_one_person(alice: User, dave: User):
    key = Authenticator.objects.create(
        user=alice, type="webauthn", data={"name": "Alices key", "credential": {}}
    )
    client = client_of(dave)
    for act in ("edit", "remove"):
        for ask in (client.get, client.post):
            assert ask(f"/accounts/2fa/webauthn/keys/{key.pk}/{act}/").status_code == 404
    assert "Alices key" not in client.get("/accounts/2fa/webauthn/").text
    alices = client_of(alice)
    path = f"/accounts/2fa/webauthn/keys/{key.pk}/edit/"
    assert "at most 60" in alices.post(path, {"name": "x" * 61}).text
    alices.post(path, {"name": "Work"})
    assert "Work" in alices.get("/accounts/2fa/webauthn/").text
    alices.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")
    assert not Authenticator.objects.exists()


def test_a_moderator_without_one_is_sent_to_set_one_up(settings, mona: User):
    settings.MODERATORS_NEED_SECOND_FACTOR = True
    client = client_of(mona)
    for path in ("/admin/", "/admin/accounts/user/"):
        response = client.get(path, follow=True)
        assert response.redirect_chain[-1][0] == "/settings/security/"
    assert "second factor" in response.text
    assert client.post("/admin/accounts/user/").status_code == 302
    turn_on(client)
    assert client.get("/admin/").status_code == 200


def test_in_the_demo_moderators_need_none(settings, mona: User):
    settings.MODERATORS_NEED_SECOND_FACTOR = False
    assert client_of(mona).get("/admin/").status_code == 200


def test_others_are_not_asked_for_one(settings, alice: User):
    settings.MODERATORS_NEED_SECOND_FACTOR = True
    client = client_of(alice)
    assert client.get("/settings/security/").status_code == 200
    assert "As a moderator" not in client.get("/settings/").text
    assert client.get("/admin/login/").status_code == 403
