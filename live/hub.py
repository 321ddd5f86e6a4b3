"""All open windows of this process, and the one tailer that brings them the news.

The tailer reads the event log ten times a second, once per topic and not per window, encodes one
frame and hands the same frame to every window at the same position. A window's position is moved
only here: so it misses nothing, sees nothing twice and sees all in order, whatever happened
between its page and its subscription.
"""

import asyncio
import logging
import uuid
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from live import guard, presence
from live.frames import Frame, events_frame, passing_frame, snapshot_frame
from live.news import Read, read_news, starts
from live.pools import READS, TAIL
from live.queries import counters, snapshot_of
from live.sockets import Seats, Socket, Subscription
from live.topics import RIGHTS_TOPIC

logger = logging.getLogger(__name__)

TICK = 0.1
#: At most four frames a second of events per topic.
BETWEEN_FRAMES = 0.25
LONGEST_BACK_OFF = 10.0
SNAPSHOT_RETRY = 5.0
#: Instead of a frame: the events after a position were trimmed, only a snapshot helps.
GONE = Frame("", 0, -1)


@dataclass
class Watched:
    """One topic with the windows on it.

    Attributes:
        is_behind: some window may need something although the counter did not move.
        seen: the counter up to which every window was served.
        due: when the next frame may be sent, on the loop's clock.
        here: how many people are here, over all processes; None before it was read.
    """

    topic: str
    windows: dict[Socket, Subscription] = field(default_factory=dict)
    is_behind: bool = True
    seen: int = 0
    due: float = 0.0
    here: int | None = None
    snapshot: "asyncio.Task[None] | None" = None


