"""Saying something in a project's room."""

import pytest
from django.test import Client

from accounts.models import User
from chat.models import Message
from chat.services import post_message
from common.errors import Refused
from common.limits import MESSAGE_CHARACTERS, MESSAGES_PER_10_SECONDS
from live.models import Event
from projects.models import Project


def room(project: Project) -> str:
    return f"/p/{project.slug}/chat/"


def test_a_message_stands_in_the_room_and_in_the_event_log(
    carol_client: Client, digits: Project
) -> None:
    response = carol_client.post(room(digits), {"text": "What counts as a 7?"}, follow=True)
    assert "What counts as a 7?" in response.content.decode()
    event = Event.objects.get(topic=f"chat:{digits.pk}")
    assert (event.seq, event.kind, event.payload["author"]) == (1, "message", "carol")


def test_a_stranger_may_talk_in_a_public_project(dave_client: Client, digits: Project) -> None:
    assert dave_client.post(room(digits), {"text": "hello"}).status_code == 302
    assert Message.objects.get().author.username == "dave"


def test_anonymous_people_read_and_are_sent_to_sign_in_when_they_write(
    erin_client: Client, digits: Project
) -> None:
    assert erin_client.get(room(digits)).status_code == 200
    response = erin_client.post(room(digits), {"text": "hello"})
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
    assert not Message.objects.exists()


def test_the_room_of_a_private_project_looks_missing(dave_client: Client, digits: Project) -> None:
    Project.objects.filter(pk=digits.pk).update(visibility="private")
    assert dave_client.get(room(digits)).status_code == 404
    assert dave_client.post(room(digits), {"text": "hello"}).status_code == 404
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["", "   \n", "\u200b\u202e"])
def test_an_empty_message_is_refused(carol_client: Client, digits: Project, text: str) -> None:
    response = carol_client.post(room(digits), {"text": text})
    assert response.status_code == 422
    assert not Message.objects.exists()


def test_a_long_message_is_refused_with_its_length(carol: User, digits: Project) -> None:
    with pytest.raises(Refused, match=str(MESSAGE_CHARACTERS + 1)):
        post_message(project=digits, author=carol, text="x" * (MESSAGE_CHARACTERS + 1))
    assert not Message.objects.exists()


def test_markup_is_shown_as_text(carol_client: Client, digits: Project) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(2)>"
    page = carol_client.post(room(digits), {"text": hostile}, follow=True).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x" not in page


def test_sending_the_same_form_twice_says_it_once(carol_client: Client, digits: Project) -> None:
    form = {"text": "once", "idempotency_key": "k1"}
    assert carol_client.post(room(digits), form).status_code == 302
    assert carol_client.post(room(digits), form).status_code == 302
    assert Message.objects.count() == 1
    assert Event.objects.filter(topic=f"chat:{digits.pk}").count() == 1


def test_too_many_messages_at_once_are_refused_with_a_way_out(
    carol_client: Client, digits: Project
) -> None:
    answers = [
        carol_client.post(room(digits), {"text": f"message {number}"}).status_code
        for number in range(MESSAGES_PER_10_SECONDS + 1)
    ]
    assert answers[-1] == 429
    assert Message.objects.count() == MESSAGES_PER_10_SECONDS


def test_a_script_gets_a_fresh_composer_back(carol_client: Client, digits: Project) -> None:
    response = carol_client.post(
        room(digits), {"text": "hello"}, headers={"HX-Request": "true", "HX-Target": "composer"}
    )
    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert "hello" not in page


def test_other_methods_are_refused(carol_client: Client, digits: Project) -> None:
    assert carol_client.put(room(digits)).status_code == 405


def test_an_odd_page_number_shows_the_newest(carol_client: Client, digits: Project) -> None:
    assert carol_client.get(room(digits) + "?before=nonsense").status_code == 200
    for odd in ("99999999999999999999", "9" * 5000, "-1", "٣"):
        assert carol_client.get(room(digits) + f"?before={odd}").status_code == 200


def test_a_megabyte_is_measured_and_not_cleaned(carol_client: Client, digits: Project) -> None:
    answer = carol_client.post(room(digits), {"text": "a" * 1_000_000})
    assert answer.status_code == 422
    assert "The message has 1000000 characters" in answer.content.decode()
    assert not Message.objects.exists()
