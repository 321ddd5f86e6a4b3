"""Signing up, in and out, and the names that nobody gets."""

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD, client_of, person

pytestmark = pytest.mark.django_db


def sign_up(name: str, *, client: Client | None = None, **extra: str):
    form = {"username": name, "email": f"{name.lower()}@example.org", "password1": PASSWORD}
    return (client or Client()).post("/accounts/signup/", {**form, **extra})


def test_a_stranger_signs_up_and_is_signed_in():
    client = Client()
    assert sign_up("mira", client=client).status_code == 302
    mira = User.objects.get()
    assert (mira.username, mira.trust_level) == ("mira", User.Trust.NEW)
    assert client.session["_auth_user_id"] == str(mira.pk)


@pytest.mark.parametrize(
    "name",
    [
        "ALICE",
        "a1ice",
        "Alice",
        "al1ce",
        "aIice",
        "Admin",
        "former-12",
        "x",
        "a b",
        "名前",
        "-x",
        "a\n",
    ],
)
def test_names_that_are_taken_reserved_or_no_names(alice: User, name: str):
    assert sign_up(name, email="other@example.org").status_code == 200
    assert User.objects.count() == 1


def test_underscores_and_dashes_look_alike():
    person("ana_0")
    response = sign_up("Ana-O")
    assert "looks like a name that is taken" in response.content.decode()


def test_the_database_refuses_a_look_alike_too():
    from django.db import IntegrityError, transaction

    person("bill")
    with pytest.raises(IntegrityError), transaction.atomic():
        person("bi11")


def test_a_name_taken_between_check_and_insert_is_refused_kindly(monkeypatch: pytest.MonkeyPatch):
    # The other one commits after the form was checked: the unique index has the last word.
    monkeypatch.setattr("accounts.adapter.is_confusable", lambda name: False)
    person("bill")
    response = sign_up("bi11")
    assert response.status_code == 409
    assert "taken a moment ago" in response.content.decode()


def test_a_known_address_is_not_told(alice: User):
    known = sign_up("mira", email="ALICE@example.org")
    unknown = sign_up("tomas")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    # Nothing of alice's became mira's: her password still leads to her own account.
    client = Client()
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_people_come_back_to_where_they_were():
    response = sign_up("mira", next="/projects/?q=x")
    assert response["Location"] == "/projects/?q=x"


@pytest.mark.parametrize(
    "next_url",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"],
)
def test_nobody_is_sent_to_another_host(alice: User, next_url: str):
    form = {"login": "alice", "password": PASSWORD, "next": next_url}
    response = Client().post("/accounts/login/", form)
    assert response.status_code == 302
    assert response["Location"] == "/"


def test_signing_in_works_by_name_and_by_address(alice: User):
    for login in ("alice", "ALICE@example.org"):
        response = Client().post("/accounts/login/", {"login": login, "password": PASSWORD})
        assert response.status_code == 302


def test_a_suspended_person_cannot_sign_in(alice: User):
    User.objects.update(is_active=False)
    client = Client()
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_wrong_passwords_are_limited(alice: User):
    client = Client()
    for _ in range(12):
        response = client.post("/accounts/login/", {"login": "alice", "password": "wrong"})
    assert "_auth_user_id" not in client.session
    response = client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert response.status_code in {200, 429}


def test_signing_out_takes_a_post(alice: User):
    client = client_of(alice)
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_reset_by_mail(alice: User):
    client, other = Client(), client_of(alice)
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    page = client.get(link, follow=True)
    new = "a-new-and-longer-one"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    alice.refresh_from_db()
    assert alice.check_password(new)
    other.get("/moderation-log/")
    assert "_auth_user_id" not in other.session


def test_asking_for_an_unknown_address_looks_the_same(alice: User):
    answers = [
        Client().post("/accounts/password/reset/", {"email": email})
        for email in ("alice@example.org", "nobody@example.org")
    ]
    first, second = [(answer.status_code, answer["Location"]) for answer in answers]
    assert first == second
