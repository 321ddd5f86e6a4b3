"""The base layout: toasts with undo, the account menu, the token for htmx."""

import re

import pytest
from django.test import Client

pytestmark = [pytest.mark.urls("tests.look.urls"), pytest.mark.django_db]


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_success_shows_undo_and_names_its_draft(client):
    page = client.get("/add/").text
    assert "Datapoint &lt;1&gt; added" in page
    assert 'action="/undo/1/"' in page
    assert 'data-undo="10"' in page
    assert 'data-draft-sent="contribute:1"' in page
    assert 'class="toast success"' in page


def test_about_names_every_vendored_work(client):
    page = client.get("/about/").text
    for name in ("htmx.org", "uplot", "@fontsource/handjet", "pixelarticons", "OFL-1.1"):
        assert f"<td>{name}</td>" in page
    assert "axe-core" not in page
    assert client.post("/about/").status_code == 405


def test_anonymous_people_come_back_after_signing_in(client):
    page = client.get("/add/?a=1&b=<x>").text
    assert "/accounts/login/?next=/add/%3Fa%3D1%26b%3D" in page
    assert "<x>" not in page


def test_signed_in_people_sign_out_by_post(alice):
    page = signed_in(alice).get("/add/").text
    assert '<form method="post" action="/accounts/logout/">' in page
    assert f"/u/{alice.username}/" in page
    assert "/admin/" not in page


def test_moderators_find_their_desk(mona):
    assert 'href="/admin/"' in signed_in(mona).get("/add/").text


def test_htmx_inherits_the_token(client):
    page = client.get("/add/").text
    assert 'hx-headers:inherited=\'{"X-CSRFToken": "' in page


def test_the_bar_for_a_cut_connection_waits_hidden(client):
    assert 'data-live-status role="status" hidden' in client.get("/add/").text


@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "signup/",
        "logout/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/1-bad/",
        "confirm-email/",
        "confirm-email/bad/",
        "inactive/",
        "email/",
        "password/change/",
    ],
)
@pytest.mark.parametrize("who", ["erin", "alice"])
def test_account_pages_wear_our_clothes(client, alice, path, who):
    each = client if who == "erin" else signed_in(alice)
    answer = each.get(f"/accounts/{path}", follow=True)
    assert answer.status_code == 200
    if answer.redirect_chain and not answer.redirect_chain[-1][0].startswith("/accounts/"):
        return
    # Pages before the door, and pages of the settings.
    assert 'class="entrance"' in answer.text or 'class="setting ' in answer.text
    assert "<title>" in answer.text
    assert 'style="' not in answer.text


def test_signing_up_returns_to_where_somebody_was(client):
    page = client.get("/accounts/signup/?next=/add/").text
    assert '<input type="hidden" name="next" value="/add/"' in page
    assert "/accounts/login/?next=%2Fadd%2F" in page


def test_reset_by_mail_works_to_the_end(client, alice, mailoutbox):
    answer = client.post("/accounts/password/reset/", {"email": alice.email}, follow=True)
    assert 'class="entrance"' in answer.text
    link = re.search(r"/accounts/password/reset/key/\S+", mailoutbox[-1].body)
    assert link
    form = client.get(link[0], follow=True)
    assert 'type="password"' in form.text
    target = form.redirect_chain[-1][0]
    words = {"password1": "a-new-long-phrase", "password2": "a-new-long-phrase"}
    assert client.post(target, words, follow=True).status_code == 200
    assert client.login(username=alice.username, password="a-new-long-phrase")
