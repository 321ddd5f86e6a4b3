"""A really started web server: another process publishes, and its windows hear it."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from crowdcontrolled.supervisor.web import LIMITS
from live.publish import publish

pytestmark = pytest.mark.django_db(transaction=True)

START_SECONDS = 30


def environment() -> dict[str, str]:
    """Of processes that share the test's database."""
    keys = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    shared = {key: str(connection.settings_dict[key]) for key in keys}
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.live.served_settings",
        "SERVED_DATABASE": json.dumps(shared),
        "TEST_VAR": os.environ["VAR"],
    }


@contextmanager
def running(*arguments: str, **extra: Any) -> "Iterator[subprocess.Popen[str]]":
    """A Python process that is gone afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], env=environment(), text=True, **extra
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def server(port: int) -> "Iterator[subprocess.Popen[str]]":
    limits = [str(part) for pair in LIMITS.items() for part in pair]
    address = ["-b", "127.0.0.1", "-p", str(port)]
    with running("daphne", *limits, *address, "tests.live.served:application") as process:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield process


@contextmanager
def worker() -> "Iterator[subprocess.Popen[str]]":
    with running("tests.live.worker", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def publish_in(process: "subprocess.Popen[str]") -> float:
    """When the event of that process was committed, on this machine's monotonic clock."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    process.stdout.readline()
    return time.monotonic()


def window(port: int) -> connect:
    return connect(f"ws://127.0.0.1:{port}/ws/", origin=f"http://127.0.0.1:{port}")  # type: ignore[arg-type]


async def frame(wire: ClientConnection) -> dict[str, Any]:
    """The next frame that is not about how many people are here."""
    while True:
        found: dict[str, Any] = json.loads(await asyncio.wait_for(wire.recv(), 5))
        if "here" not in found["data"]:
            return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.long
async def test_a_worker_reaches_a_browser_across_a_killed_server() -> None:
    port = free_port()
    with worker() as process:
        with server(port) as web:
            async with window(port) as wire:
                await wire.send('{"subscribe": {"thing:1": null}}')
                assert (await frame(wire))["to"] == 0
                committed = await asyncio.to_thread(publish_in, process)
                assert (await frame(wire))["data"] == [{"seq": 1, "kind": "said", "from": "worker"}]
                assert time.monotonic() - committed < 1.0
                web.kill()
                with pytest.raises(ConnectionClosed):
                    await frame(wire)
        await asyncio.to_thread(publish_in, process)
        with server(port):
            async with window(port) as wire:
                await wire.send('{"subscribe": {"thing:1": 1}}')
                assert (await frame(wire))["from"] == 2
                await wire.send('{"subscribe": {"thing:999": 1}}')
                with pytest.raises(ConnectionClosed) as closed:
                    await frame(wire)
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 4404


@transaction.atomic
def publish_much(count: int) -> None:
    """Events of 12 kB each."""
    for _number in range(count):
        publish("thing:1", "said", {"text": "x" * 12_000})


async def test_a_window_that_missed_much_is_brought_up_to_date() -> None:
    await sync_to_async(publish_much)(20)
    port = free_port()
    with server(port):
        async with window(port) as wire:
            await wire.send('{"subscribe": {"thing:1": 1}}')
            found = await frame(wire)
            assert (found["from"], found["to"]) == (2, 20)
