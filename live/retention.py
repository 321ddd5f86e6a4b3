"""Forgetting old events: a window that comes back later than this gets a snapshot."""

import logging
import random
import threading
import time
from datetime import datetime, timedelta

from django.db import connection, connections, transaction
from django.utils import timezone

from common.limits import LIVE_DAYS_KEPT, LIVE_EVENTS_KEPT
from live.models import Event, Presence, TopicCounter

logger = logging.getLogger(__name__)

#: Seconds between two rounds of a process, give or take a third.
EVERY = 1_800.0
#: Rows deleted in one transaction, well under the 0.2 s for which others may be kept waiting.
CHUNK = 2_000


def trim(keep: int = LIVE_EVENTS_KEPT, age: timedelta = timedelta(days=LIVE_DAYS_KEPT)) -> int:
    """Delete events beyond the newest ``keep`` of each topic or older than ``age``.

    Run it now and then, from any one process: in small transactions, safe to be killed or run
    twice. Returns how many events were deleted. What is left of a topic has no gaps.
    """
    deleted = sum(
        _delete(topic, newest - keep)
        for topic, newest in TopicCounter.objects.filter(seq__gt=keep).values_list("topic", "seq")
    )
    deleted += _delete_before(timezone.now() - age)
    Presence.objects.filter(updated__lt=timezone.now() - timedelta(hours=1)).delete()
    return deleted


def _delete(topic: str, up_to: int) -> int:
    deleted = 0
    while True:
        chunk = list(
            Event.objects.filter(topic=topic, seq__lte=up_to)
            .order_by("seq")
            .values_list("pk", flat=True)[:CHUNK]
        )
        deleted += _delete_rows(chunk)
        if len(chunk) < CHUNK:
            return deleted


def _delete_before(limit: datetime) -> int:
    """Walk from the oldest row: ids grow with time, so the walk ends at the first young chunk."""
    deleted = 0
    while True:
        chunk = list(Event.objects.order_by("pk").values_list("pk", "created")[:CHUNK])
        old = [key for key, created in chunk if created < limit]
        deleted += _delete_rows(old)
        if len(old) < CHUNK:
            return deleted


def _delete_rows(keys: list[int]) -> int:
    if not keys:
        return 0
    marks = ",".join(["%s"] * len(keys))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM live_event WHERE id IN ({marks})", keys)  # noqa: S608
        return int(cursor.rowcount)


def start_trimming() -> threading.Thread:
    """Trim twice an hour in a daemon thread of this process. Several processes do no harm."""
    thread = threading.Thread(target=_trim_for_ever, name="live-trim", daemon=True)
    thread.start()
    return thread


def _trim_for_ever() -> None:
    while True:
        time.sleep(EVERY * random.uniform(0.7, 1.3))  # noqa: S311 - jitter, not a secret
        try:
            trim()
        except Exception:
            logger.warning(
                "Old events were not all forgotten; the next round goes on.", exc_info=True
            )
        finally:
            connections.close_all()
