"""The mail of a demo: shown to whoever tries it, and to nobody elsewhere."""

from pathlib import Path

import pytest
from django.core.mail import send_mail
from django.test import Client

pytestmark = pytest.mark.django_db

FILES = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def outbox(settings, tmp_path: Path) -> Path:
    settings.DEMO = True
    settings.EMAIL_BACKEND = FILES
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


def test_letters_stand_there_with_their_links(outbox: Path, erin_client: Client, alice):
    assert "No mail yet" in erin_client.get("/dev/outbox/").text
    erin_client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    page = erin_client.get("/dev/outbox/").text
    assert "alice@example.org" in page
    assert "/accounts/password/reset/key/" in page
    assert 'href="http://testserver/accounts/password/reset/key/' in page


def test_whoever_waits_for_a_letter_is_led_there(outbox: Path, erin_client: Client, settings):
    done = "/accounts/password/reset/done/"
    assert 'href="/dev/outbox/"' in erin_client.get(done).text
    settings.DEMO = False
    assert "outbox" not in erin_client.get(done).text


def test_what_is_written_in_them_is_text(outbox: Path, erin_client: Client):
    send_mail(
        "<b>Größe</b>", "<script>alert(1)</script>\n" + "-" * 78, "a@b.example", ["c@d.example"]
    )
    page = erin_client.get("/dev/outbox/").text
    assert "&lt;b&gt;Größe&lt;/b&gt;" in page
    assert "<script>alert" not in page


def test_the_newest_stands_first_and_old_ones_are_left_out(outbox: Path, erin_client: Client):
    for number in range(25):
        (outbox / f"20261123-1200{number:02}-1.log").write_text(
            f"Subject: letter {number}\nTo: x@y.example\n\nHello\n{'-' * 79}\n"
        )
    page = erin_client.get("/dev/outbox/").text
    assert page.index("letter 24") < page.index("letter 23")
    assert "letter 4<" not in page


def test_outside_the_demo_there_is_nothing(
    settings, outbox: Path, erin_client: Client, mona_client
):
    settings.DEMO = False
    for client in (erin_client, mona_client):
        assert client.get("/dev/outbox/").status_code == 404


def test_where_mail_is_really_sent_there_is_nothing(settings, outbox: Path, erin_client: Client):
    del settings.EMAIL_FILE_PATH
    assert erin_client.get("/dev/outbox/").status_code == 404
