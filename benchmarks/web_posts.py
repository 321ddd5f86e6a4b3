"""The load: people who send the contribution form over kept connections, in a process of its own.

``python -m benchmarks.web_posts PORT SITE.json SECONDS CLIENTS RATE``: RATE 0 is as fast as it
goes. Prints how many datapoints were added and how long it took.
"""

import asyncio
import itertools
import json
import random
import sys
import time
import uuid
from typing import Any
from urllib.parse import urlencode

TOKEN = "b" * 32


def request_of(site: dict[str, Any], session: str) -> bytes:
    """One complete POST of the form, as a browser without scripts sends it."""
    values = {name: f"{random.random():.6f}" for name in site["numbers"]}
    key = {"idempotency_key": uuid.uuid4().hex, "csrfmiddlewaretoken": TOKEN}
    body = urlencode({**values, **site["fixed"], **key})
    return (
        f"POST {site['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Cookie: sessionid={session}; csrftoken={TOKEN}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"\r\n{body}"
    ).encode()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of one answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    if b"transfer-encoding: chunked" not in head:
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        return status, await reader.readexactly(length)
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return status, body


async def client(
    port: int, site: dict[str, Any], sessions: "itertools.cycle[str]", end: float, pause: float
) -> int:
    """Post until the end; how many datapoints were added.

    Raises:
        RuntimeError: an answer was no redirect, so nothing was added.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    added = 0
    while time.monotonic() < end:
        writer.write(request_of(site, next(sessions)))
        status, body = await answer(reader)
        if status != 302:
            raise RuntimeError(f"POST was answered with {status}: {body[-2000:]!r}")
        added += 1
        if pause:
            await asyncio.sleep(pause)
    writer.close()
    return added


async def main() -> None:
    """Run the clients side by side and print the sum."""
    port, path, seconds, clients, rate = sys.argv[1:]
    with open(path) as file:
        site = json.load(file)
    sessions = site["sessions"]
    random.shuffle(sessions)
    turns = itertools.cycle(sessions)
    pause = int(clients) / float(rate) if float(rate) else 0.0
    begin = time.monotonic()
    end = begin + float(seconds)
    added = await asyncio.gather(
        *(client(int(port), site, turns, end, pause) for _ in range(int(clients)))
    )
    print(json.dumps({"added": sum(added), "seconds": time.monotonic() - begin}))


if __name__ == "__main__":
    asyncio.run(main())
