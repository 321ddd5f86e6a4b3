"""Deleting an own message; hiding somebody else's."""

import pytest
from django.test import Client

from accounts.models import ModerationAction, User
from chat.models import Message
from chat.services import post_message
from live.models import Event
from projects.models import Project


@pytest.fixture
def message(digits: Project, carol: User) -> Message:
    return Message.objects.get(pk=post_message(project=digits, author=carol, text="my words"))


def delete_url(message: Message) -> str:
    return f"/p/{message.project.slug}/chat/{message.pk}/delete/"


def hide_url(message: Message) -> str:
    return f"/p/{message.project.slug}/chat/{message.pk}/hide/"


def test_its_author_deletes_it_for_everybody(carol_client: Client, message: Message) -> None:
    assert carol_client.post(delete_url(message)).status_code == 302
    message.refresh_from_db()
    assert message.text == ""
    assert message.deleted is not None
    kinds = Event.objects.filter(topic=f"chat:{message.project_id}").values_list("kind", flat=True)
    assert list(kinds) == ["message", "message_removed"]


def test_deleting_twice_finds_nothing_the_second_time(
    carol_client: Client, message: Message
) -> None:
    assert carol_client.post(delete_url(message)).status_code == 302
    assert carol_client.post(delete_url(message)).status_code == 404


@pytest.mark.parametrize("who", ["alice", "dave"])
def test_nobody_else_deletes_it(request: pytest.FixtureRequest, message: Message, who: str) -> None:
    client = request.getfixturevalue(f"{who}_client")
    assert client.post(delete_url(message)).status_code == 403
    message.refresh_from_db()
    assert message.text == "my words"


def test_anonymous_people_are_sent_to_sign_in(erin_client: Client, message: Message) -> None:
    answer = erin_client.post(delete_url(message))
    assert answer["Location"].startswith("/accounts/login/")


def test_it_cannot_be_deleted_by_following_a_link(carol_client: Client, message: Message) -> None:
    assert carol_client.get(delete_url(message)).status_code == 405


def test_a_message_of_another_room_is_missing(
    carol_client: Client, message: Message, penguins: Project
) -> None:
    url = f"/p/{penguins.slug}/chat/{message.pk}/delete/"
    assert carol_client.post(url).status_code == 404


def test_a_maintainer_hides_it_and_the_log_says_so(bob_client: Client, message: Message) -> None:
    assert bob_client.post(hide_url(message)).status_code == 302
    message.refresh_from_db()
    assert message.hidden
    assert message.text == "my words"
    line = ModerationAction.objects.get()
    assert (line.action, line.actor.username) == ("hide", "bob")
    assert "my words" not in bob_client.get(f"/p/{message.project.slug}/chat/").content.decode()


@pytest.mark.parametrize("who", ["carol", "dave"])
def test_a_member_and_a_stranger_do_not_hide(
    request: pytest.FixtureRequest, message: Message, who: str
) -> None:
    client = request.getfixturevalue(f"{who}_client")
    assert client.post(hide_url(message)).status_code == 403
    message.refresh_from_db()
    assert not message.hidden
    assert not ModerationAction.objects.exists()
