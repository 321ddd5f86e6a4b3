"""What waits to be sent to one socket, never more than a fixed number of bytes."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from live.frames import Frame

#: The most that is sent to a window which does not ping. The server behind us (Daphne) keeps what
#: a stalled client does not read in its own memory, out of our sight: this bounds it.
UNREAD_BYTES = 1024 * 1024
#: After so much the socket is closed and the window comes back by itself with its last numbers:
#: a client that pings without reading is bounded too.
SOCKET_BYTES = 32 * 1024 * 1024
COME_BACK = 1012

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Outbox:
    """Frames on their way to one socket. Nobody but its own task ever waits for the socket."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._frames: deque[Frame] = deque()
        self._wake = asyncio.Event()
        self._closing: dict[str, Any] | None = None
        self._unread = 0
        self._sent = 0
        #: A frame was withheld; nothing more is taken until the client pings.
        self.is_full = False

    @property
    def is_closing(self) -> bool:
        """Whether the socket was told to close."""
        return self._closing is not None

    def offer(self, frame: Frame) -> bool:
        """Take a frame to be sent, or refuse it because the reader is too slow."""
        if self.is_closing:
            return False
        if self.is_full or (self._unread and self._unread + frame.size > UNREAD_BYTES):
            self.is_full = True
            return False
        self._unread += frame.size
        self._sent += frame.size
        self._frames.append(frame)
        self._wake.set()
        if self._sent > SOCKET_BYTES:
            self._end(COME_BACK, "")
        return True

    def pinged(self) -> None:
        """The client has read so far: it may be sent more."""
        self._unread = sum(frame.size for frame in self._frames)
        self.is_full = False

    def close(self, code: int, reason: str) -> None:
        """Close the socket; what still waits is not sent. Only the first call counts."""
        if not self.is_closing:
            self._frames.clear()
            self._end(code, reason)

    def _end(self, code: int, reason: str) -> None:
        self._closing = {"type": "websocket.close", "code": code, "reason": reason}
        self._wake.set()

    async def drain(self) -> None:
        """Send what comes in, in order, until the socket is closed."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._frames:
                await self._send({"type": "websocket.send", "text": self._frames.popleft().text})
            if self._closing is not None:
                await self._send(self._closing)
                return
