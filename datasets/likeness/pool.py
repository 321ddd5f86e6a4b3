"""The newest rows of the projects asked about last, as matrices; each process has its own."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from datasets.likeness.sketches import (
    Part,
    Vector,
    likeness,
    parts_of,
    spreads_of,
    vector_of,
    width_of,
)
from datasets.models import Row
from datasets.queries.reading import Purpose, rows
from datasets.records import Typed
from projects.models import Project

POOLS = 8
POOL_ROWS = 20_000
POOL_BYTES = 8 * 1024 * 1024
#: Rows that one question reads of each end: newer ones, and older ones while there is room.
STEP = 2_000
#: Rows whose nearest neighbours say what is usual, and how many there must be to say it.
SAMPLE = 48
FEWEST = 60
USUAL = 0.98
LEAST, MOST, UNKNOWN = 0.90, 0.995, 0.97
#: What is usual is measured again when there are so many times as many rows.
GROWTH = 1.6
Key = tuple[int, datetime, int]


class Held(NamedTuple):
    """What a pool holds at one moment; the arrays are never written to."""

    ids: NDArray[np.int64]
    arrivals: NDArray[np.int64]
    matrix: Vector
    spreads: list[float]
    #: From how much likeness on a row is near.
    near: float
    measured: int


class Pool:
    """One project's newest rows. Threads read ``held`` freely; one at a time changes it."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = list(parts)
        self.columns = [part.field.column for part in self.parts]
        self.cap = max(1, min(POOL_ROWS, POOL_BYTES // (4 * width_of(self.parts) + 16)))
        self.held = self._empty()
        self.whole = False
        self._lock = threading.Lock()

    def _empty(self) -> Held:
        none = np.empty(0, dtype=np.int64)
        matrix = np.empty((0, width_of(self.parts)), dtype=np.float32)
        return Held(none, none, matrix, [0.0] * len(self.parts), UNKNOWN, 0)

    def refresh(self, found: QuerySet[Row]) -> Held:
        """Take in newer and some older rows; whoever comes meanwhile does not wait."""
        if not self._lock.acquire(blocking=False):
            return self.held
        try:
            self._newer(found)
            self._older(found)
            if len(self.held.ids) > GROWTH * self.held.measured:
                self.held = measured(self.parts, self.held)
            return self.held
        finally:
            self._lock.release()

    def forget(self, ids: set[int]) -> None:
        """Leave out rows that are shown no more."""
        with self._lock:
            keep = ~np.isin(self.held.ids, list(ids))
            held = self.held
            self.held = held._replace(
                ids=held.ids[keep], arrivals=held.arrivals[keep], matrix=held.matrix[keep]
            )

    def _newer(self, found: QuerySet[Row]) -> None:
        newest = int(self.held.arrivals[0]) if len(self.held.arrivals) else -1
        fresh = self._read(found.filter(arrival__gt=newest))
        if len(fresh[0]) == STEP:
            # There may be more in between: these are the newest, and the rest comes as older ones.
            self.held, self.whole = self._empty(), False
        self._join(fresh, first=True)

    def _older(self, found: QuerySet[Row]) -> None:
        held = self.held
        if self.whole or not len(held.ids) or len(held.ids) >= self.cap:
            return
        older = self._read(found.filter(arrival__lt=int(held.arrivals[-1])))
        self.whole = len(older[0]) < STEP
        self._join(older, first=False)

    def _read(self, found: QuerySet[Row]) -> tuple[NDArray[np.int64], NDArray[np.int64], Vector]:
        listed = list(found.order_by("-arrival").values_list("pk", "arrival", *self.columns)[:STEP])
        ids = np.array([row[0] for row in listed], dtype=np.int64)
        arrivals = np.array([row[1] for row in listed], dtype=np.int64)
        matrix = np.empty((len(listed), width_of(self.parts)), dtype=np.float32)
        for at, row in enumerate(listed):
            matrix[at] = vector_of(self.parts, row[2:])
        return ids, arrivals, matrix

    def _join(self, more: tuple[Any, Any, Vector], *, first: bool) -> None:
        if not len(more[0]):
            return
        old = self.held[:3]
        above, below = (more, old) if first else (old, more)
        self.held = self.held._replace(
            ids=np.concatenate((above[0], below[0]))[: self.cap],
            arrivals=np.concatenate((above[1], below[1]))[: self.cap],
            matrix=np.concatenate((above[2], below[2]))[: self.cap],
        )


def measured(parts: Sequence[Part], held: Held) -> Held:
    """What is held, with spreads and with the likeness from which on a row is near."""
    spreads = spreads_of(parts, held.matrix)
    near = UNKNOWN
    if len(held.ids) >= FEWEST:
        near = float(
            np.clip(np.quantile(_nearest(parts, spreads, held.matrix), USUAL), LEAST, MOST)
        )
    return held._replace(spreads=spreads, near=near, measured=len(held.ids))


def _nearest(parts: Sequence[Part], spreads: list[float], matrix: Vector) -> list[float]:
    """For rows spread evenly over the matrix, how alike the row is that is most like each."""
    found = []
    for at in np.linspace(0, len(matrix) - 1, SAMPLE).astype(int):
        alike = likeness(parts, spreads, matrix, matrix[at])
        alike[at] = 0.0
        found.append(float(alike.max()))
    return found


_pools: "OrderedDict[Key, Pool]" = OrderedDict()
_lock = threading.Lock()


def pool_of(project: Project, fields: Typed) -> Pool:
    """The project's pool; of more than ``POOLS`` the one asked longest ago goes."""
    # With the moment of creation: tests use numbers of projects again.
    key = (project.pk, project.created, project.schema_version)
    with _lock:
        if key not in _pools:
            _pools[key] = Pool(parts_of(fields))
        _pools.move_to_end(key)
        while len(_pools) > POOLS:
            _pools.popitem(last=False)
        return _pools[key]


def duplicates_of(project: Project, fields: Typed) -> QuerySet[Row]:
    """The rows among which duplicates are looked for."""
    return rows(project, Purpose.DUPLICATE, [field for field, _type in fields])
