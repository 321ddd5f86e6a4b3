"""What grows by itself and is cut back once an hour: repeated acts, events, ended sessions.

Every task is safe to be killed, and to be run by several machines at once.
"""

import logging
import threading
from importlib import import_module

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)
EVERY = 3_600.0
#: The first round comes soon, since a machine that is on for an hour a day must tidy up too.
FIRST_AFTER = 120.0


def clear_sessions() -> None:
    """Delete the sessions that have expired."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


#: By name, since the supervisor runs them and supervises sites without these apps as well.
TASKS = (
    "accounts.idempotency.forget_old",
    "live.retention.trim",
    "crowdcontrolled.housekeeping.clear_sessions",
    "common.ratelimit.forget_expired",
)


def tidy() -> None:
    """One round. A task that fails is logged, and does not hold up the others."""
    for task in TASKS:
        try:
            import_string(task)()
        except Exception:
            logger.warning("%s did not finish; the next round will.", task, exc_info=True)
    connections.close_all()


def keep_tidy(stop: threading.Event) -> None:
    """A round every hour, until stopped: the supervisor runs it in a thread of its own."""
    wait = FIRST_AFTER
    while not stop.wait(wait):
        tidy()
        wait = EVERY
