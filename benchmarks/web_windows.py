"""Windows that listen: 200 sockets in a process of their own.

``python -m benchmarks.web_windows PORT SITE.json SOCKETS``: prints ``ready`` once every socket
follows the topic; then for each line read it prints a JSON list of ``[event number, times]`` of
what came since, the times of receipt being seconds since the epoch; ends with its input.
"""

import asyncio
import base64
import json
import os
import sys
import time
from typing import Any

AT_ONCE = 20
received: dict[int, list[float]] = {}
followed: set[int] = set()


def text_frame(text: str) -> bytes:
    """A masked text frame of less than 126 bytes."""
    mask, raw = os.urandom(4), text.encode()
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(raw))
    return bytes([0x81, 0x80 | len(raw)]) + mask + masked


async def message(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    """The next text; the server's pings are answered on the way."""
    while True:
        kind, length = await reader.readexactly(2)
        if length > 125:
            length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8))
        payload = await reader.readexactly(length)
        if kind == 0x81:
            return payload.decode()
        if kind == 0x88:
            raise RuntimeError(f"The socket was closed: {payload!r}")
        if kind == 0x89:
            writer.write(bytes([0x8A, 0x80 | len(payload)]) + bytes(4) + payload)


async def window(number: int, port: int, topic: str, session: str) -> None:
    """Connect, follow the topic, and note when each event comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\n"
        f"Cookie: sessionid={session}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 101 " not in head:
        raise RuntimeError(f"No socket was given: {head!r}")
    writer.write(text_frame(json.dumps({"subscribe": {topic: None}})))
    pinged = time.monotonic()
    while True:
        frame: dict[str, Any] = json.loads(await message(reader, writer))
        now = time.time()
        if frame["from"] == 0:
            followed.add(number)
        elif frame["from"] <= frame["to"]:
            for event in frame["data"]:
                received.setdefault(event["seq"], []).append(now)
        if time.monotonic() - pinged > 5:
            pinged = time.monotonic()
            writer.write(text_frame('{"ping": 1}'))


async def main() -> None:
    """Open the windows in groups, then answer each line with what came."""
    port, path, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    with open(path) as file:
        site = json.load(file)
    windows: list[asyncio.Task[None]] = []
    for number in range(count):
        work = window(number, port, site["topic"], site["sessions"][number])
        windows.append(asyncio.create_task(work))
        while len(windows) - len(followed) >= AT_ONCE or len(windows) == count > len(followed):
            await asyncio.sleep(0.01)
            for task in windows:
                if task.done():
                    task.result()
    print("ready", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(sorted(received.items())), flush=True)
        received.clear()


if __name__ == "__main__":
    asyncio.run(main())
