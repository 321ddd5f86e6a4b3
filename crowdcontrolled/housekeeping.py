"""What grows by itself and is cut back once an hour, and what falls due by the minute.

Every task is safe to be killed, and to be run by several machines at once.
"""

import logging
import threading
import time
from collections.abc import Sequence
from importlib import import_module

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)
EVERY = 3_600.0
#: The first round comes soon, since a machine that is on for an hour a day must tidy up too.
FIRST_AFTER = 120.0
MINUTE = 60.0


def clear_sessions() -> None:
    """Delete the sessions that have expired."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


#: By name, since the supervisor runs them and supervises sites without these apps as well.
TASKS = (
    "accounts.idempotency.forget_old",
    "live.retention.trim",
    "crowdcontrolled.housekeeping.clear_sessions",
    "accounts.sessions.forget_ended",
    "common.ratelimit.forget_expired",
    "projects.noting.prune",
    "datasets.stash.sweep",
    "datasets.reviewing.claims.forget_expired",
    "datasets.services.flagging.wish_for_flags",
    "datasets.services.photos.sweep",
    "datasets.services.importing.forget_old",
    "datasets.services.snapshot_files.sweep",
    "datasets.services.versions.nightly",
)


#: What falls due by the clock alone, looked for every minute.
OFTEN = ("training.services.champion.sweep",)


def tidy() -> None:
    """One round of what is done once an hour."""
    do_all(TASKS)


def do_all(tasks: Sequence[str]) -> None:
    """Each task once. One that fails is logged, and does not hold up the others."""
    for task in tasks:
        try:
            import_string(task)()
        except Exception:
            logger.warning("%s did not finish; the next round will.", task, exc_info=True)
    connections.close_all()


def keep_tidy(stop: threading.Event) -> None:
    """A round every hour, a look every minute, until stopped: a thread of the supervisor."""
    due = time.monotonic() + FIRST_AFTER
    while not stop.wait(max(0.0, min(MINUTE, due - time.monotonic()))):
        do_all(OFTEN)
        if time.monotonic() >= due:
            tidy()
            due = time.monotonic() + EVERY
