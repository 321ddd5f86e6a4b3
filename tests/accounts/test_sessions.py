"""Where somebody is signed in, and ending it: the sockets there close too."""

import json

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import sessions
from accounts.models import User
from accounts.services import end_sessions
from live.models import Event
from live.session_mark import session_mark
from live.topics import RIGHTS_TOPIC
from tests.cast import PASSWORD, client_of

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"


def key_of(client: Client) -> str:
    key = client.session.session_key
    assert key
    return key


def signed_in(agent: str = FIREFOX) -> Client:
    client = Client(HTTP_USER_AGENT=agent)
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert "_auth_user_id" in client.session
    return client


def is_signed_in(client: Client) -> bool:
    response = client.get("/settings/")
    return bool(response.status_code == 200)


def marks() -> set[str]:
    payloads = Event.objects.filter(topic=RIGHTS_TOPIC).values_list("payload", flat=True)
    read = [one if isinstance(one, dict) else json.loads(one) for one in payloads]
    return {one["session"] for one in read if "session" in one}


def test_each_browser_stands_in_the_list(alice: User):
    here, _there = signed_in(), signed_in(CHROME)
    page = here.get("/settings/sessions/").text
    assert "Firefox on Linux" in page
    assert "Chrome on Windows" in page
    assert page.count("this one") == 1


def test_ending_one_signs_out_there_and_closes_its_sockets(
    alice: User, django_capture_on_commit_callbacks
):
    here, there = signed_in(), signed_in(CHROME)
    key = key_of(there)
    number = UserSession.objects.get(session_key=key).pk
    with django_capture_on_commit_callbacks(execute=True):
        assert here.post(f"/settings/sessions/{number}/end/").status_code == 302
    assert not is_signed_in(there)
    assert is_signed_in(here)
    assert not Session.objects.filter(session_key=key).exists()
    assert marks() == {session_mark(key)}
    assert here.post(f"/settings/sessions/{number}/end/").status_code == 404


def test_ending_all_others_keeps_this_one(alice: User, django_capture_on_commit_callbacks):
    here, others = signed_in(), [signed_in(), signed_in(CHROME)]
    keys = {key_of(client) for client in others}
    with django_capture_on_commit_callbacks(execute=True):
        page = here.post("/settings/sessions/", follow=True).text
    assert "You were signed out in 2 places." in page
    assert [is_signed_in(client) for client in (here, *others)] == [True, False, False]
    assert marks() == {session_mark(key) for key in keys}


def test_ending_the_one_in_use_is_signing_out(alice: User):
    here = signed_in()
    number = UserSession.objects.get().pk
    response = here.post(f"/settings/sessions/{number}/end/")
    assert response["Location"] == "/"
    assert not is_signed_in(here)


def test_nobody_ends_another_s(alice: User, dave_client: Client):
    here = signed_in()
    number = UserSession.objects.get(user=alice).pk
    assert dave_client.post(f"/settings/sessions/{number}/end/").status_code == 404
    assert is_signed_in(here)
    assert "Firefox" not in dave_client.get("/settings/sessions/").text


def test_signing_out_everywhere_leaves_no_session_behind(alice: User):
    clients = [signed_in(), signed_in(CHROME)]
    keys = [key_of(client) for client in clients]
    end_sessions(alice)
    assert not Session.objects.filter(session_key__in=keys).exists()
    assert [is_signed_in(client) for client in clients] == [False, False]
    assert not UserSession.objects.exists()


def test_a_new_password_ends_the_other_sessions(alice: User):
    here, there = signed_in(), signed_in(CHROME)
    new = "a-new-and-longer-one"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", sent).status_code == 302
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_a_visit_is_written_down_once_in_a_while(alice: User):
    client = client_of(alice)
    client.get("/settings/")
    seen = UserSession.objects.get().last_seen_at
    for _ in range(3):
        client.get("/settings/")
    assert UserSession.objects.get().last_seen_at == seen


def test_a_broken_table_takes_no_page_away(alice: User, monkeypatch: pytest.MonkeyPatch):
    from django.db import OperationalError

    def locked(request: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(UserSession.objects, "create_from_request", locked)
    assert client_of(alice).get("/settings/").status_code == 200


def test_notes_about_gone_sessions_are_forgotten(alice: User):
    here = signed_in()
    UserSession.objects.create(user=alice, ip="192.0.2.1", user_agent="x", session_key="gone")
    assert sessions.forget_ended() == 1
    assert UserSession.objects.get().session_key == here.session.session_key


def test_what_was_noted_is_bounded():
    recent = sessions.Recent(seconds=60, most=2)
    assert [recent.is_due(key) for key in "aabc"] == [True, False, True, True]
    assert recent.is_due("a")
    assert not recent.is_due("c")


@pytest.mark.parametrize(
    ("agent", "name"),
    [(FIREFOX, "Firefox on Linux"), ("curl/8.0", "curl"), ("", "an unknown program")],
)
def test_browsers_have_names(agent: str, name: str):
    assert sessions.browser_name(agent) == name


def test_ending_takes_a_post(alice_client: Client):
    assert alice_client.get("/settings/sessions/1/end/").status_code == 405
