"""Every error is a problem document, whoever made it: a service, the framework, the server."""

import json
from typing import Any

import pytest
from django.test import Client, override_settings

from crowdcontrolled.pooled import _too_large
from projects.models import Project
from tests.api.asking import Program, token_for, told

ROWS = "/projects/penguins/rows"


def raw(program: Program, body: bytes, kind: str = "application/json") -> Any:
    return program.client.post(f"/api/v1{ROWS}", body, content_type=kind, headers=program.headers)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "bad-json"),
        (b"\xff", "bad-json"),
        (b'{"rows": [NaN]}', "bad-json"),
        (b'{"rows": [1e999]}', "invalid"),
        (b'{"rows": [], "rows": []}', "bad-json"),
        (b'{"rows": ["\\ud800"]}', "bad-json"),
        (b'{"rows": [{"sex\\u0000": 1}]}', "bad-json"),
        (b"[" * 100_000, "bad-json"),
        (b'{"rows": ' + b"[" * 20 + b"]" * 20 + b"}", "bad-json"),
        (b"1" * 5_000, "bad-json"),
        (b"null", "invalid"),
        (b"[]", "invalid"),
        (b'{"rows": [], "extra": 1}', "invalid"),
        (b'{"rows": [[]]}', "invalid"),
    ],
)
def test_a_body_that_cannot_be_read_says_why(
    penguins: Project, daves: Program, body: bytes, kind: str
) -> None:
    answer = raw(daves, body)
    assert told(answer)[1] == kind
    assert answer.json()["detail"]


def test_a_value_is_named_by_a_pointer(penguins: Project, daves: Program) -> None:
    row = {"species": "Dodo", "island": "Dream", "bill_length_mm": "long", "hat/size~": 3}
    answer = daves.post(ROWS, {"rows": [row, row], "agree": True})
    assert told(answer) == (422, "invalid")
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert pointers[:3] == ["/rows/0/hat~1size~0", "/rows/0/species", "/rows/0/bill_length_mm"]
    assert "/rows/1/species" in pointers
    assert daves.get("/projects/penguins").json()["rows"] == 60


def test_a_parameter_is_named(penguins: Project, nobody: Program) -> None:
    answer = nobody.get(ROWS, limit=0)
    assert told(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize(
    ("method", "path", "headers", "wanted"),
    [
        ("GET", "/nowhere", {}, (404, "not-found")),
        ("GET", "/projects/no-such", {}, (404, "not-found")),
        ("GET", f"/runs/{10**30}", {}, (404, "not-found")),
        ("PUT", ROWS, {}, (405, "method-not-allowed")),
        ("GET", ROWS, {"accept": "text/html"}, (406, "not-acceptable")),
        ("GET", ROWS, {"if_match": '"other"'}, (412, "changed-meanwhile")),
        ("GET", "/me", {}, (401, "token-missing")),
        ("GET", "/me", {"authorization": "Bearer cc_1_2"}, (401, "token-invalid")),
        ("GET", "/me", {"authorization": "Basic x"}, (401, "token-invalid")),
    ],
)
def test_what_the_framework_refuses_looks_the_same(
    penguins: Project, nobody: Program, method: str, path: str, headers: Any, wanted: Any
) -> None:
    answer = nobody.ask(method, path, **headers)
    assert told(answer) == wanted
    assert answer.json()["request_id"] == answer["X-Request-ID"]
    if wanted[0] == 405:
        assert set(answer["Allow"].split(", ")) == {"GET", "POST"}
    if wanted[0] == 401:
        assert answer["WWW-Authenticate"].startswith("Bearer ")


def test_other_formats_are_refused(penguins: Project, daves: Program) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert told(raw(daves, b"a=b", kind))[0] in (400, 415), kind
    assert told(raw(daves, b"{}", "text/csv")) == (415, "unsupported-media-type")


def test_too_much_json_is_refused(penguins: Project, daves: Program) -> None:
    answer = raw(daves, b'{"rows": ["' + b"x" * 5_000_000 + b'"]}')
    assert told(answer) == (413, "too-large")
    assert "4 MB" in answer.json()["detail"]


@override_settings(ALLOWED_HOSTS=["localhost"])
def test_a_wrong_host_gets_one_too(db: None) -> None:
    answer = Client().get("/api/v1/projects", headers={"host": "elsewhere.example"})
    assert told(answer)[0] == 400
    assert "elsewhere" not in answer.text


def test_our_own_mistake_tells_nothing_but_its_name(
    penguins: Project, nobody: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("api.routers.projects.shown_project", broken)
    answer = nobody.ask("GET", "/projects/penguins", X_Request_ID="mine-1")
    assert told(answer) == (500, "server-error")
    assert answer.json()["request_id"] == answer["X-Request-ID"] == "mine-1"
    assert "secret" not in answer.text


def test_a_strange_name_for_a_request_is_not_kept(db: None, nobody: Program) -> None:
    for name in ("a b", "x" * 65, "<script>"):
        assert nobody.ask("GET", "/projects", X_Request_ID=name)["X-Request-ID"] != name


def test_it_speaks_the_readers_language(penguins: Project, nobody: Program) -> None:
    answer = nobody.ask("GET", "/projects/no-such", accept_language="es")
    assert answer["Content-Language"] == "es"
    assert "Accept-Language" in answer["Vary"]
    assert not answer.cookies


def test_a_token_in_the_address_opens_nothing(alice: Any, nobody: Program) -> None:
    assert told(nobody.get("/me", token=token_for(alice)))[0] == 401
    assert json.loads(nobody.get("/projects", token="x").content)["items"] == []


def test_a_body_that_no_address_takes_gets_one_too() -> None:
    answer = _too_large("/api/v1/projects/x/rows")
    assert answer["Content-Type"] == "application/problem+json"
    said = json.loads(answer.content)
    assert said["type"].endswith("/developers/problems/#too-large")
    assert "64 MB" in said["detail"]
    assert _too_large("/p/x/")["Content-Type"].startswith("text/plain")
