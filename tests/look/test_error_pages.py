"""Every error page has a way out, also when name, form, method or database are what is wrong."""

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import User

WAYS_OUT = ("data-back", 'href="/projects/"', 'href="/search/"', 'href="/"')


def has_ways_out(page: str) -> bool:
    return all(way in page for way in WAYS_OUT)


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("host", ["elsewhere.example", "a b", "<script>"])
def test_a_wrong_host_gets_our_page(settings, debug: bool, host: str):
    settings.DEBUG = debug
    settings.ALLOWED_HOSTS = ["localhost"]
    answer = Client().get("/projects/", headers={"host": host})
    assert answer.status_code == 400
    assert "by a name that it does not have" in answer.text
    assert has_ways_out(answer.text)
    assert "Traceback" not in answer.text
    assert "elsewhere" not in answer.text
    assert "Content-Security-Policy" in answer


def test_the_right_host_goes_on(settings, db: None):
    settings.ALLOWED_HOSTS = ["localhost"]
    assert Client().get("/projects/", headers={"host": "localhost:8000"}).status_code == 200


def test_a_forms_address_says_so(db: None):
    answer = Client().get("/p/x/publish/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "This address only takes what a form sends" in answer.text
    assert has_ways_out(answer.text)
    problem = Client().get("/p/x/publish/", headers={"accept": "application/json"})
    assert (problem.status_code, problem.json()["status"]) == (405, 405)


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "429.html", "500.html"])
def test_each_page_has_a_way_out(name: str):
    from django.template.loader import render_to_string

    assert has_ways_out(render_to_string(name))


def test_without_a_database_our_mistake_is_still_said(monkeypatch, alice: User, settings):
    settings.DEBUG = False
    client = Client(raise_request_exception=False)
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")

    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError("the disk is gone")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", gone)
    answer = client.get("/projects/")
    monkeypatch.undo()
    assert answer.status_code == 500
    assert "Something broke on our side." in answer.text
    assert has_ways_out(answer.text)
    assert "disk" not in answer.text
