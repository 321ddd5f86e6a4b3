"""A window gets every event once and in order, whenever it comes."""

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction

from live import retention
from live.models import Event
from live.publish import publish
from tests.live.conftest import OpenWindow, say, say_many, state

pytestmark = pytest.mark.django_db(transaction=True)


async def test_an_event_comes_within_a_second(open_window: OpenWindow) -> None:
    window = await open_window()
    await window.subscribe(thing_1=0)
    await asyncio.sleep(0.2)
    await sync_to_async(say)("thing:1", text="hello")
    assert await window.frame(timeout=1) == {
        "topic": "thing:1",
        "from": 1,
        "to": 1,
        "data": [{"seq": 1, "kind": "said", "text": "hello"}],
    }


async def test_what_was_missed_comes_after_the_last_number(open_window: OpenWindow) -> None:
    await sync_to_async(say_many)("thing:1", 5)
    window = await open_window()
    await window.subscribe(thing_1=2)
    assert (await window.frame())["from"] == 3


async def test_a_new_window_gets_the_state_and_then_events(open_window: OpenWindow) -> None:
    await sync_to_async(say_many)("thing:1", 3)
    state[1] = {"rows": 3}
    window = await open_window()
    await window.subscribe(thing_1=None)
    assert await window.frame() == {"topic": "thing:1", "from": 0, "to": 3, "data": {"rows": 3}}
    await sync_to_async(say)("thing:1")
    assert (await window.frame())["from"] == 4


async def test_the_state_holds_exactly_the_events_up_to_its_number(open_window: OpenWindow) -> None:
    """Events that commit while the state is read are either in it or come after it."""

    def count_slowly() -> dict[str, int]:
        first = Event.objects.filter(topic="thing:1").count()
        writer = threading.Thread(target=say_in_thread, args=("thing:1",))
        writer.start()
        writer.join()
        return {"first": first, "second": Event.objects.filter(topic="thing:1").count()}

    await sync_to_async(say_many)("thing:1", 3)
    state[1] = count_slowly
    window = await open_window()
    await window.subscribe(thing_1=None)
    frame = await window.frame()
    assert (frame["to"], frame["data"]) == (3, {"first": 3, "second": 3})
    assert await window.numbers(4) == [4]


async def test_a_number_from_the_future_gets_the_state(open_window: OpenWindow) -> None:
    """As after a database was put back from a copy."""
    await sync_to_async(say)("thing:1")
    window = await open_window()
    await window.subscribe(thing_1=99)
    frame = await window.frame()
    assert (frame["from"], frame["to"]) == (0, 1)


async def test_a_number_older_than_the_log_gets_the_state(open_window: OpenWindow) -> None:
    await sync_to_async(say_many)("thing:1", 20)
    assert await sync_to_async(retention.trim)(keep=5) == 15
    late, in_time = await open_window(), await open_window()
    await late.subscribe(thing_1=14)
    await in_time.subscribe(thing_1=15)
    frame = await late.frame()
    assert (frame["from"], frame["to"]) == (0, 20)
    assert await in_time.numbers(20) == [16, 17, 18, 19, 20]


@pytest.mark.long
async def test_thousands_of_missed_events_come_in_order(open_window: OpenWindow) -> None:
    def fill() -> None:
        with transaction.atomic():
            for _ in range(3_500):
                publish("thing:1", "said", {"text": "x" * 200})

    await sync_to_async(fill)()
    far, near = await open_window(), await open_window()
    await far.subscribe(thing_1=0)
    await near.subscribe(thing_1=3_490)
    assert await near.numbers(3_500, timeout=2) == list(range(3_491, 3_501))
    assert await far.numbers(3_500) == list(range(1, 3_501))


async def test_eight_writers_and_windows_that_come_and_go(open_window: OpenWindow) -> None:
    """Nothing is lost, doubled or out of order, across reconnects at any moment."""
    writers, each = 8, 25
    total = writers * each
    threads = [
        threading.Thread(target=write_with_rollbacks, args=("thing:1", each))
        for _ in range(writers)
    ]
    for thread in threads:
        thread.start()

    async def follow(patience: int) -> list[int]:
        seen: list[int] = []
        while not seen or seen[-1] < total:
            window = await open_window()
            await window.subscribe(thing_1=seen[-1] if seen else 0)
            for _ in range(patience):
                frame = await window.frame(timeout=20)
                assert frame["from"] == frame["data"][0]["seq"]
                assert frame["to"] == frame["data"][-1]["seq"]
                seen += [event["seq"] for event in frame["data"]]
                if seen[-1] >= total:
                    break
            await window.leave()
        return seen

    for seen in await asyncio.gather(follow(1), follow(2), follow(10_000)):
        assert seen == list(range(1, total + 1))
    for thread in threads:
        thread.join()


def say_in_thread(topic: str) -> None:
    try:
        say(topic)
    finally:
        connection.close()


def write_with_rollbacks(topic: str, count: int) -> None:
    """Publish so many events, and as many more that are rolled back."""
    try:
        for number in range(count):
            try:
                with transaction.atomic():
                    publish(topic, "said", {"lost": number})
                    raise InterruptedError
            except InterruptedError:
                say(topic, number=number)
    finally:
        connection.close()