class Hub:
    """The windows of one event loop. Use ``Hub.here()``."""

    _hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()

    def __init__(self) -> None:
        self.process = uuid.uuid4().hex
        self.sockets: set[Socket] = set()
        self.watched: dict[str, Watched] = {}
        self.seats = Seats()
        #: How far the events that end rights were handled; None until the first look.
        self.rights: int | None = None
        #: Grows with each of them: whoever checked a right across a change checks again.
        self.epoch = 0
        self.check_now = asyncio.Event()
        self._tick = 0
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @classmethod
    def here(cls) -> "Hub":
        """The hub of the running event loop."""
        loop = asyncio.get_running_loop()
        if loop not in cls._hubs:
            cls._hubs[loop] = cls()
        return cls._hubs[loop]

    # windows come and go

    def add(self, socket: Socket) -> None:
        """A socket opened; the first one starts the tailer."""
        self.sockets.add(socket)
        loops = {"tail": self._tail, "guard": self._guard, "presence": self._presence}
        for name, run in loops.items():
            if name not in self._tasks:
                self._tasks[name] = asyncio.create_task(run(), name=f"live-{name}")

    def join(self, socket: Socket, topic: str, position: int | None) -> None:
        """A socket that may listen wants the events of a topic after a position."""
        watched = self.watched.setdefault(topic, Watched(topic))
        subscription = Subscription(position, since=self._tick)
        socket.topics[topic] = watched.windows[socket] = subscription
        watched.is_behind = True

    def wake(self, socket: Socket) -> None:
        """A socket can be sent more again."""
        for topic in socket.topics:
            self.watched[topic].is_behind = True

    def remove(self, socket: Socket) -> None:
        """A socket is gone; the tasks end by themselves after the last one."""
        self.sockets.discard(socket)
        for topic in socket.topics:
            watched = self.watched[topic]
            watched.windows.pop(socket, None)
            if not watched.windows:
                del self.watched[topic]
                if watched.snapshot is not None:
                    watched.snapshot.cancel()
        socket.topics = {}

    def _ends(self, name: str) -> bool:
        """Whether that task may end: there is no window left. The next one starts it again."""
        if self.sockets:
            return False
        self._tasks.pop(name, None)
        return True

    # the tailer

    async def _tail(self) -> None:
        clock = asyncio.get_running_loop().time
        self.rights = None
        following, back_off = clock(), TICK
        while not self._ends("tail"):
            following = max(following + TICK, clock())
            await asyncio.sleep(following - clock())
            try:
                await self.tick()
                back_off = TICK
            except Exception:
                logger.exception("The tailer could not read; it tries again in %.1f s.", back_off)
                await asyncio.sleep(back_off)
                back_off = min(back_off * 2, LONGEST_BACK_OFF)

    async def tick(self) -> None:
        """Read what is new once, and hand it out."""
        self._tick += 1
        now = asyncio.get_running_loop().time()
        numbers = await TAIL.run(counters, [RIGHTS_TOPIC, *self.watched])
        if self.rights != numbers.get(RIGHTS_TOPIC, 0):
            await guard.handle_changes(self, numbers.get(RIGHTS_TOPIC, 0))
        due = [
            watched
            for watched in self.watched.values()
            if watched.due <= now
            and (watched.is_behind or numbers.get(watched.topic, 0) != watched.seen)
        ]
        wanted = {watched.topic: self._starts(watched, numbers) for watched in due}
        wanted = {topic: begins for topic, begins in wanted.items() if begins}
        news = await TAIL.run(read_news, wanted) if wanted else {}
        for watched in due:
            self._hand_out(watched, numbers.get(watched.topic, 0), news.get(watched.topic, []))

    def _starts(self, watched: Watched, numbers: dict[str, int]) -> list[int]:
        counter = numbers.get(watched.topic, 0)
        for subscription in watched.windows.values():
            position = subscription.position
            # A window that joined after the counter was read may rightly know more.
            if position is not None and position > counter and subscription.since < self._tick:
                subscription.position = None
        positions = {subscription.position for subscription in watched.windows.values()}
        return starts((position for position in positions if position is not None), counter)

    def _hand_out(self, watched: Watched, counter: int, reads: list[Read]) -> None:
        frames: dict[int, Frame | None] = {}
        watched.seen, watched.is_behind = counter, False
        for socket, subscription in watched.windows.items():
            position = subscription.position
            if socket.outbox.is_closing:
                continue
            if position is not None and position < counter:
                if position not in frames:
                    frames[position] = _next_frame(watched.topic, position, reads)
                self._give(socket, subscription, frames[position])
            self._note_need(watched, socket, subscription)
        if any(frames.values()):
            watched.due = asyncio.get_running_loop().time() + BETWEEN_FRAMES

    def _note_need(self, watched: Watched, socket: Socket, subscription: Subscription) -> None:
        if subscription.position is None:
            if not socket.outbox.is_full:
                self._want_snapshot(watched)
        elif subscription.position < watched.seen or subscription.since >= self._tick:
            watched.is_behind = True

    @staticmethod
    def _give(socket: Socket, subscription: Subscription, frame: Frame | None) -> None:
        if frame is GONE:
            subscription.position = None
        elif frame is not None:
            subscription.position = frame.to if socket.outbox.offer(frame) else None

    # snapshots

    def _want_snapshot(self, watched: Watched) -> None:
        if watched.snapshot is None:
            watched.snapshot = asyncio.create_task(self._send_snapshot(watched))

    async def _send_snapshot(self, watched: Watched) -> None:
        """Read it once for all windows that need one, beside the ticks."""
        try:
            seq, data = await READS.run(snapshot_of, watched.topic)
            frame = snapshot_frame(watched.topic, seq, data)
        except Exception:
            logger.exception("No snapshot of %s could be made.", watched.topic)
            await asyncio.sleep(SNAPSHOT_RETRY)
        else:
            for socket, subscription in watched.windows.items():
                if subscription.position is None:
                    self._give(socket, subscription, frame)
        finally:
            watched.snapshot = None
            watched.is_behind = True

    # people here, and rights

    async def _presence(self) -> None:
        tally = presence.Tally(self.process)
        while True:
            await asyncio.sleep(presence.DEBOUNCE)
            try:
                self.tell_people(await tally.renew(self._people()))
            except Exception:
                logger.exception("The number of people here could not be renewed.")
            if self._ends("presence"):
                return

    def _people(self) -> dict[str, int]:
        return {
            topic: len({socket.person for socket in watched.windows})
            for topic, watched in self.watched.items()
            if presence.is_counted(topic)
        }

    def tell_people(self, here: dict[str, int]) -> None:
        """Tell each window how many people are here, when it was last told another number."""
        for topic, people in here.items():
            watched = self.watched.get(topic)
            if watched is not None:
                watched.here = people
                _tell_people(watched, people)

    async def _guard(self) -> None:
        while not self._ends("guard"):
            await guard.wait_for_turn(self)
            try:
                await guard.check_due(self)
            except Exception:
                logger.exception("The rights of open windows could not be checked.")
                await asyncio.sleep(1)


def _next_frame(topic: str, position: int, reads: list[Read]) -> Frame | None:
    """What a window at that position gets next; None: nothing was read for it this time."""
    for read in reads:
        if read.after <= position:
            events = read.following(position)
            if events is None:
                return GONE
            return events_frame(topic, events) if events else None
    return None


def _tell_people(watched: Watched, people: int) -> None:
    frames: dict[int, Frame] = {}
    for socket, subscription in watched.windows.items():
        position = subscription.position
        if position is None or subscription.here == people or socket.outbox.is_closing:
            continue
        if position not in frames:
            frames[position] = passing_frame(watched.topic, position, {"here": people})
        if socket.outbox.offer(frames[position]):
            subscription.here = people
        else:
            subscription.position = None
