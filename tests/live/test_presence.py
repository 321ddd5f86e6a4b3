"""How many people are here, over all web processes."""

import asyncio
import json
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from live import presence
from live.models import Presence
from tests.live.conftest import OpenWindow, Window
from tests.live.test_rights import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "DEBOUNCE", 0.1)


async def told(window: Window, people: int) -> dict[str, object]:
    """The frame that tells that number."""
    while True:
        frame: dict[str, object] = json.loads(await window.wire.receive_from(timeout=5))
        if frame["data"] == {"here": people}:
            return frame


def other_process(people: int, age: int) -> None:
    Presence.objects.update_or_create(
        process="other",
        topic="thing:1",
        defaults={"people": people, "updated": timezone.now() - timedelta(seconds=age)},
    )


async def test_people_are_counted_and_not_windows(open_window: OpenWindow) -> None:
    _, key = await sync_to_async(signed_in)("carol")
    first = await open_window(key)
    await first.subscribe(thing_1=0)
    frame = await told(first, 1)
    assert (frame["from"], frame["to"]) == (1, 0)
    second = await open_window(key)
    await second.subscribe(thing_1=0)
    await told(second, 1)
    anonymous = await open_window()
    await anonymous.subscribe(thing_1=0)
    await told(first, 2)
    await anonymous.leave()
    await told(second, 1)


async def test_the_sum_is_over_all_live_processes(open_window: OpenWindow) -> None:
    await sync_to_async(other_process)(5, age=10)
    window = await open_window()
    await window.subscribe(thing_1=0)
    await told(window, 6)
    await sync_to_async(other_process)(5, age=61)
    await told(window, 1)


async def test_a_process_takes_its_number_back(open_window: OpenWindow) -> None:
    window = await open_window()
    await window.subscribe(thing_1=0)
    await told(window, 1)
    await window.leave()
    for _ in range(50):
        rows = await sync_to_async(
            lambda: list(Presence.objects.values_list("people", flat=True))
        )()
        if rows == [0]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(rows)


async def test_nothing_is_written_while_nothing_changes(open_window: OpenWindow) -> None:
    window = await open_window()
    await window.subscribe(thing_1=0)
    await told(window, 1)
    before = await Presence.objects.aget()
    await asyncio.sleep(0.5)
    assert (await Presence.objects.aget()).updated == before.updated


async def test_quiet_topics_count_nobody(open_window: OpenWindow) -> None:
    window = await open_window()
    await window.send({"subscribe": {"quiet:1": 0}})
    await asyncio.sleep(0.5)
    assert await window.wire.receive_nothing()
    assert not await Presence.objects.aexists()
