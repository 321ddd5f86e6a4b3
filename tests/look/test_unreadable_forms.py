"""A form that cannot be read is refused in words before anything else looks at it."""

import pytest
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
PART = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhi\r\n--x--\r\n'


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(
    ("kind", "body", "status", "words"),
    [
        (FORM, b"a=" + b"x" * (5 * 2**20), 413, "more than 4 MB"),
        ("application/json; charset=base64", b"{}", 415, "UTF-8 only"),
        (FORM, b"&".join(b"f%d=1" % n for n in range(8001)), 413, "more than 8000 fields"),
        (f"{FORM}; charset=latin-1", b"a=%ff", 415, "UTF-8 only"),
        ("multipart/form-data; boundary=x; charset=hex", PART, 415, "UTF-8 only"),
        ("multipart/form-data; boundary=x; charset=idna", PART, 415, "UTF-8 only"),
        ("multipart/form-data", PART, 400, "arrived broken"),
    ],
)
def test_refusal_says_why(client, caplog, debug, kind, body, status, words):
    with override_settings(DEBUG=debug):
        answer = client.generic("POST", "/accounts/login/", body, content_type=kind)
    assert answer.status_code == status
    assert words in answer.text
    assert not [record for record in caplog.records if record.exc_info]


def test_utf8_in_any_spelling_is_read(client):
    for kind, body in (("multipart/form-data; boundary=x", PART), (FORM, b"text=hi")):
        for name in ("UTF8", "utf-8"):
            kind = f"{kind}; charset={name}"
            assert client.generic("POST", "/accounts/login/", body, kind).status_code == 200


@pytest.mark.parametrize("key", ['"\\000abcdefgh"', "é" * 40, "a" * 5000, "a b c d e"])
def test_a_session_key_that_cannot_be_one_is_nobody(client, caplog, key):
    answer = client.get("/projects/new/", headers={"Cookie": f"sessionid={key}"})
    assert answer.status_code == 302
    assert not [record for record in caplog.records if record.exc_info]


def test_too_many_parameters_in_an_address(client, caplog):
    query = "&".join(f"f{number}=1" for number in range(8001))
    answer = client.get(f"/projects/?{query}")
    assert answer.status_code == 400
    assert "cannot read" in answer.text
    assert not [record for record in caplog.records if record.exc_info]
