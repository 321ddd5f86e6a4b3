"""A table in memory: typed numpy columns, with what is missing marked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.engine.faults import FaultList
from training.engine.fields import PICTURES, FieldSpec
from training.engine.moments import Seconds
from training.engine.schema import SPLITS, TableSchema
from training.engine.values import parse_value

Float32s = NDArray[np.float32]
#: Kinds whose values are arrays of one shape.
SHAPED = (*PICTURES, "vector")


@dataclass(frozen=True)
class Column:
    """One field's values of all rows.

    `values` by kind: number, integer, boolean: float64 (n,), NaN where missing; category: int64
    codes (n,), -1 where missing; text: list of str; datetime: float64 (n, 2), seconds since 1970 in
    UTC and by the local clock, NaN where missing; grid, image and vector: uint8 or float32 (n,
    *field.shape), 0 where missing; sequence: list of float32 (time, channels), None where missing.
    """

    field: FieldSpec
    values: Any
    missing: NDArray[np.bool_]

    def take(self, index: NDArray[np.int64]) -> "Column":
        """The same column with the rows of `index` only."""
        if isinstance(self.values, list):
            values: Any = [self.values[i] for i in index]
        else:
            values = self.values[index]
        return Column(self.field, values, self.missing[index])


@dataclass(frozen=True)
class Frame:
    """Rows of a data set.

    `rows` are row ids (the record number where a file has none); `groups` name the cluster of near
    duplicates of each row; `parts` are codes of `SPLITS` where the data fix their split.
    `without_target` rows were left out.
    """

    columns: dict[str, Column]
    rows: NDArray[np.int64]
    groups: tuple[str, ...] | None = None
    parts: NDArray[np.int64] | None = None
    without_target: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, index: NDArray[np.int64]) -> "Frame":
        """The frame with the rows of `index` only, in that order."""
        return replace(
            self,
            columns={name: column.take(index) for name, column in self.columns.items()},
            rows=self.rows[index],
            groups=tuple(self.groups[i] for i in index) if self.groups is not None else None,
            parts=self.parts[index] if self.parts is not None else None,
        )

    def truth(self, schema: TableSchema) -> NDArray[Any]:
        """The target of each row: class codes (int64) or values (float64)."""
        values: NDArray[Any] = self.columns[schema.target.name].values
        return values.astype(np.int64 if schema.task == "classification" else np.float64)


def column_of(field: FieldSpec, raw: Sequence[object], faults: FaultList) -> Column:
    """Parse the raw cells of one field (None = missing); each bad one becomes a fault."""
    missing = np.zeros(len(raw), dtype=bool)
    values: list[Any] = []
    blank = blank_of(field)
    for number, cell in enumerate(raw, start=1):
        value = blank
        if cell is None:
            missing[number - 1] = True
            if field.required and field.role != "target":
                faults.add("a value is required here", number, field.name)
        else:
            try:
                value = parse_value(field, cell)
            except ValueError as error:
                faults.add(str(error), number, field.name, cell)
        values.append(value)
    if field.kind in SHAPED:
        return Column(field, np.array(values, dtype=np.float32).reshape(-1, *field.shape), missing)
    if field.kind == "datetime":
        return Column(field, np.array(values, dtype=np.float64).reshape(-1, 2), missing)
    if field.kind in ("text", "sequence"):
        return Column(field, values, missing)
    return Column(field, np.array(values, np.int64 if field.kind == "category" else None), missing)


def blank_of(field: FieldSpec) -> Any:
    """What stands in a column where a value is missing."""
    if field.kind in SHAPED:
        return np.zeros(field.shape, dtype=np.float32)
    if field.kind == "datetime":
        return Seconds(float("nan"), float("nan"))
    return {"category": -1, "text": "", "sequence": None}.get(field.kind, float("nan"))


def parts_of(column: Column, faults: FaultList) -> NDArray[np.int64]:
    """The fixed split of each row as a code of `SPLITS`; other labels become faults."""
    codes = np.zeros(len(column.missing), dtype=np.int64)
    labels = column.field.categories or SPLITS
    for number, value in enumerate(column.values, start=1):
        label = labels[value] if isinstance(value, int | np.integer) else value
        if column.missing[number - 1] or label not in SPLITS:
            reason = f"the split of each row is one of {', '.join(SPLITS)}"
            faults.add(reason, number, column.field.name, label or None)
        else:
            codes[number - 1] = SPLITS.index(label)
    return codes


def with_target(frame: Frame, schema: TableSchema) -> Frame:
    """The frame without the rows that have no target, and how many those were."""
    missing = frame.columns[schema.target.name].missing
    if not missing.any():
        return frame
    kept = frame.take(np.flatnonzero(~missing))
    return replace(kept, without_target=int(missing.sum()))
