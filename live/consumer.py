"""The one socket of a page, at ``/ws/``: it listens to topics and sends nothing but pings."""

import asyncio
import logging
import random
from typing import Any

from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer
from django.utils.translation import gettext as _

from common.limits import (
    LIVE_CHECKS_PER_10_SECONDS,
    LIVE_MESSAGES_PER_10_SECONDS,
    LIVE_TOPICS_PER_SOCKET,
)
from live.closing import MISSING, TOO_MUCH, TRY_AGAIN, missing_reason
from live.frames import passing_frame
from live.guard import CHECK_EVERY
from live.hub import Hub
from live.messages import Pace, Unwelcome, subscriptions_in
from live.outbox import Outbox
from live.people import user_of, visitor_of
from live.pools import READS
from live.sockets import Socket
from live.topics import may_listen

logger = logging.getLogger(__name__)


class LiveConsumer(AsyncConsumer):  # type: ignore[misc]
    """Lets a window in, checks what it asks for, and hands it over to the hub.

    Nothing that it awaits while a message is handled may be slow: the server keeps the messages
    that wait without any bound.
    """

    socket: Socket | None = None
    holder: str | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.outbox = Outbox(send)
        self.hub = Hub.here()
        self.messages = Pace(LIVE_MESSAGES_PER_10_SECONDS)
        self.checks = Pace(LIVE_CHECKS_PER_10_SECONDS)
        self.asked: set[str] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Straight to the handler: Channels' own goes through a thread for each message."""
        await getattr(self, get_handler_name(message))(message)

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        """Find out who comes, then accept; whoever holds too many sockets is told so."""
        visitor = visitor_of(self.scope)
        epoch = self.hub.epoch
        refusal = self._take_seat(f"address {visitor.address} at the door")
        user = None
        if refusal is None:
            user = await READS.run(user_of, visitor.session_key)
            self._give_back_seat()
            refusal = self._take_seat(self.hub.seats.holder(user, visitor.address))
        await self.send({"type": "websocket.accept"})
        self._start(self._send_what_waits())
        if refusal is not None:
            self.outbox.close(TOO_MUCH, refusal)
            return
        now = asyncio.get_running_loop().time()
        due = now + CHECK_EVERY * random.uniform(0.5, 1)  # noqa: S311
        self.socket = Socket(self.outbox, user, visitor.session_key, due)
        self._look_again_if_changed(epoch)
        self.hub.add(self.socket)

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """Handle one message; after the first unwelcome one nothing is listened to any more."""
        if self.socket is None or self.outbox.is_closing:
            return
        try:
            self.messages.spend()
            asked = subscriptions_in(message.get("text"))
            if asked:
                self._ask(asked)
            else:
                self._pinged(self.socket)
        except Unwelcome as unwelcome:
            self.outbox.close(unwelcome.code, unwelcome.reason)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """The client left."""
        raise StopConsumer

    def _ask(self, asked: dict[str, int | None]) -> None:
        self.asked.update(asked)
        if len(self.asked) > LIVE_TOPICS_PER_SOCKET:
            raise Unwelcome(
                TOO_MUCH,
                _("One window can watch %(limit)d topics at most. Open another one for more.")
                % {"limit": LIVE_TOPICS_PER_SOCKET},
            )
        self.checks.spend(len(asked))
        self._start(self._subscribe(asked))

    async def _subscribe(self, asked: dict[str, int | None]) -> None:
        socket, epoch = self.socket, self.hub.epoch
        assert socket is not None
        try:
            allowed = await READS.run(_may_listen_to_all, socket.user, list(asked))
        except Exception:
            logger.exception("The right to listen could not be checked.")
            self.outbox.close(TRY_AGAIN, "")
            return
        if self.outbox.is_closing:
            return
        if not allowed:
            self.outbox.close(MISSING, missing_reason())
            return
        for topic, last in asked.items():
            self.hub.join(socket, topic, last)
        self._look_again_if_changed(epoch)

    async def _send_what_waits(self) -> None:
        """A window that hears nothing more must know it: its script then comes back by itself."""
        try:
            await self.outbox.drain()
        except Exception:
            logger.exception("A socket could not be sent what waits for it.")
            self.outbox.close(TRY_AGAIN, "")
            await self.send({"type": "websocket.close", "code": TRY_AGAIN})

    def _pinged(self, socket: Socket) -> None:
        was_full = self.outbox.is_full
        self.outbox.pinged()
        if was_full:
            self.hub.wake(socket)
        self.outbox.offer(PONG)

    def _look_again_if_changed(self, epoch: int) -> None:
        """A right was read before some right changed: have the guard read it again."""
        if self.socket is not None and self.hub.epoch != epoch:
            self.socket.check_at = 0.0
            self.hub.check_now.set()

    def _take_seat(self, holder: str) -> str | None:
        refusal = self.hub.seats.take(holder)
        if refusal is None:
            self.holder = holder
        return refusal

    def _give_back_seat(self) -> None:
        if self.holder is not None:
            self.hub.seats.give_back(self.holder)
            self.holder = None

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self.tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("A socket's task failed.", exc_info=task.exception())

    def _leave(self) -> None:
        for task in self.tasks:
            task.cancel()
        self._give_back_seat()
        if self.socket is not None:
            self.hub.remove(self.socket)
            self.socket = None


#: The answer to a ping: a window that hears nothing knows that its connection is dead.
PONG = passing_frame("", 0, {"pong": True})


def _may_listen_to_all(user: Any, topics: list[str]) -> bool:
    return all(may_listen(user, topic) for topic in topics)
