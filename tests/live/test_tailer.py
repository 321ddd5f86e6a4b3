"""The tailer costs nothing without windows, one read per topic with many, and survives faults."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection

from live import hub as hubs
from live import news, pools, queries
from live.frames import Frame, events_frame
from live.hub import Hub
from tests.live.conftest import OpenWindow, say, say_many, state

pytestmark = pytest.mark.django_db(transaction=True)


async def test_it_survives_a_database_that_fails(
    open_window: OpenWindow, caplog: pytest.LogCaptureFixture
) -> None:
    """The table is gone for a while, as with a locked or restarted database: nothing is lost."""

    def rename(old: str, new: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")

    window = await open_window()
    await window.subscribe(thing_1=0)
    await sync_to_async(say)("thing:1")
    assert (await window.frame())["to"] == 1
    await sync_to_async(rename)("live_topiccounter", "away")
    try:
        await asyncio.sleep(0.5)
    finally:
        await sync_to_async(rename)("away", "live_topiccounter")
    await sync_to_async(say)("thing:1")
    frame = await window.frame()
    assert (frame["from"], frame["to"]) == (2, 2)
    assert "could not read" in caplog.text


async def test_a_state_that_cannot_be_made_is_tried_again(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(hubs, "SNAPSHOT_RETRY", 0.1)
    tries: list[int] = []

    def sometimes() -> dict[str, Any]:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("database is locked")
        return {"tries": len(tries)}

    state[1] = sometimes
    window, other = await open_window(), await open_window()
    await window.subscribe(thing_1=None)
    await other.subscribe(thing_2=0)
    await sync_to_async(say)("thing:2")
    assert (await other.frame())["to"] == 1
    assert (await window.frame())["data"] == {"tries": 3}
    assert "No snapshot of thing:1" in caplog.text


async def test_a_hundred_windows_cost_one_read(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reads and encodings are per topic, not per window; nor are states read per window."""
    reads: list[str] = []
    usual = queries.events_after

    def counted(topic: str, seq: int, limit: int) -> list[queries.EventText]:
        reads.append(topic)
        return usual(topic, seq, limit)

    monkeypatch.setattr(news, "events_after", counted)
    encoded: list[int] = []

    def counted_frame(topic: str, events: Sequence[queries.EventText]) -> Frame:
        encoded.append(len(events))
        return events_frame(topic, events)

    monkeypatch.setattr(hubs, "events_frame", counted_frame)
    made: list[int] = []

    def snapshot() -> dict[str, int]:
        made.append(1)
        return {"made": len(made)}

    state[1] = snapshot
    monkeypatch.setattr("live.sockets.LIVE_SOCKETS_PER_ADDRESS", 1_000)
    windows = [await open_window() for _ in range(100)]
    for window in windows:
        await window.subscribe(thing_1=None)
    for window in windows:
        await window.frame()
    assert len(made) <= 5
    reads.clear()
    await sync_to_async(say)("thing:1")
    for window in windows:
        assert (await window.frame())["to"] == 1
    assert reads == ["thing:1"]
    assert encoded == [1]


async def test_it_ends_with_the_last_window_and_starts_again(open_window: OpenWindow) -> None:
    window = await open_window()
    await window.subscribe(thing_1=0)
    assert "tail" in Hub.here()._tasks
    await window.leave()
    await asyncio.sleep(0.3)
    assert "tail" not in Hub.here()._tasks
    assert not Hub.here().watched
    await sync_to_async(say)("thing:1")
    again = await open_window()
    await again.subscribe(thing_1=0)
    assert (await again.frame())["to"] == 1


@pytest.mark.long
async def test_far_behind_and_many_positions_all_arrive(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "NEAR", 5)
    monkeypatch.setattr(hubs, "BETWEEN_FRAMES", 0.0)
    await sync_to_async(say_many)("thing:1", 40)
    positions = [*range(0, 40, 3), 39]
    windows = [await open_window() for _ in positions]
    for window, position in zip(windows, positions, strict=True):
        await window.subscribe(thing_1=position)
    for window, position in zip(windows, positions, strict=True):
        assert await window.numbers(40) == list(range(position + 1, 41))


@pytest.mark.parametrize(
    ("positions", "counter", "expected"),
    [
        ([], 5, []),
        ([5], 5, []),
        ([3, 4, 5], 5, [3]),
        ([0, 4_000, 4_500], 5_000, [4_000, 0]),
        ([0, 1, 2, 3, 4, 5, 6], 5_000, [6, 5, 4, 3]),
    ],
)
def test_where_reads_begin(positions: list[int], counter: int, expected: list[int]) -> None:
    assert news.starts(positions, counter) == expected


async def test_an_idle_tick_costs_one_query(open_window: OpenWindow) -> None:
    window = await open_window()
    await window.send({"subscribe": {f"thing:{number}": 0 for number in range(50)}})
    await asyncio.sleep(0.3)
    asked: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    before = Hub.here()._tick
    await pools.TAIL.run(lambda: connection.execute_wrappers.append(note))
    await asyncio.sleep(0.55)
    await pools.TAIL.run(lambda: connection.execute_wrappers.clear())
    ticks = Hub.here()._tick - before
    assert 4 <= ticks <= 7
    assert len(asked) <= ticks + 1
    assert {sql.split()[0] for sql in asked} == {"SELECT"}
