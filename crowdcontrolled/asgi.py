"""The entry of the web server: pages in the fixed thread pool, the one socket beside them."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowdcontrolled.settings")

import django

django.setup()

# Only now: what follows needs the apps.
from channels.routing import ProtocolTypeRouter  # noqa: E402

from crowdcontrolled.pooled import PooledASGIHandler, Receive, Scope, Send  # noqa: E402
from live.retention import start_trimming  # noqa: E402
from live.routing import socket  # noqa: E402

pages = PooledASGIHandler()
_started = False


def start_once() -> None:
    """What a web process does beside serving: care for lost jobs, and forget old events."""
    global _started
    if not _started:
        _started = True
        from jobs.sweeper import start_sweeper

        start_sweeper()
        start_trimming()


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Start with the server and end with it, under servers that tell (Daphne does not)."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            start_once()
        else:
            pages.close()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


_route: Any = ProtocolTypeRouter({"http": pages, "websocket": socket, "lifespan": lifespan})


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Route one connection; the first one starts what runs beside."""
    start_once()
    await _route(scope, receive, send)
