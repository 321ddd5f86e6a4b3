"""What differs between two versions of a project's data, counted exactly from their two files.

Rows are known by their ids; a row has changed when a value of a field differs that both versions
have. Fields are known by their ids as well, so that renaming one changes no row.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import IO, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from datasets.arrowing import FIELD, ROW

BATCH_ROWS = 20_000
Marks = NDArray[np.uint64]
#: What stands for a missing value.
NOTHING = np.uint64(0x9E3779B97F4A7C15)


class FieldChange(NamedTuple):
    """One field that is in one version only, or is called otherwise: ``before`` is its old name."""

    what: str
    name: str
    before: str = ""


class Difference(NamedTuple):
    """How many rows came, changed and went, and what became of the fields."""

    added: int
    changed: int
    removed: int
    fields: list[FieldChange]

    def as_json(self) -> dict[str, Any]:
        """The same for a JSON column; ``difference_of`` reads it."""
        return {**self._asdict(), "fields": [list(change) for change in self.fields]}


def difference_of(saved: dict[str, Any]) -> Difference:
    """What ``as_json`` wrote."""
    fields = [FieldChange(*change) for change in saved["fields"]]
    return Difference(saved["added"], saved["changed"], saved["removed"], fields)


def compare(before: IO[bytes], after: IO[bytes]) -> Difference:
    """Count the differences between two versions' Parquet files.

    Memory holds sixteen bytes for each row of each file and one batch of rows.
    """
    old, new = pq.ParquetFile(before), pq.ParquetFile(after)
    names = _named_alike(old.schema_arrow, new.schema_arrow)
    shared = sorted(names[0].keys() & names[1].keys())
    old_ids, old_marks = _marked(old, [names[0][key] for key in shared])
    new_ids, new_marks = _marked(new, [names[1][key] for key in shared])
    both, in_old, in_new = np.intersect1d(old_ids, new_ids, assume_unique=True, return_indices=True)
    return Difference(
        added=len(new_ids) - len(both),
        changed=int((old_marks[in_old] != new_marks[in_new]).sum()),
        removed=len(old_ids) - len(both),
        fields=field_changes(*names),
    )


def _named_alike(old: pa.Schema, new: pa.Schema) -> tuple[dict[str, str], dict[str, str]]:
    """The fields' names by what both files know them by.

    Files from before ids were written know fields by their names only.
    """
    columns = [[one for one in schema if not one.name.startswith("_")] for schema in (old, new)]
    if all((one.metadata or {}).get(FIELD) for listed in columns for one in listed):
        named = [{one.metadata[FIELD].decode(): one.name for one in listed} for listed in columns]
    else:
        named = [{one.name: one.name for one in listed} for listed in columns]
    return named[0], named[1]


def field_changes(before: dict[str, str], after: dict[str, str]) -> list[FieldChange]:
    """Which fields came, went, or have another name now, by id → name of both versions."""
    came = [FieldChange("added", after[key]) for key in after.keys() - before.keys()]
    went = [FieldChange("retired", before[key]) for key in before.keys() - after.keys()]
    named = [
        FieldChange("renamed", after[key], before[key])
        for key in before.keys() & after.keys()
        if before[key] != after[key]
    ]
    return sorted([*came, *named, *went])


def ids_of(file: IO[bytes]) -> NDArray[np.int64]:
    """The ids of a version's rows, in the file's order."""
    ids: NDArray[np.int64] = pq.read_table(file, columns=[ROW]).column(ROW).to_numpy()
    return ids


def _marked(file: pq.ParquetFile, names: list[str]) -> tuple[NDArray[np.int64], Marks]:
    """Each row's id, and a number of 64 bits made of its values of these columns in this order."""
    ids: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    marks: list[Marks] = [np.empty(0, np.uint64)]
    for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=[ROW, *names]):
        whole = np.zeros(batch.num_rows, np.uint64)
        for name in names:
            whole = _mixed(whole, marks_of(batch.column(name)))
        ids.append(batch.column(ROW).to_numpy())
        marks.append(whole)
    return np.concatenate(ids), np.concatenate(marks)


def _mixed(whole: Marks, part: Marks) -> Marks:
    """Both numbers in one: a multiplication spreads each bit over the others (as in splitmix64)."""
    mixed = (whole ^ part) * np.uint64(0xBF58476D1CE4E5B9)
    return mixed ^ (mixed >> np.uint64(29))


def marks_of(column: pa.Array) -> Marks:
    """A number for each value; different values have different ones but for one in 2^64."""
    if pa.types.is_nested(column.type):
        marks = np.fromiter(_list_marks(column), np.uint64, len(column))
    elif pa.types.is_string(column.type) or pa.types.is_binary(column.type):
        encoded = column.dictionary_encode()
        known = [_hash(value) for value in encoded.dictionary.cast(pa.binary()).to_pylist()]
        codes = encoded.indices.fill_null(len(known)).to_numpy(zero_copy_only=False)
        marks = np.array([*known, 0], np.uint64)[codes]
    else:
        marks = _number_marks(column)
    marks[column.is_null().to_numpy(zero_copy_only=False)] = NOTHING
    return marks


def _number_marks(column: pa.Array) -> Marks:
    values = column.fill_null(False if pa.types.is_boolean(column.type) else 0)
    numbers = values.to_numpy(zero_copy_only=False)
    wide = np.float64 if numbers.dtype.kind == "f" else np.int64
    bits = numbers.astype(wide).view(np.uint64)
    return _mixed(np.full(len(column), np.uint64(0x94D049BB133111EB)), bits)


def _list_marks(column: pa.Array) -> Iterator[int]:
    """The hash of each list's numbers and of the lengths of the lists within."""
    edges: list[NDArray[np.int64]] = []
    while pa.types.is_list(column.type):
        edges.append(column.offsets.to_numpy().astype(np.int64))
        column = column.values
    leaves = column.to_numpy(zero_copy_only=False)
    for row in range(len(edges[0]) - 1):
        digest = blake2b(digest_size=8)
        low, high = edges[0][row], edges[0][row + 1]
        for inner in edges[1:]:
            digest.update(np.diff(inner[low : high + 1]).tobytes())
            low, high = inner[low], inner[high]
        digest.update(leaves[low:high].tobytes())
        yield int.from_bytes(digest.digest(), "little")


def _hash(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")
