"""What makes two rows the same, and nearly the same.

``row_hash`` is exact: sha256 over the stored values by field. A snapshot's identity is made of it.
A missing value leaves no trace in it, nor in ``group_key``, and the order of the fields none in
either: so a field that comes later changes neither of them for the rows that lack it.
``group_key`` is coarse: near-duplicates share it, and a split never puts one of a group into
training and another into the test. Each field type says by ``near`` what it rounds away: numbers
keep three digits, drawings an 8 x 8 perceptual hash, sequences eight scaled steps. Only features
count, so one drawing under two labels is one group.
"""

import hashlib
import struct
from collections.abc import Iterable, Mapping
from typing import Any

from datasets.field_types import FieldType
from datasets.field_types.base import Stored


def row_hash(stored: Mapping[int, Stored | None]) -> bytes:
    """Thirty-two bytes that are equal exactly when the stored values by field id are."""
    whole = hashlib.sha256()
    for field_id, value in sorted(stored.items()):
        if value is None:
            continue
        data = _bytes(value)
        whole.update(b"%d:%d:" % (field_id, len(data)))
        whole.update(data)
    return whole.digest()


def _bytes(value: Stored) -> bytes:
    """A value with its type before it, so that 1, 1.0, True and "1" differ."""
    if isinstance(value, bool):
        return b"b1" if value else b"b0"
    if isinstance(value, int):
        return b"i%d" % value
    if isinstance(value, float):
        return b"f" + struct.pack("<d", value)
    return b"s" + value.encode() if isinstance(value, str) else b"x" + value


def group_key(values: Iterable[tuple[int, FieldType[Any], Any]], exact: bytes) -> int:
    """A signed 64-bit number that near-duplicates share; ``exact`` is the row's hash.

    ``values`` are a field's id, its type and the row's value. A row without any feature's value
    has no near-duplicates but exact ones.
    """
    near = hashlib.sha256()
    empty = True
    for field_id, type_, value in sorted(values, key=lambda one: one[0]):
        if type_.role != "feature" or value is None:
            continue
        empty = False
        part = type_.near(value)
        near.update(b"%d:%d:" % (field_id, len(part)) + part)
    found = exact if empty else near.digest()
    return int.from_bytes(found[:8], "little", signed=True)
