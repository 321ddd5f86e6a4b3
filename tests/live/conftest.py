"""Topics for the tests of live delivery, and windows that listen to them."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import transaction

from live import pools, topics
from live.publish import publish
from live.routing import socket
from live.topics import Topic, register

#: Numbers above this are private: only a signed-in person may listen. Above 900: they do not exist.
PRIVATE = 100
MISSING = 900

state: dict[int, Any] = {}


def may_listen(user: Any, number: int) -> bool:
    """Whether that user may listen to ``thing:<number>``."""
    if number >= MISSING:
        return False
    return number < PRIVATE or bool(user.is_authenticated)


def snapshot(number: int) -> dict[str, Any]:
    """The state that a test put there, or an empty one."""
    found = state.get(number, {})
    made: dict[str, Any] = found() if callable(found) else found
    return made


@pytest.fixture(autouse=True)
def thing() -> Iterator[None]:
    """The topics ``thing:<number>``."""
    before = dict(topics._registered)
    register(Topic("thing", may_listen, snapshot))
    register(Topic("quiet", may_listen, snapshot, counts_people=False))
    yield
    state.clear()
    topics._registered.clear()
    topics._registered.update(before)


@pytest.fixture(autouse=True)
def closed_connections() -> Iterator[None]:
    """The threads of the pools keep connections; a test database cannot be dropped under them."""
    yield
    for pool in (pools.TAIL, pools.READS):
        pool.close_connections()


def say(topic: str, **payload: Any) -> int:
    """Publish one event in a transaction of its own."""
    with transaction.atomic():
        return publish(topic, "said", payload)


def say_many(topic: str, count: int, **payload: Any) -> None:
    """Publish several events, each in a transaction of its own."""
    for number in range(count):
        say(topic, number=number, **payload)


class Window:
    """A browser window with its socket, through the real routing and origin check."""

    def __init__(self, cookie: str = "", origin: str = "http://localhost:8000") -> None:
        headers = [(b"origin", origin.encode()), (b"host", b"localhost:8000")]
        if cookie:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
        self.wire = WebsocketCommunicator(socket, "/ws/", headers=headers)

    async def open(self) -> bool:
        """Whether the handshake was accepted."""
        accepted, _ = await self.wire.connect(timeout=5)
        return bool(accepted)

    async def send(self, message: Any) -> None:
        """Send a message, as JSON unless it is text already."""
        await self.wire.send_to(message if isinstance(message, str) else json.dumps(message))

    async def subscribe(self, **topics: int | None) -> None:
        """Subscribe to topics, written ``thing_1`` for ``thing:1``."""
        await self.send(
            {"subscribe": {name.replace("_", ":"): last for name, last in topics.items()}}
        )

    async def frame(self, timeout: float = 5) -> dict[str, Any]:
        """The next frame, leaving out how many people are here."""
        while True:
            found: dict[str, Any] = json.loads(await self.wire.receive_from(timeout=timeout))
            if "here" not in found["data"]:
                return found

    async def numbers(self, up_to: int, timeout: float = 10) -> list[int]:
        """The numbers of all events until one number came."""
        seen: list[int] = []
        while not seen or seen[-1] < up_to:
            frame = await self.frame(timeout)
            if frame["from"] <= frame["to"] and frame["from"] > 0:
                seen += [event["seq"] for event in frame["data"]]
        return seen

    async def closed(self, timeout: float = 5) -> tuple[int, str]:
        """The code and the reason with which the server closes the socket."""
        while True:
            message = await self.wire.receive_output(timeout=timeout)
            if message["type"] == "websocket.close":
                return message.get("code", 0), message.get("reason", "")

    async def leave(self) -> None:
        """Close the window."""
        await self.wire.disconnect(timeout=5)


OpenWindow = Callable[..., Awaitable[Window]]


@pytest.fixture
async def open_window() -> AsyncIterator[OpenWindow]:
    """Opens windows, and closes them after the test."""
    windows: list[Window] = []

    async def opened(cookie: str = "") -> Window:
        window = Window(cookie)
        windows.append(window)
        assert await window.open()
        return window

    yield opened
    for window in windows:
        await window.leave()
