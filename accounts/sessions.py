"""Where a person is signed in: noted in passing, listed for them."""

import logging
import threading
import time
from collections import OrderedDict
from datetime import datetime
from typing import NamedTuple

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User

logger = logging.getLogger(__name__)
#: A visit is written down at most so often for one session by one process.
NOTE_SECONDS = 5 * 60
#: Sessions whose last note a process remembers.
REMEMBERED = 10_000
#: Rows forgotten in one transaction.
CHUNK = 500
# In this order: each of these names itself after the ones it descends from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Chromium", "Chromium"),
    ("Safari", "Safari"),
    ("curl", "curl"),
    ("python", "Python"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


class Place(NamedTuple):
    """One session as its person sees it."""

    pk: int
    browser: str
    address: str
    started: datetime
    seen: datetime
    current: bool


class Recent:
    """Remembers what happened a moment ago, for a bounded number of keys."""

    def __init__(self, seconds: float, most: int) -> None:
        self.seconds = seconds
        self.most = most
        self._times: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def is_due(self, key: str) -> bool:
        """Whether the key was not named within the last seconds; it counts as named now."""
        now = time.monotonic()
        with self._lock:
            last = self._times.pop(key, None)
            if last is not None and now - last < self.seconds:
                self._times[key] = last
                return False
            self._times[key] = now
            if len(self._times) > self.most:
                self._times.popitem(last=False)
            return True


_noted = Recent(NOTE_SECONDS, REMEMBERED)


def note_visit(request: HttpRequest) -> None:
    """Write down that this session was used: from where, with what, when.

    allauth's own middleware writes on every page; a page must not wait for that.
    """
    key = request.session.session_key
    if not key or not _noted.is_due(key):
        return
    try:
        UserSession.objects.create_from_request(request)
    except (DatabaseError, PermissionDenied):
        # The page is made already, and the list may lack a line: no reason to take it away.
        logger.info("A visit was not noted.", exc_info=True)


def places_of(user: User, current_key: str | None) -> list[Place]:
    """The sessions that still open the account, this one first, then by the last visit."""
    found = [
        Place(
            pk=session.pk,
            browser=browser_name(session.user_agent),
            address=session.ip,
            started=session.created_at,
            seen=session.last_seen_at,
            current=session.session_key == current_key,
        )
        for session in UserSession.objects.purge_and_list(user)
    ]
    return sorted(found, key=lambda place: (place.current, place.seen), reverse=True)


def is_here(session_id: int, current_key: str | None) -> bool:
    """Whether that is the session that asks."""
    return bool(UserSession.objects.filter(pk=session_id, session_key=current_key).exists())


def browser_name(agent: str) -> str:
    """What people call the program and system behind a User-Agent, such as "Firefox on Linux"."""
    program = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if program and system:
        return _("%(program)s on %(system)s") % {"program": program, "system": system}
    return program or system or _("an unknown program")


def forget_ended() -> int:
    """Delete the notes about sessions that are gone; return how many there were."""
    gone = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
    deleted = 0
    # In small transactions: on SQLite everybody else who writes waits meanwhile.
    while chunk := list(gone.values_list("pk", flat=True)[:CHUNK]):
        deleted += UserSession.objects.filter(pk__in=chunk).delete()[0]
    return deleted
