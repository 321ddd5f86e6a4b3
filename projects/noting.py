"""Writing down what happens in projects, for their momentum: see ``projects.momentum``.

Three statements an act, each finding its row by a unique key. Call it inside the transaction of
the cause and before anything is published: the project's row stays locked until the commit.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from projects.models import Membership, Momentum, MomentumPart, MomentumShare, Project
from projects.momentum import (
    GROUND,
    MONTH_SECONDS,
    RECENT_SECONDS,
    SHOWN_HOURS,
    Sums,
    gain,
    rank,
)

#: No row comes back for an owner, whose own acts say nothing about the crowd.
SHARE = """
    INSERT INTO projects_momentumshare (project_id, user_id, day, events)
    SELECT %(project)s, %(user)s, {day}, %(times)s
    WHERE NOT EXISTS (
        SELECT 1 FROM projects_membership
        WHERE project_id = %(project)s AND user_id = %(user)s AND role = %(owner)s
    )
    ON CONFLICT (project_id, user_id, day)
    DO UPDATE SET events = projects_momentumshare.events + excluded.events
    RETURNING events
"""
SUMS = """
    INSERT INTO projects_momentum (project_id, recent, month, at, rank, factor)
    VALUES (%(project)s, %(gain)s, %(gain)s, %(at)s, %(rank)s, 1)
    ON CONFLICT (project_id) DO UPDATE SET
        recent = {recent},
        month = {month},
        at = {at},
        rank = LN(projects_momentum.factor * ({recent}) / SQRT(%(ground)s + {month})) / %(ln2)s
            + {epoch} / %(half)s
"""
PART = """
    INSERT INTO projects_momentumpart (project_id, hour, kind, events) VALUES {places}
    ON CONFLICT (project_id, hour, kind)
    DO UPDATE SET events = projects_momentumpart.events + excluded.events
"""
LN2 = 0.693_147_180_559_945_3
#: Seconds after which nothing is left of any sum; PostgreSQL refuses powers that are too small.
NOTHING_LEFT = 60_000_000


def note_event(project: Project, user: User, kind: str, times: int = 1) -> None:
    """Count events of one kind, see ``note_events``."""
    note_events(project, user, {kind: times})


def note_events(project: Project, user: User, counts: Mapping[str, int]) -> None:
    """Count what one act of a person brought to a project; what its owner does counts nothing.

    Args:
        project: where it happened.
        user: who caused it.
        counts: how often, by a kind of ``momentum.WEIGHTS``; what stands first weighs most.

    Raises:
        KeyError: there is no such kind.
        TransactionManagementError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "Note events inside the transaction of their cause: they are true together."
        )
    happened = {kind: times for kind, times in counts.items() if times > 0}
    gain(happened, 0, 0)  # An unknown kind is refused before anything is written.
    if not happened:
        return
    now = timezone.now()
    before = _counted(project, user, now, sum(happened.values()))
    if before is None:
        return
    _add(project, gain(happened, before, user.trust_level), now)
    _add_parts(project, happened, now)


def prune() -> int:
    """Forget what no page shows any more; return how many rows went. Part of the housekeeping."""
    now = timezone.now()
    parts = MomentumPart.objects.filter(hour__lt=now - timedelta(hours=SHOWN_HOURS + 1))
    shares = MomentumShare.objects.filter(day__lt=now.date() - timedelta(days=1))
    return parts.delete()[0] + shares.delete()[0]


def set_factor(project: Project, factor: float) -> float:
    """Multiply the project's momentum from now on; return what it was multiplied by before."""
    with transaction.atomic():
        Momentum.objects.bulk_create(
            [Momentum(project=project, at=timezone.now())], ignore_conflicts=True
        )
        found = Momentum.objects.select_for_update().get(project=project)
        before, found.factor = found.factor, factor
        found.rank = rank(Sums(found.recent, found.month, found.at, factor))
        found.save(update_fields=["factor", "rank"])
    return before


def _counted(project: Project, user: User, now: datetime, times: int) -> int | None:
    """How many events the person had caused here today before these; None for an owner."""
    # PostgreSQL takes the type of a value under SELECT from the value alone.
    day = "CAST(%(day)s AS date)" if connection.vendor == "postgresql" else "%(day)s"
    values = {
        "project": project.pk,
        "user": user.pk,
        "day": connection.ops.adapt_datefield_value(now.date()),
        "times": times,
        "owner": int(Membership.Role.OWNER),
    }
    with connection.cursor() as cursor:
        cursor.execute(SHARE.format(day=day), values)
        counted = cursor.fetchone()
    return None if counted is None else int(counted[0]) - times


def _add(project: Project, gained: float, now: datetime) -> None:
    values = {
        "project": project.pk,
        "gain": gained,
        "at": connection.ops.adapt_datetimefield_value(now),
        "rank": rank(Sums(gained, gained, now)),
        "ground": GROUND,
        "half": RECENT_SECONDS,
        "ln2": LN2,
        "per_half": -LN2 / RECENT_SECONDS,
        "per_month": -LN2 / MONTH_SECONDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_sums(), values)


def _sums() -> str:
    """The statement in this database's words for the time between two moments."""
    if connection.vendor == "postgresql":
        old = "CAST(EXTRACT(EPOCH FROM projects_momentum.at) AS double precision)"
        new = "CAST(EXTRACT(EPOCH FROM excluded.at) AS double precision)"
    else:
        old = "(julianday(projects_momentum.at) - 2440587.5) * 86400.0"
        new = "(julianday(excluded.at) - 2440587.5) * 86400.0"
    past = f"({new}) - ({old})"
    seconds = (
        f"CASE WHEN {past} < 0 THEN 0 WHEN {past} > {NOTHING_LEFT} THEN {NOTHING_LEFT} "
        f"ELSE {past} END"
    )
    # The clocks of two machines differ: a moment before the last one moves nothing back.
    later = f"CASE WHEN {past} < 0 THEN {{old}} ELSE {{new}} END"
    kept = "projects_momentum.{name} * EXP({rate} * ({seconds})) + excluded.{name}"
    return SUMS.format(
        recent=kept.format(name="recent", rate="%(per_half)s", seconds=seconds),
        month=kept.format(name="month", rate="%(per_month)s", seconds=seconds),
        at=later.format(old="projects_momentum.at", new="excluded.at"),
        epoch=f"({later.format(old=old, new=new)})",
    )


def _add_parts(project: Project, counts: Mapping[str, int], now: datetime) -> None:
    hour = now.replace(minute=0, second=0, microsecond=0)
    stored = connection.ops.adapt_datetimefield_value(hour)
    values: list[Any] = []
    for kind, times in sorted(counts.items()):
        values += [project.pk, stored, kind, times]
    with connection.cursor() as cursor:
        cursor.execute(PART.format(places=", ".join(["(%s, %s, %s, %s)"] * len(counts))), values)
