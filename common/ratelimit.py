"""How often somebody may do something: counters on the cache, shared by all processes.

The window slides: what was spent in the window before counts by the share of it that still lies
within the last ``seconds``. On the database cache one statement looks at the counter and counts,
so processes that spend at once cannot get through together. On Redis counting is one atomic
command, but the look at the counter comes before it: as many more may pass as look at the same
moment. A cache that was emptied forgets what was spent: limits guard against haste, never against
double effects, which is what idempotency keys and constraints are for.

Spend before the transaction of the act opens: on PostgreSQL the cache shares its database, and a
rollback would give back what was spent.
"""

import math
import time
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connections, router
from django.utils import timezone
from django.utils.translation import ngettext

from common.errors import Refused

# Looks and counts in one; gives no row when the act does not pass. {t} is the cache's own table.
COUNT = """
    INSERT INTO {t} (cache_key, value, expires)
    SELECT %(key)s, '1', %(expires)s
    WHERE (SELECT coalesce(max(CAST(value AS integer)), 0) FROM {t} WHERE cache_key = %(before)s)
        * %(share)s <= %(room)s
    ON CONFLICT (cache_key) DO UPDATE SET value = CAST(CAST({t}.value AS integer) + 1 AS text)
    WHERE CAST({t}.value AS integer) + %(share)s
        * (SELECT coalesce(max(CAST(value AS integer)), 0) FROM {t} WHERE cache_key = %(before)s)
        <= %(room)s
    RETURNING value
"""
LOOK = "SELECT cache_key, value FROM {t} WHERE cache_key IN (%s, %s)"
FORGET = "DELETE FROM {t} WHERE expires < %s"


class _Window(NamedTuple):
    """The counters of one look: keys of this window and the one before, and how far we are in."""

    current: str
    previous: str
    elapsed: float
    limit: int
    seconds: int


def spend(scope: str, who: str | int, *, limit: int, seconds: int) -> None:
    """Count one act of somebody; at most ``limit`` of them pass in any ``seconds``.

    Args:
        scope: what is limited, a fixed word such as ``chat``.
        who: the person's id, or an address.
        limit: how many may pass, at least 1.
        seconds: the length of the window.

    Raises:
        Refused: status 429, with the seconds to wait. A refused act counts for nothing.
    """
    now = time.time()
    number = int(now // seconds)
    current, previous = _key(scope, who, number), _key(scope, who, number - 1)
    window = _Window(current, previous, now / seconds - number, limit, seconds)
    store = caches["default"]
    if isinstance(store, BaseDatabaseCache):
        _count_in_database(store, window, now)
    else:
        _count_in_cache(store, window)


class Left(NamedTuple):
    """What may still pass: so many acts now, and all of ``limit`` after so many seconds."""

    limit: int
    seconds: int
    remaining: int
    reset: int


def left(scope: str, who: str | int, *, limit: int, seconds: int) -> Left:
    """How much of a limit is left to somebody, without spending of it; as ``spend`` counts."""
    now = time.time()
    number = int(now // seconds)
    elapsed = now / seconds - number
    store = caches["default"]
    keys = [_key(scope, who, number), _key(scope, who, number - 1)]
    if isinstance(store, BaseDatabaseCache):
        counts = _counts_in_database(store, keys)
    else:
        counts = store.get_many(keys)
    spent, before = counts.get(keys[0], 0), counts.get(keys[1], 0)
    remaining = max(0, math.floor(limit - spent - before * (1 - elapsed)))
    # What was spent in this window still counts, less and less, until the next one is over.
    reset = (2 - elapsed) * seconds if spent else (1 - elapsed) * seconds
    return Left(limit, seconds, remaining, math.ceil(reset) if spent or before else 0)


def forget_expired() -> int:
    """Delete the counters that no window looks at any more; return how many there were."""
    store = caches["default"]
    if not isinstance(store, BaseDatabaseCache):
        return 0
    opened, table = _database_of(store)
    with opened.cursor() as cursor:
        cursor.execute(
            FORGET.format(t=table), [opened.ops.adapt_datetimefield_value(timezone.now())]
        )
        return int(cursor.rowcount)


def _key(scope: str, who: str | int, window: int) -> str:
    # Hashed: an address from outside may hold characters that a cache key may not.
    mark = sha256(str(who).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"spent:{scope}:{mark}:{window}"


def _database_of(store: BaseDatabaseCache) -> tuple[Any, str]:
    """The connection that holds the cache's table, and the table's quoted name."""
    opened = connections[router.db_for_write(store.cache_model_class)]
    return opened, opened.ops.quote_name(store.cache_model_class._meta.db_table)


def _count_in_database(store: BaseDatabaseCache, window: _Window, now: float) -> None:
    opened, table = _database_of(store)
    expires = datetime.fromtimestamp(int(now) + 2 * window.seconds, tz=UTC)
    values = {
        "key": window.current,
        "before": window.previous,
        "expires": opened.ops.adapt_datetimefield_value(expires),
        "share": 1 - window.elapsed,
        "room": window.limit - 1,
    }
    with opened.cursor() as cursor:
        cursor.execute(COUNT.format(t=table), values)
        if cursor.fetchone() is not None:
            return
    counts = _counts_in_database(store, [window.current, window.previous])
    raise _refusal(_wait(window, counts.get(window.current, 0), counts.get(window.previous, 0)))


def _counts_in_database(store: BaseDatabaseCache, keys: list[str]) -> dict[str, int]:
    opened, table = _database_of(store)
    with opened.cursor() as cursor:
        cursor.execute(LOOK.format(t=table), keys)
        return {key: int(value) for key, value in cursor.fetchall()}


def _count_in_cache(store: BaseCache, window: _Window) -> None:
    counts = store.get_many([window.current, window.previous])
    spent, before = counts.get(window.current, 0), counts.get(window.previous, 0)
    if spent + before * (1 - window.elapsed) > window.limit - 1:
        raise _refusal(_wait(window, spent, before))
    if not store.add(window.current, 1, 2 * window.seconds):
        store.incr(window.current)


def _wait(window: _Window, spent: int, before: int) -> float:
    """How many seconds until one more passes."""
    room = window.limit - 1 - spent
    if room >= 0:
        # The weight of the window before has to sink to the room that is left.
        sinks = 1 - window.elapsed - room / before if before else 0.0
        return max(0.0, sinks) * window.seconds
    # This window becomes the window before, and then has to sink in its turn.
    return ((1 - window.elapsed) + 1 - (window.limit - 1) / spent) * window.seconds


def _refusal(seconds: float) -> Refused:
    wait = max(1, math.ceil(seconds))
    message = ngettext(
        "Slow down a little. You can go on in %(wait)d second.",
        "Slow down a little. You can go on in %(wait)d seconds.",
        wait,
    )
    return Refused(message % {"wait": wait}, status=429, retry_after=wait)
