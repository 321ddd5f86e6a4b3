"""Rows as vectors, and how alike they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datasets.field_types import FieldType
from datasets.models import Field
from datasets.records import Typed

Vector = NDArray[np.float32]
Shares = NDArray[np.float64]
#: The middle part of a field's values whose width is one whole difference.
SPREAD = (5.0, 95.0)


@dataclass(frozen=True)
class Part:
    """One feature's place in the vector of a row."""

    field: Field
    type: FieldType[Any]
    place: slice

    def sketch(self, stored: Any) -> Vector | None:
        """The feature's numbers; None for a missing value."""
        return None if stored is None else self.type.sketch(stored)


def parts_of(fields: Typed) -> list[Part]:
    """The features in use, each with its place."""
    found: list[Part] = []
    start = 0
    for field, type_ in fields:
        if field.role == Field.Role.FEATURE:
            stop = start + type_.sketch_size()
            found.append(Part(field, type_, slice(start, stop)))
            start = stop
    return found


def width_of(parts: Sequence[Part]) -> int:
    """How many numbers a row's vector has."""
    return parts[-1].place.stop if parts else 0


def vector_of(parts: Sequence[Part], stored: Sequence[Any]) -> Vector:
    """A row's vector from its stored features; what is missing is NaN."""
    vector = np.full(width_of(parts), np.nan, dtype=np.float32)
    for part, value in zip(parts, stored, strict=True):
        sketch = part.sketch(value)
        if sketch is not None:
            vector[part.place] = sketch
    return vector


def spreads_of(parts: Sequence[Part], matrix: Vector) -> list[float]:
    """What one whole difference is for each part; 0 where only sameness counts."""
    return [_spread(part, matrix[:, part.place]) for part in parts]


def _spread(part: Part, column: Vector) -> float:
    if part.type.likeness != "distance":
        return 0.0
    low, high = part.type.options.get("minimum"), part.type.options.get("maximum")
    if low is not None and high is not None:
        return float(high) - float(low)
    known = column[~np.isnan(column)]
    if not len(known):
        return 0.0
    below, above = np.percentile(known.astype(np.float64), SPREAD)
    return float(above - below)


def likeness(
    parts: Sequence[Part], spreads: Sequence[float], matrix: Vector, one: Vector
) -> Shares:
    """How alike ``one`` is to each row, 0 to 1; parts missing in both are left out."""
    total = np.zeros(len(matrix))
    counted = np.zeros(len(matrix))
    for part, spread in zip(parts, spreads, strict=True):
        theirs, own = matrix[:, part.place], one[part.place]
        here = ~np.isnan(theirs[:, 0])
        if np.isnan(own[0]):
            counted += here
            continue
        counted += 1
        total += np.where(here, _alike(part.type.likeness, spread, theirs, own), 0.0)
    return total / np.maximum(counted, 1)


def _alike(how: str, spread: float, theirs: Vector, own: Vector) -> Shares:
    near: Shares
    if how == "angle":
        # Both have length one, or none at all where nothing is drawn. Not "@": its threads wait for
        # each other on a busy machine, and one row against twenty thousand is little work.
        near = np.clip(np.einsum("ij,j->i", theirs, own), 0.0, 1.0).astype(np.float64)
    else:
        away = np.abs(theirs[:, 0].astype(np.float64) - float(own[0]))
        measures = how == "distance" and spread > 0
        near = np.clip(1.0 - away / spread, 0.0, 1.0) if measures else (away == 0).astype(float)
    return near
