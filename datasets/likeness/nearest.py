"""The row that is most like what somebody is about to add."""

from collections.abc import Mapping
from copy import copy
from typing import Any, NamedTuple

import numpy as np
from django.db.models import QuerySet

from datasets.likeness.pool import Held, Pool, duplicates_of, pool_of
from datasets.likeness.sketches import Vector, likeness, vector_of
from datasets.models import Field, Row
from datasets.records import Prepared, Typed, prepare
from projects.models import Project

#: Candidates that are read once more from the table, of each sort.
BEST = 8
#: When all of them are gone from the table, the next ones are looked at once.
ROUNDS = 2


class Like(NamedTuple):
    """A row that is nearly, or exactly, what is about to be added."""

    row: int
    arrival: int
    #: How alike the features are, 0 to 1.
    share: float
    exact: bool

    @property
    def shown(self) -> float:
        """The share as pages show it: what is not the same is never all alike."""
        return self.share if self.exact else min(self.share, 0.99)


def find_like(project: Project, fields: Typed, values: Mapping[int, Any]) -> Like | None:
    """The row whose features are most like these values, when it is near enough to be named.

    ``values`` by field id, as ``contribute`` takes them; the target may be left out.

    Raises:
        BadRecord: a value does not fit its field.
    """
    optional = _with_free_target(fields)
    prepared = prepare(optional, values)
    pool = pool_of(project, fields)
    if not pool.parts:
        return None
    table = duplicates_of(project, fields)
    held = pool.refresh(table)
    own = [
        prepared.stored[at]
        for at, (_f, type_) in enumerate(fields)
        if type_.role == Field.Role.FEATURE
    ]
    vector = vector_of(pool.parts, own)
    if np.isnan(vector).all():
        return None
    same = _in_group(table, prepared)
    for _round in range(ROUNDS):
        wanted = same | _nearest(pool, held, vector)
        found, gone = _read_again(pool, held, table, wanted, own)
        if found or not gone:
            break
        pool.forget(gone)
        held, same = pool.held, set()
    best = max(found, key=lambda like: (like.exact, like.share), default=None)
    return best if best is not None and (best.exact or best.share >= held.near) else None


def _with_free_target(fields: Typed) -> Typed:
    """The fields, of which all but the features may be missing."""
    found = [(field, copy(type_)) for field, type_ in fields]
    for _field, type_ in found:
        type_.required = type_.required and type_.role == Field.Role.FEATURE
    return found


def _in_group(table: QuerySet[Row], prepared: Prepared) -> set[int]:
    near = table.order_by().filter(group_key=prepared.group_key)
    return set(near.values_list("pk", flat=True)[:BEST])


def _nearest(pool: Pool, held: Held, vector: Vector) -> set[int]:
    if not len(held.ids):
        return set()
    alike = likeness(pool.parts, held.spreads, held.matrix, vector)
    best = np.argsort(-alike, kind="stable")[:BEST]
    return {int(held.ids[at]) for at in best}


def _read_again(
    pool: Pool, held: Held, table: QuerySet[Row], wanted: set[int], own: list[Any]
) -> tuple[list[Like], set[int]]:
    """The candidates as they stand in the table, and the ids of those that do not any more."""
    listed = table.order_by().filter(pk__in=wanted).values_list("pk", "arrival", *pool.columns)
    vector = vector_of(pool.parts, own)
    found = []
    for pk, arrival, *stored in listed:
        matrix = vector_of(pool.parts, stored)[None, :]
        share = float(likeness(pool.parts, held.spreads, matrix, vector)[0])
        exact = [_plain(value) for value in stored] == [_plain(value) for value in own]
        found.append(Like(pk, arrival, share, exact))
    return found, wanted - {like.row for like in found}


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview | bytearray) else value
