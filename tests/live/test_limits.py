"""Too much, or nonsense: the socket is closed with a sentence, and nobody else notices."""

import json

import pytest
from asgiref.sync import sync_to_async

from common import limits
from live.hub import Hub
from tests.live.conftest import OpenWindow, Window, say
from tests.live.test_rights import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

NOT_UNDERSTOOD, TOO_MUCH = 4400, 4429


@pytest.mark.parametrize(
    "message",
    [
        "",
        "x",
        "null",
        "[]",
        "{}",
        "[" * 60_000,
        '{"ping": 1, "subscribe": {}}',
        '{"ping": "1"}',
        '{"ping": true}',
        '{"ping": -1}',
        '{"ping": 1e999}',
        '{"ping": ' + "9" * 5_000 + "}",
        '{"publish": {"thing:1": 1}}',
        '{"subscribe": []}',
        '{"subscribe": {}}',
        '{"subscribe": {"thing:1": "0"}}',
        '{"subscribe": {"thing:1": 1.5}}',
        '{"subscribe": {"thing:1": -1}}',
        '{"subscribe": {"thing:1": 9223372036854775808}}',
    ],
)
async def test_nonsense_is_refused(open_window: OpenWindow, message: str) -> None:
    window = await open_window()
    await window.wire.send_input({"type": "websocket.receive", "text": message})
    code, reason = await window.closed()
    assert code == NOT_UNDERSTOOD
    assert "not understood" in reason


async def test_bytes_are_refused(open_window: OpenWindow) -> None:
    window = await open_window()
    await window.wire.send_input({"type": "websocket.receive", "bytes": b"{}"})
    assert (await window.closed())[0] == NOT_UNDERSTOOD


async def test_a_message_may_have_64_kib(open_window: OpenWindow) -> None:
    window = await open_window()
    await window.send(json.dumps({"ping": 1}) + " " * (limits.LIVE_MESSAGE_BYTES - 11))
    assert (await window.frame())["data"] == {"pong": True}
    await window.send(json.dumps({"ping": 1}) + " " * limits.LIVE_MESSAGE_BYTES)
    assert (await window.closed())[0] == TOO_MUCH


async def test_haste_is_refused(open_window: OpenWindow) -> None:
    window = await open_window()
    for _ in range(limits.LIVE_MESSAGES_PER_10_SECONDS):
        await window.send({"ping": 1})
    for _ in range(limits.LIVE_MESSAGES_PER_10_SECONDS):
        await window.frame()
    await window.send({"ping": 1})
    code, reason = await window.closed()
    assert (code, "20" in reason) == (TOO_MUCH, True)


async def test_fifty_topics_are_let_in_and_one_more_is_not(open_window: OpenWindow) -> None:
    window = await open_window()
    most = limits.LIVE_TOPICS_PER_SOCKET
    await window.send({"subscribe": {f"thing:{number}": None for number in range(most)}})
    for _ in range(most):
        await window.frame()
    await window.send({"subscribe": {"thing:1": None}})
    await window.frame()
    await window.send({"subscribe": {f"thing:{most}": None}})
    code, reason = await window.closed()
    assert (code, "50" in reason) == (TOO_MUCH, True)


async def test_a_thousand_topics_are_refused(open_window: OpenWindow) -> None:
    window, other = await open_window(), await open_window()
    await window.send({"subscribe": {f"thing:{number}": None for number in range(1_000)}})
    assert (await window.closed())[0] == TOO_MUCH
    await other.subscribe(thing_1=None)
    assert (await other.frame())["to"] == 0


async def test_subscribing_again_and_again_is_refused(open_window: OpenWindow) -> None:
    """Each subscription costs a look at a right."""
    window = await open_window()
    for _ in range(3):
        await window.send({"subscribe": {f"thing:{number}": 0 for number in range(40)}})
    assert (await window.closed())[0] == TOO_MUCH


@pytest.mark.long
async def test_five_hundred_sockets_of_one_person() -> None:
    _, key = await sync_to_async(signed_in)("carol")
    _, other_key = await sync_to_async(signed_in)("dave")
    windows, codes = [], []
    for _ in range(500):
        window = Window(key)
        assert await window.open()
        windows.append(window)
    for window in windows[limits.LIVE_SOCKETS_PER_PERSON :]:
        code, reason = await window.closed()
        assert "20" in reason
        codes.append(code)
    assert codes == [TOO_MUCH] * 480

    other = Window(other_key)
    assert await other.open()
    await other.subscribe(thing_1=0)
    await sync_to_async(say)("thing:1")
    assert (await other.frame(timeout=2))["to"] == 1
    for window in [*windows, other]:
        await window.leave()
    assert not Hub.here().seats._taken

    again = Window(key)
    assert await again.open()
    await again.subscribe(thing_1=0)
    assert (await again.frame())["to"] == 1
    await again.leave()


async def test_sixty_anonymous_sockets_of_one_address() -> None:
    windows = []
    for _ in range(limits.LIVE_SOCKETS_PER_ADDRESS + 1):
        window = Window()
        assert await window.open()
        windows.append(window)
    assert (await windows[-1].closed())[0] == TOO_MUCH
    for window in windows:
        await window.leave()


async def test_another_address_is_no_socket() -> None:
    window = Window()
    window.wire.scope["path"] = "/ws/elsewhere/"
    assert not await window.open()
