"""Rights that end while a window is open: the window is closed within a second.

Every socket is checked each minute, and at once when ``live.publish.rights_changed`` told of a
change that may concern it.
"""

import asyncio
import json
from typing import TYPE_CHECKING, Any

from live.closing import MISSING, missing_reason
from live.people import user_of
from live.pools import READS, TAIL
from live.queries import EventText, events_after
from live.session_mark import session_mark
from live.sockets import Socket
from live.topics import RIGHTS_TOPIC, may_listen

if TYPE_CHECKING:
    from live.hub import Hub

CHECK_EVERY = 60.0
#: Sockets that are looked at in one hop, so that subscriptions get their turn in between.
BATCH = 50
CHANGES = 500

Look = tuple[str, Any, tuple[str, ...]]


async def handle_changes(hub: "Hub", counter: int) -> None:
    """Read the changes of rights up to the counter, and mark the sockets that they may concern."""
    begin, changes = hub.rights, []
    if begin is not None and begin < counter:
        changes = await TAIL.run(events_after, RIGHTS_TOPIC, begin, CHANGES)
    if begin is None or not changes or changes[0].seq != begin + 1:
        # The first look, or trimmed, or a database that was put back: anything may have changed.
        hub.rights = counter
        mark(hub, {})
    else:
        hub.rights = changes[-1].seq
        for change in changes:
            mark(hub, _payload(change))
    hub.epoch += 1
    hub.check_now.set()


def mark(hub: "Hub", change: dict[str, Any]) -> None:
    """Have the sockets checked that a change may concern; close those of an ended session."""
    session, user = change.get("session"), change.get("user")
    for socket in hub.sockets:
        if session is not None:
            if socket.session_key and session_mark(socket.session_key) == session:
                socket.outbox.close(MISSING, missing_reason())
        elif user is None or socket.user.pk == user:
            socket.check_at = 0.0


async def wait_for_turn(hub: "Hub") -> None:
    """Wait until a change came in, at most a second."""
    try:
        await asyncio.wait_for(hub.check_now.wait(), timeout=1.0)
    except TimeoutError:
        return
    hub.check_now.clear()


async def check_due(hub: "Hub") -> None:
    """Check every socket whose time has come, and close those that lost a right."""
    clock = asyncio.get_running_loop().time
    due = [socket for socket in hub.sockets if socket.check_at <= clock()]
    for begin in range(0, len(due), BATCH):
        batch = due[begin : begin + BATCH]
        for socket in batch:
            # Before the look: a change that comes in meanwhile marks the socket again.
            socket.check_at = clock() + CHECK_EVERY
        try:
            kept = await READS.run(keep_rights, [_look(socket) for socket in batch])
        except Exception:
            for socket in batch:
                socket.check_at = 0.0
            raise
        for socket, keeps in zip(batch, kept, strict=True):
            if not keeps:
                socket.outbox.close(MISSING, missing_reason())


def keep_rights(looks: list[Look]) -> list[bool]:
    """For each socket whether it is still the same person's and may listen to all its topics.

    Reads each session once and asks each question once, in the calling thread.
    """
    users: dict[str, Any] = {}
    answers: dict[tuple[Any, str], bool] = {}
    kept = []
    for session_key, user_id, topics in looks:
        if session_key not in users:
            users[session_key] = user_of(session_key)
        user = users[session_key]
        keeps = user.pk == user_id
        for topic in topics if keeps else ():
            if (user.pk, topic) not in answers:
                answers[user.pk, topic] = may_listen(user, topic)
            keeps = keeps and answers[user.pk, topic]
        kept.append(keeps)
    return kept


def _look(socket: Socket) -> Look:
    return socket.session_key, socket.user.pk, tuple(socket.topics)


def _payload(change: EventText) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(change.text)
    return found
