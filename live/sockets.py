"""One open window as the hub sees it, and how many of them somebody may have open."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.limits import (
    LIVE_SOCKETS_PER_ADDRESS,
    LIVE_SOCKETS_PER_PERSON,
    LIVE_SOCKETS_PER_PROCESS,
)
from live.outbox import Outbox


@dataclass
class Subscription:
    """One topic of one socket.

    Attributes:
        position: the number of the last event that was sent, None when only a snapshot helps.
        since: the tick in which it began.
        here: how many people it was last told of.
    """

    position: int | None
    since: int
    here: int | None = None


@dataclass(eq=False)
class Socket:
    """One connection.

    Attributes:
        user: who was signed in when it opened.
        session_key: the session it opened with.
        check_at: when its rights are looked at next, on the loop's clock.
    """

    outbox: Outbox
    user: Any
    session_key: str
    check_at: float
    topics: dict[str, Subscription] = field(default_factory=dict)

    @property
    def person(self) -> object:
        """What people are counted by: a signed-in user once, an anonymous socket as one each."""
        return self.user.pk if self.user.is_authenticated else self


class Seats:
    """How many sockets somebody holds in this process."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    @staticmethod
    def holder(user: Any, address: str) -> str:
        """Whose seats a socket takes: a signed-in person's, or an address's."""
        return f"user {user.pk}" if user.is_authenticated else f"address {address}"

    def take(self, holder: str) -> str | None:
        """Take one seat; or say in a sentence why there is none."""
        limit = LIVE_SOCKETS_PER_PERSON if holder[:5] == "user " else LIVE_SOCKETS_PER_ADDRESS
        if self._taken[holder] >= limit:
            return ngettext(
                "%(limit)d live window is open already, which is the most. Close it first.",
                "%(limit)d live windows are open already, which is the most. Close some first.",
                limit,
            ) % {"limit": limit}
        if self._taken.total() >= LIVE_SOCKETS_PER_PROCESS:
            return _("Too many people watch at the moment. Come back in a few minutes.")
        self._taken[holder] += 1
        return None

    def give_back(self, holder: str) -> None:
        """Leave one seat."""
        self._taken[holder] -= 1
        if self._taken[holder] <= 0:
            del self._taken[holder]
