"""Who may listen, and what happens when a right ends while a window is open."""

import asyncio
import time
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.test import Client

from live import guard, topics
from live.publish import rights_changed
from tests.live.conftest import OpenWindow, Window, say

pytestmark = pytest.mark.django_db(transaction=True)

MISSING = 4404


def signed_in(name: str) -> tuple[Client, str]:
    """A browser of a new person, and the key of its session."""
    user = get_user_model().objects.create_user(name, f"{name}@example.org", "x")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.session.session_key
    return client, client.session.session_key


@pytest.mark.parametrize(
    "topic",
    [
        "thing:100",  # private
        "thing:900",  # missing
        "nothing:1",  # no such kind
        "rights:0",  # internal
        "thing:01",
        "thing:-1",
        "thing:1x",
        "thing:99999999999999999999",
        "",
    ],
)
async def test_private_and_missing_are_closed_alike(open_window: OpenWindow, topic: str) -> None:
    window = await open_window()
    await window.send({"subscribe": {topic: 0}})
    assert await window.closed() == (
        MISSING,
        "There is nothing here that you may watch. Load the page again.",
    )


async def test_one_forbidden_topic_closes_the_window(open_window: OpenWindow) -> None:
    window = await open_window()
    await window.subscribe(thing_1=0, thing_100=0)
    assert (await window.closed())[0] == MISSING


async def test_a_signed_in_person_hears_what_an_anonymous_one_may_not(
    open_window: OpenWindow,
) -> None:
    _, key = await sync_to_async(signed_in)("carol")
    await sync_to_async(say)("thing:100")
    window = await open_window(key)
    await window.subscribe(thing_100=0)
    assert (await window.frame())["to"] == 1


async def closes_within_a_second(window: Window, change: Callable[[], object]) -> None:
    begin = time.monotonic()
    await sync_to_async(change)()
    assert (await window.closed(timeout=3))[0] == MISSING
    assert time.monotonic() - begin < 1.0


@pytest.fixture
async def private(open_window: OpenWindow) -> tuple[Window, Client]:
    """A window of carol on a private topic."""
    client, key = await sync_to_async(signed_in)("carol")
    window = await open_window(key)
    await window.subscribe(thing_100=None)
    await window.frame()
    return window, client


async def test_signing_out_closes_the_windows_of_that_session_only(
    private: tuple[Window, Client], open_window: OpenWindow
) -> None:
    window, client = private

    def elsewhere() -> str:
        other = Client()
        other.force_login(
            get_user_model().objects.get(username="carol"),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        return str(other.session.session_key)

    kept = await open_window(await sync_to_async(elsewhere)())
    await kept.subscribe(thing_100=None)
    await kept.frame()
    await closes_within_a_second(window, client.logout)
    await sync_to_async(say)("thing:100")
    assert (await kept.frame())["to"] == 1


async def test_a_suspended_person_hears_no_more(private: tuple[Window, Client]) -> None:
    def suspend() -> None:
        user = get_user_model().objects.get(username="carol")
        user.is_active = False
        user.save()
        rights_changed(user_id=user.pk)

    await closes_within_a_second(private[0], suspend)


async def test_a_project_that_became_private_is_heard_no_more(open_window: OpenWindow) -> None:
    allowed = {1}
    topics.register(topics.Topic("secret", lambda user, number: number in allowed))
    window = await open_window()
    await window.subscribe(secret_1=None)
    await window.frame()

    def hide() -> None:
        allowed.clear()
        rights_changed(project_id=1)

    await closes_within_a_second(window, hide)


async def test_a_right_that_ended_silently_is_found(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody told the sockets: the check each minute does (here each 0.2 s)."""
    monkeypatch.setattr("live.consumer.CHECK_EVERY", 0.2)
    monkeypatch.setattr("live.guard.CHECK_EVERY", 0.2)
    allowed = {1}
    topics.register(topics.Topic("secret", lambda user, number: number in allowed))
    window = await open_window()
    await window.subscribe(secret_1=None)
    await window.frame()
    allowed.clear()
    assert (await window.closed(timeout=5))[0] == MISSING


async def test_a_change_that_concerns_others_closes_nothing(
    private: tuple[Window, Client],
) -> None:
    await sync_to_async(rights_changed)(user_id=987_654)
    await sync_to_async(rights_changed)(project_id=12)
    await sync_to_async(say)("thing:100")
    assert (await private[0].frame())["to"] == 1


async def test_a_right_that_ends_while_it_is_asked_for(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer was yes, then the right ended, and only then the window joined."""
    answers = iter([True, False])

    def slowly(user: object, number: int) -> bool:
        answer = next(answers, False)
        if answer:
            rights_changed(project_id=1)
            time.sleep(0.5)
        return answer

    topics.register(topics.Topic("secret", slowly))
    other = await open_window()
    await other.subscribe(thing_1=None)
    await other.frame()
    window = await open_window()
    await window.subscribe(secret_1=None)
    assert (await window.closed(timeout=3))[0] == MISSING


async def test_a_foreign_page_cannot_connect() -> None:
    window = Window(origin="https://evil.example")
    assert not await window.open()
    window = Window(origin="null")
    assert not await window.open()


def test_a_thousand_windows_ask_each_question_once() -> None:
    asked: list[int] = []

    def count(user: object, number: int) -> bool:
        asked.append(number)
        return True

    topics.register(topics.Topic("counted", count))
    assert all(guard.keep_rights([("", None, ("counted:1", "counted:2"))] * 1_000))
    assert sorted(asked) == [1, 2]


async def test_nothing_is_heard_after_a_refusal(open_window: OpenWindow) -> None:
    window = await open_window()
    await window.subscribe(thing_100=0)
    await window.closed()
    await window.subscribe(thing_1=None)
    await asyncio.sleep(0.3)
    assert await window.wire.receive_nothing()
