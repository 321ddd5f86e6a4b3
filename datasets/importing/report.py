"""What a check found, as the page shows it: first rows, reasons, bars of each column."""

import re
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datasets.field_types import FieldType
from datasets.importing.stored_files import checked_batches
from datasets.queries.counts import labels_of
from datasets.records import Typed

FIRST_ROWS = 20
CELL_CHARACTERS = 80
#: Different reasons that are counted; the others stand together in the last line.
REASONS = 40
BINS = 24
#: Classes that are drawn, the most frequent first.
CLASSES = 24
#: What a sentence quotes of the value: all "you wrote" of one kind are one reason.
QUOTED = re.compile(r"“[^”]*”|«[^»]*»")
NUMERIC = ("number", "integer")


class Reasons:
    """How often each reason came."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def add(self, name: str, sentences: pa.Array) -> None:
        """Count the reasons of a column; nulls are none."""
        for entry in sentences.drop_null().value_counts().to_pylist():
            self.one(name, entry["values"], entry["counts"])

    def one(self, name: str, sentence: str, count: int = 1) -> None:
        """Count one reason."""
        key = (name, QUOTED.sub("“…”", sentence))
        if key not in self.counts and len(self.counts) >= 10 * REASONS:
            key = ("", "")
        self.counts[key] += count

    def listed(self) -> list[list[Any]]:
        """``[field, sentence, rows]``, the most frequent first; without words for all others."""
        named = Counter({key: count for key, count in self.counts.items() if any(key)})
        common = named.most_common(REASONS)
        rest = self.counts.total() - sum(count for _key, count in common)
        listed: list[list[Any]] = [[*key, count] for key, count in common]
        return [*listed, ["", "", rest]] if rest else listed


class Ranges:
    """The range of each column of numbers, and how many values are missing."""

    def __init__(self, fields: Typed) -> None:
        self.fields = fields
        self.low: dict[int, float] = {}
        self.high: dict[int, float] = {}
        self.missing: Counter[int] = Counter()

    def add(self, stored: list[pa.Array]) -> None:
        """Look at the columns of good rows."""
        for (field, type_), column in zip(self.fields, stored, strict=True):
            self.missing[field.pk] += column.null_count
            if type_.kind in NUMERIC and column.null_count < len(column):
                values = _present(column)
                low, high = float(values.min()), float(values.max())
                self.low[field.pk] = min(low, self.low.get(field.pk, low))
                self.high[field.pk] = max(high, self.high.get(field.pk, high))


def bars_of(fields: Typed, ranges: Ranges, checked: str) -> list[dict[str, Any]]:
    """What is drawn of each column: ranges with counts, or classes with theirs.

    Reads the file of checked rows once more, its columns of numbers and classes only.
    """
    counts = {field.pk: _room(field, type_) for field, type_ in fields}
    with checked_batches(checked) as batches:
        for batch in batches:
            for field, type_ in fields:
                if counts[field.pk] is not None and batch.num_rows:
                    _count(field.pk, type_, batch.column(field.column), counts, ranges)
    return [_bar(field, type_, counts[field.pk], ranges) for field, type_ in fields]


def _room(field: Any, type_: FieldType[Any]) -> NDArray[np.int64] | None:
    if type_.kind in NUMERIC:
        return np.zeros(BINS, dtype=np.int64)
    if type_.wall_kind == "label":
        codes = [entry["code"] for entry in labels_of(field)]
        return np.zeros(max(codes, default=0) + 1, dtype=np.int64)
    return None


def _count(
    pk: int, type_: FieldType[Any], column: pa.Array, counts: dict[int, Any], ranges: Ranges
) -> None:
    if column.null_count == len(column):
        return
    values = _present(column)
    if type_.kind in NUMERIC:
        low, high = ranges.low[pk], ranges.high[pk]
        share = (values.astype(np.float64) - low) / ((high - low) or 1.0)
        places = np.minimum((share * BINS).astype(np.int64), BINS - 1)
        counts[pk] += np.bincount(places, minlength=BINS)
    else:
        counts[pk] += np.bincount(values.astype(np.int64), minlength=len(counts[pk]))


def _present(column: pa.Array) -> NDArray[Any]:
    values: NDArray[Any] = column.drop_null().to_numpy(zero_copy_only=False)
    return values


def _bar(field: Any, type_: FieldType[Any], counts: Any, ranges: Ranges) -> dict[str, Any]:
    bar: dict[str, Any] = {"field": field.name, "missing": ranges.missing[field.pk]}
    if counts is None or not counts.any():
        return bar
    if type_.kind in NUMERIC:
        low, high = ranges.low[field.pk], ranges.high[field.pk]
        return {**bar, "low": low, "high": high, "counts": counts.tolist()}
    classes = [
        [entry["label"], entry["colour"], int(counts[entry["code"]])] for entry in labels_of(field)
    ]
    classes.sort(key=lambda one: -one[2])
    return {**bar, "classes": classes[:CLASSES], "more": max(0, len(classes) - CLASSES)}


def first_rows(
    header: list[str], batch: pa.RecordBatch, reasons: dict[int, pa.Array], room: int
) -> list[dict[str, Any]]:
    """The first rows as they stand in the file; each cell with what is wrong with it, or ""."""
    found = []
    for row in range(min(room, batch.num_rows)):
        cells = []
        for at in range(len(header)):
            column = reasons.get(at)
            reason = column[row].as_py() if column is not None else None
            cells.append([shown_cell(batch.column(at + 1)[row].as_py()), reason or ""])
        found.append({"number": batch.column(0)[row].as_py(), "cells": cells})
    return found


def shown_cell(value: object) -> str:
    """A cell as the page shows it, cut short."""
    text = "" if value is None else str(value).replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text if len(text) <= CELL_CHARACTERS else text[:CELL_CHARACTERS] + "…"
