"""Tokens: shown once, kept as a hash, good for what was ticked and as long as was said."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken, User
from accounts.services import suspend
from common.errors import Missing, Refused
from common.limits import TOKENS_PER_PERSON
from tests.cast import client_of

pytestmark = pytest.mark.django_db

NEW = "/settings/tokens/new/"
SECRET = re.compile(r"cc_[0-9a-f]{8}_[A-Za-z0-9_-]{43}\b")


def secret_of(user: User, *scopes: str, days: int | None = None) -> str:
    return tokens.issue(user, name="laptop", scopes=list(scopes) or ["read"], days=days).secret


def test_a_token_opens_what_was_ticked_and_nothing_else(alice: User):
    secret = secret_of(alice, "read", "train")
    assert SECRET.fullmatch(secret)
    assert tokens.user_of(secret, "read") == alice
    assert tokens.user_of(secret, "train") == alice
    for scope in ("contribute", "admin", "", "nonsense"):
        assert tokens.user_of(secret, scope) is None


def test_only_the_hash_is_kept(alice: User):
    secret = secret_of(alice)
    token = ApiToken.objects.get()
    kept = repr(ApiToken.objects.values().get())
    assert secret not in kept
    assert secret.split("_", 2)[2] not in kept
    assert str(token) == secret[:11]


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "cc",
        "cc__",
        "cc_00000000_" + "x" * 43,
        "\0",
        "cc_\0\0\0\0\0\0\0\0_x",
        "x" * 100_000,
        "名前",
        "\ud800",
    ],
)
def test_what_is_no_token_opens_nothing(alice: User, wrong: str):
    secret_of(alice)
    assert tokens.user_of(wrong, "read") is None


def test_a_token_with_one_wrong_letter_opens_nothing(alice: User):
    secret = secret_of(alice)
    other = secret[:-1] + ("a" if secret[-1] != "a" else "b")
    assert tokens.user_of(other, "read") is None
    assert tokens.user_of(secret, "read") == alice


def test_it_ends_on_its_day(alice: User):
    with time_machine.travel("2026-11-23 12:00Z", tick=False):
        secret = secret_of(alice, days=30)
        assert tokens.user_of(secret, "read") == alice
    with time_machine.travel("2026-12-23 12:00Z", tick=False):
        assert tokens.user_of(secret, "read") is None


def test_taking_it_back_ends_it_at_once(alice: User, dave: User):
    secret = secret_of(alice)
    number = ApiToken.objects.get().pk
    with pytest.raises(Missing):
        tokens.revoke(dave, number)
    assert tokens.user_of(secret, "read") == alice
    tokens.revoke(alice, number)
    tokens.revoke(alice, number)
    assert tokens.user_of(secret, "read") is None


def test_a_suspended_person_s_tokens_open_nothing(alice: User, mona: User):
    secret = secret_of(alice)
    suspend(alice, mona)
    assert tokens.user_of(secret, "read") is None


def test_the_last_use_is_written_at_most_once_a_minute(alice: User, django_assert_num_queries):
    with time_machine.travel("2026-11-23 12:00:00Z", tick=False):
        secret = secret_of(alice)
        tokens.user_of(secret, "read")
        first = ApiToken.objects.get().last_used
        assert first == timezone.now()
    with (
        time_machine.travel("2026-11-23 12:00:59Z", tick=False),
        django_assert_num_queries(1),
    ):
        tokens.user_of(secret, "read")
    with time_machine.travel("2026-11-23 12:01:00Z", tick=False):
        tokens.user_of(secret, "read")
        assert ApiToken.objects.get().last_used == first + timedelta(minutes=1)


def test_there_are_so_many_and_no_more(alice: User):
    for _ in range(TOKENS_PER_PERSON):
        tokens.issue(alice, name="x", scopes=["read"], days=None)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        with pytest.raises(Refused, match="the most there may be"):
            secret_of(alice)
        tokens.revoke(alice, ApiToken.objects.latest("pk").pk)
        secret_of(alice)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "\u202e "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["read", "everything"]}, "scopes"),
        ({"days": 31}, "days"),
    ],
)
def test_what_makes_no_sense_is_refused(alice: User, changes: dict[str, Any], field: str):
    with pytest.raises(Refused) as refused:
        tokens.issue(alice, **{"name": "x", "scopes": ["read"], "days": 30, **changes})
    assert refused.value.field == field
    assert not ApiToken.objects.exists()


def test_the_page_shows_the_secret_once(alice_client: Client, alice: User):
    sent = {"name": "field laptop", "scopes": ["read"], "days": "90", "idempotency_key": "k1"}
    first = alice_client.post(NEW, sent)
    found = SECRET.findall(first.text)
    assert tokens.user_of(found[0], "read") == alice
    assert "no-store" in first["Cache-Control"]
    # Sent twice, by a double click or a reload: one token, and no secret again.
    again = alice_client.post(NEW, sent)
    assert SECRET.findall(again.text) == []
    assert "was made already" in again.text
    listed = alice_client.get("/settings/tokens/").text
    assert "field laptop" in listed
    assert SECRET.findall(listed) == []
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"scopes": []}, {"scopes": ["all"]}, {"days": "31"}, {"days": "x"}]
)
def test_the_form_says_what_is_wrong(alice_client: Client, changes: dict[str, Any]):
    response = alice_client.post(NEW, {"name": "x", "scopes": ["read"], "days": "30", **changes})
    assert response.status_code == 422
    assert "errorlist" in response.text
    assert not ApiToken.objects.exists()


def test_others_neither_see_nor_take_it_back(alice: User, dave_client: Client):
    token = tokens.issue(alice, name="secret plan", scopes=["read"], days=None).token
    assert "secret plan" not in dave_client.get("/settings/tokens/").text
    assert dave_client.post(f"/settings/tokens/{token.pk}/revoke/").status_code == 404
    assert alice.api_tokens.get().revoked is None
    assert client_of(alice).get(f"/settings/tokens/{token.pk}/revoke/").status_code == 405
