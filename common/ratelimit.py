"""How often somebody may do something: counters on the cache, shared by all processes.

The window slides: what was spent in the window before counts by the share of it that still lies
within the last ``seconds``. On the database cache the counter is read and written under a lock
(BEGIN IMMEDIATE on SQLite, an advisory lock on PostgreSQL), so processes that spend at once cannot
get through together. On Redis counting is one atomic command, but the look at the counter comes
before it: as many more may pass as look at the same moment. A cache that was emptied forgets what
was spent: limits guard against haste, never against double effects, which is what idempotency keys
and constraints are for.

Spend before the transaction of the act opens: on PostgreSQL the cache shares its database, and a
rollback would give back what was spent.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connections, router, transaction
from django.utils.translation import ngettext

from common.errors import Refused


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
    window = int(now // seconds)
    elapsed = now / seconds - window
    current, previous = _key(scope, who, window), _key(scope, who, window - 1)
    store = caches["default"]
    with _one_at_a_time(store, current):
        counts = store.get_many([current, previous])
        spent, before = counts.get(current, 0), counts.get(previous, 0)
        if spent + before * (1 - elapsed) > limit - 1:
            raise _refusal(_wait(spent, before, elapsed, limit) * seconds)
        _count(store, current, spent, 2 * seconds)


def _key(scope: str, who: str | int, window: int) -> str:
    # Hashed: an address from outside may hold characters that a cache key may not.
    mark = sha256(str(who).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"limit:{scope}:{mark}:{window}"


def _wait(spent: int, before: int, elapsed: float, limit: int) -> float:
    """How long until one more passes, in windows."""
    room = limit - 1 - spent
    if room >= 0:
        # The weight of the window before has to sink to the room that is left.
        return max(0.0, 1 - elapsed - room / before)
    # This window becomes the window before, and then has to sink in its turn.
    return (1 - elapsed) + 1 - (limit - 1) / spent


def _count(store: BaseCache, key: str, spent: int, timeout: int) -> None:
    if isinstance(store, BaseDatabaseCache):
        # Its incr() would put the default timeout on the key; the lock makes the set safe.
        store.set(key, spent + 1, timeout)
    elif not store.add(key, 1, timeout):
        store.incr(key)


@contextmanager
def _one_at_a_time(store: BaseCache, key: str) -> Iterator[None]:
    if not isinstance(store, BaseDatabaseCache):
        yield
        return
    alias = router.db_for_write(store.cache_model_class)
    with transaction.atomic(using=alias):
        if connections[alias].vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        yield


def _refusal(seconds: float) -> Refused:
    wait = max(1, math.ceil(seconds))
    message = ngettext(
        "Slow down a little. You can go on in %(wait)d second.",
        "Slow down a little. You can go on in %(wait)d seconds.",
        wait,
    )
    return Refused(message % {"wait": wait}, status=429, retry_after=wait)
