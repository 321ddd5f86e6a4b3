"""What a client may send: ``{"subscribe": {topic: last number or null}}`` and ``{"ping": n}``."""

import json
import time
from collections import deque
from typing import Any

from django.utils.translation import gettext as _

from common.limits import LIVE_MESSAGE_BYTES
from live.closing import NOT_UNDERSTOOD, TOO_MUCH

LARGEST = 2**63 - 1
WINDOW = 10.0


class Unwelcome(Exception):
    """A message for which the socket is closed: with a code and a sentence."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Pace:
    """At most so many of something in any ten seconds."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._spent: deque[tuple[float, int]] = deque()
        self._sum = 0

    def spend(self, count: int = 1) -> None:
        """Count some more.

        Raises:
            Unwelcome: that is more than the limit.
        """
        now = time.monotonic()
        while self._spent and self._spent[0][0] <= now - WINDOW:
            self._sum -= self._spent.popleft()[1]
        self._spent.append((now, count))
        self._sum += count
        if self._sum > self.limit:
            raise Unwelcome(
                TOO_MUCH,
                _("More than %(limit)d requests in ten seconds. Wait, then load the page again.")
                % {"limit": self.limit},
            )


def subscriptions_in(text: str | None) -> dict[str, int | None]:
    """The topics that a message asks for, with the last numbers known; empty for a ping.

    Raises:
        Unwelcome: it is too long, no JSON, or asks for anything else.
    """
    if text is None:
        raise _not_understood()
    if len(text) > LIVE_MESSAGE_BYTES or len(text.encode("utf-8", "replace")) > LIVE_MESSAGE_BYTES:
        raise Unwelcome(
            TOO_MUCH,
            _("The message has more than %(limit)d bytes. Ask for fewer topics.")
            % {"limit": LIVE_MESSAGE_BYTES},
        )
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise _not_understood() from None
    if not isinstance(message, dict) or len(message) != 1:
        raise _not_understood()
    if "ping" in message and _is_number(message["ping"]):
        return {}
    asked = message.get("subscribe")
    if not isinstance(asked, dict) or not asked:
        raise _not_understood()
    if not all(last is None or _is_number(last) for last in asked.values()):
        raise _not_understood()
    return asked


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST


def _not_understood() -> Unwelcome:
    return Unwelcome(
        NOT_UNDERSTOOD,
        _('A message was not understood. Send {"subscribe": {"topic:1": null}} or {"ping": 1}.'),
    )
