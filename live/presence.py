"""How many people are here: each web process tells its own number, the sum is shown.

A person with three windows counts once per process; an anonymous window counts as one. Rows of a
process that died are left out after a minute.
"""

import time
from collections.abc import Collection
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from live.models import Presence
from live.pools import READS
from live.queries import CHUNK
from live.topics import find

DEBOUNCE = 2.0
HEARTBEAT = 20.0
STALE = timedelta(seconds=60)
TELL = """
    INSERT INTO live_presence (process, topic, people, updated) VALUES (%s, %s, %s, %s)
    ON CONFLICT (topic, process) DO UPDATE
    SET people = excluded.people, updated = excluded.updated
"""


def is_counted(topic: str) -> bool:
    """Whether windows on this topic are told how many people are here."""
    found = find(topic)
    return found is not None and found[0].counts_people


class Tally:
    """What this process last told the others."""

    def __init__(self, process: str) -> None:
        self.process = process
        self._told: dict[str, int] = {}
        self._heartbeat = 0.0

    async def renew(self, people: dict[str, int]) -> dict[str, int]:
        """Tell the others what changed here, and return topic → people over all processes."""
        here = {**dict.fromkeys(self._told, 0), **people}
        beats = time.monotonic() - self._heartbeat >= HEARTBEAT
        news = {
            topic: count for topic, count in here.items() if beats or self._told.get(topic) != count
        }
        sums = await READS.run(_exchange, self.process, news, list(people))
        if beats:
            self._heartbeat = time.monotonic()
        self._told = dict(people)
        return sums


def _exchange(process: str, news: dict[str, int], topics: Collection[str]) -> dict[str, int]:
    if news:
        updated = connection.ops.adapt_datetimefield_value(timezone.now())
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                TELL, [(process, topic, count, updated) for topic, count in sorted(news.items())]
            )
    return people_here(topics)


def people_here(topics: Collection[str]) -> dict[str, int]:
    """Topic → how many people are there now, over all web processes."""
    names, here = list(topics), dict.fromkeys(topics, 0)
    alive = Presence.objects.filter(updated__gt=timezone.now() - STALE)
    for begin in range(0, len(names), CHUNK):
        rows = alive.filter(topic__in=names[begin : begin + CHUNK])
        here.update(rows.values_list("topic").annotate(Sum("people")))
    return here
