"""A window that stops reading costs nobody else anything, and the server no memory."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from live import outbox
from live.publish import publish
from tests.live.conftest import OpenWindow, Window, state

pytestmark = pytest.mark.django_db(transaction=True)

LARGE = "x" * 15_000


def fill(count: int, topic: str = "thing:1") -> None:
    """Events that together weigh more than what is sent to a window that does not ping."""
    with transaction.atomic():
        for _ in range(count):
            publish(topic, "said", {"text": LARGE})


async def all_that_waits(window: Window) -> int:
    """Characters of everything that was sent so far."""
    total = 0
    while not await window.wire.receive_nothing(timeout=0.6):
        total += len(await window.wire.receive_from())
    return total


@pytest.mark.long
async def test_a_stalled_window_beside_a_healthy_one(open_window: OpenWindow) -> None:
    """No news of people here on this topic: they would bring a snapshot along, too."""
    stalled, healthy = await open_window(), await open_window()
    for window in (stalled, healthy):
        await window.subscribe(quiet_1=0)
    last = 0
    for written in range(15, 151, 15):
        await sync_to_async(fill)(15, "quiet:1")
        while last < written:
            frame = await healthy.frame()
            if isinstance(frame["data"], list):
                assert frame["from"] == last + 1
                last = frame["to"]
                await healthy.send({"ping": last})
    assert await all_that_waits(stalled) <= outbox.UNREAD_BYTES

    state[1] = {"rows": 150}
    await stalled.send({"ping": 1})
    frames = [await stalled.frame(), await stalled.frame()]
    assert {"topic": "quiet:1", "from": 0, "to": 150, "data": {"rows": 150}} in frames
    await sync_to_async(fill)(1, "quiet:1")
    assert (await stalled.frame())["from"] == 151


async def test_a_ping_is_answered(open_window: OpenWindow) -> None:
    window = await open_window()
    await window.send({"ping": 1})
    assert await window.frame() == {"topic": "", "from": 1, "to": 0, "data": {"pong": True}}


async def test_a_window_that_pings_but_never_reads_is_sent_away(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "SOCKET_BYTES", 100_000)
    window = await open_window()
    await window.subscribe(thing_1=0)
    await sync_to_async(fill)(10)
    assert (await window.closed())[0] == outbox.COME_BACK


async def test_frames_are_cut_and_follow_on(open_window: OpenWindow) -> None:
    """Events beyond a frame's size come with the next frame, and none is left out."""
    await sync_to_async(fill)(40)
    window = await open_window()
    await window.subscribe(thing_1=0)
    last = 0
    while last < 40:
        text = await window.wire.receive_from(timeout=5)
        frame = json.loads(text)
        if isinstance(frame["data"], list):
            assert frame["from"] == last + 1
            assert len(text) < 300_000
            last = frame["to"]


@pytest.mark.long
async def test_a_hot_topic_gets_four_frames_a_second_at_most(open_window: OpenWindow) -> None:
    window = await open_window()
    await window.subscribe(thing_1=0)
    loop = asyncio.get_running_loop()
    end, frames = loop.time() + 2.0, 0
    while loop.time() < end:
        await sync_to_async(fill)(1)
        if not await window.wire.receive_nothing(timeout=0.01):
            frames += 1
            await window.wire.receive_from()
    assert frames <= 11
