"""``datasets.hashing`` for whole columns: the same bytes, without a Python object a cell."""

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datasets.field_types import FieldType
from datasets.field_types.parsing import near_words
from datasets.hashing import FIRST, SECOND, STEP, hashed_bytes, mixed, near_word
from datasets.records import Typed

Words = NDArray[np.uint64]
BYTES = pa.large_binary()
NONE = pa.scalar(b"", BYTES)


def row_hashes(fields: Typed, stored: Sequence[pa.Array]) -> list[bytes]:
    """``row_hash`` of every row, from the stored columns in the order of the fields."""
    if not stored or not len(stored[0]):
        return []
    by_id = sorted(zip(fields, stored, strict=True), key=lambda pair: pair[0][0].pk)
    joined = joined_bytes([_hashed(field.pk, column) for (field, _type), column in by_id])
    offsets = np.frombuffer(joined.buffers()[1], np.int64)[joined.offset :][: len(joined) + 1]
    data = memoryview(joined.buffers()[2])
    ends = offsets.tolist()
    sha256 = hashlib.sha256
    return [sha256(data[start:end]).digest() for start, end in pairwise(ends)]


def joined_bytes(parts: Sequence[pa.Array]) -> pa.Array:
    """The bytes of each row one after the other."""
    return pc.binary_join_element_wise(*parts, NONE)


def _hashed(field_id: int, column: pa.Array) -> pa.Array:
    """What of a column goes into the hash of each row; nothing for a missing value."""
    if pa.types.is_boolean(column.type):
        words = [b"%d:2:" % field_id + hashed_bytes(value) for value in (False, True)]
        whole = pa.array([*words, b""], BYTES).take(column.cast(pa.int32()).fill_null(2))
    elif pa.types.is_floating(column.type):
        numbers = column.fill_null(0.0).to_numpy(zero_copy_only=False).astype("<f8", copy=False)
        whole = fixed_bytes(b"%d:9:f" % field_id, numbers)
    else:
        whole = _sized(field_id, column)
    if not column.null_count:
        return whole
    return pc.if_else(column.is_valid(), whole, NONE)


def _sized(field_id: int, column: pa.Array) -> pa.Array:
    """Values of any length: the field's id, how many bytes come, their type, and they."""
    letter = b"x"
    if pa.types.is_integer(column.type):
        letter, column = b"i", column.cast(pa.string())
    elif pa.types.is_string(column.type):
        letter = b"s"
    data = column.cast(BYTES) if letter == b"x" else column.cast(pa.large_string()).cast(BYTES)
    sizes = pc.add(pc.binary_length(data), pa.scalar(1, pa.int64())).cast(pa.large_string())
    head, mark = (pa.scalar(text, BYTES) for text in (b"%d:" % field_id, b":" + letter))
    return joined_bytes([head, sizes.cast(BYTES), mark, data])


def fixed_bytes(head: bytes, values: NDArray[Any]) -> pa.Array:
    """Of each row ``head`` and the bytes of its value."""
    rows, size = len(values), values.dtype.itemsize
    cells = np.empty((rows, len(head) + size), dtype=np.uint8)
    cells[:, : len(head)] = np.frombuffer(head, np.uint8)
    cells[:, len(head) :] = np.ascontiguousarray(values).view(np.uint8).reshape(rows, size)
    width = cells.shape[1]
    offsets = np.arange(0, rows * width + 1, width, dtype=np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(cells)]
    return pa.LargeBinaryArray.from_buffers(BYTES, rows, buffers)


def group_keys(
    fields: Typed, stored: Sequence[pa.Array], hashes: Sequence[bytes]
) -> NDArray[np.int64]:
    """``group_key`` of every row, from the stored columns in the order of the fields."""
    rows = len(hashes)
    total = np.zeros(rows, dtype=np.uint64)
    empty = np.ones(rows, dtype=bool)
    for (field, type_), column in zip(fields, stored, strict=True):
        if type_.role != "feature" or column.null_count == rows:
            continue
        words = _mixed(_words(type_, column) ^ np.uint64(mixed(field.pk)))
        if column.null_count:
            present = column.is_valid().to_numpy(zero_copy_only=False)
            words = np.where(present, words, np.uint64(0))
            empty &= ~present
        else:
            empty[:] = False
        total += words
    key = _mixed(total)
    if empty.any():
        exact = np.frombuffer(b"".join(one[:8] for one in hashes), "<u8")
        key = np.where(empty, exact, key)
    return key.view(np.int64)


def _words(type_: FieldType[Any], column: pa.Array) -> Words:
    """``near_word`` of every value; what stands for a missing one means nothing."""
    if type_.kind in ("number", "integer"):
        numbers = column.cast(pa.float64(), safe=False).fill_null(0.0)
        return near_words(numbers.to_numpy(zero_copy_only=False))
    different = column.dictionary_encode()
    found = different.dictionary.to_pylist()
    words = [near_word(type_.near(type_.from_storage(one))) for one in found]
    codes = different.indices.fill_null(0).to_numpy(zero_copy_only=False)
    found_words: Words = np.array(words, dtype=np.uint64)[codes]
    return found_words


def _mixed(word: Words) -> Words:
    """``datasets.hashing.mixed`` of every word; overflow is meant."""
    word = word + np.uint64(STEP)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(FIRST)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(SECOND)
    return word ^ (word >> np.uint64(31))
