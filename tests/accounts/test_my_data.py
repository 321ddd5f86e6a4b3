"""What a person takes along, and that nothing in it opens a door."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts import following, tokens
from accounts.models import User
from projects.models import Project
from tests.cast import client_of

pytestmark = pytest.mark.django_db


def test_it_holds_what_is_kept(alice: User, dave: User, digits: Project):
    following.follow(alice, dave)
    client = client_of(alice)
    client.get("/settings/")
    response = client.get("/settings/data/account.json")
    assert response["Content-Disposition"].startswith('attachment; filename="alice-')
    said = json.loads(response.content)
    assert said["account"]["email"] == "alice@example.org"
    assert said["follows"] == ["dave"]
    assert said["projects"][0]["project"] == digits.slug
    assert said["sessions"][0]["ip"] == "127.0.0.1"


def test_no_secret_is_in_it(alice: User):
    secret = tokens.issue(alice, name="x", scopes=["read"], days=None).secret
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "JBSWY3DP"})
    client = client_of(alice)
    said = client.get("/settings/data/account.json").text
    token = alice.api_tokens.get()
    doors = (secret, token.token_hash, alice.password, "JBSWY3DP", str(client.session.session_key))
    for door in doors:
        assert door not in said
    assert token.prefix in said


def test_nobody_gets_another_s(dave_client: Client, erin_client: Client, alice: User):
    assert "alice" not in dave_client.get("/settings/data/account.json").text
    assert erin_client.get("/settings/data/account.json").status_code == 302
