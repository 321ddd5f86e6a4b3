"""What makes two rows the same, and nearly the same.

``row_hash`` is exact: sha256 over the stored values by field. A snapshot's identity is made of it.
A missing value leaves no trace in it, nor in ``group_key``, and the order of the fields none in
either: so a field that comes later changes neither of them for the rows that lack it.
``group_key`` is coarse: near-duplicates share it, and a split never puts one of a group into
training and another into the test. Each field type says by ``near`` what it rounds away: numbers
keep three digits (ten binary ones), drawings an 8 x 8 perceptual hash, sequences eight scaled
steps. Only features count, so one drawing under two labels is one group.

``datasets.hashing_columns`` computes both for whole columns; a test holds that they agree.
"""

import hashlib
import struct
from collections.abc import Iterable, Mapping
from typing import Any

from datasets.field_types import FieldType
from datasets.field_types.base import Stored

MASK = 2**64 - 1
#: The numbers of SplitMix64, which spreads words over 64 bits (Steele, Lea and Flood 2014).
STEP, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def row_hash(stored: Mapping[int, Stored | None]) -> bytes:
    """Thirty-two bytes that are equal exactly when the stored values by field id are."""
    whole = hashlib.sha256()
    for field_id, value in sorted(stored.items()):
        if value is None:
            continue
        data = hashed_bytes(value)
        whole.update(b"%d:%d:" % (field_id, len(data)))
        whole.update(data)
    return whole.digest()


def hashed_bytes(value: Stored) -> bytes:
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
    words = [
        mixed(near_word(type_.near(value)) ^ mixed(field_id))
        for field_id, type_, value in values
        if type_.role == "feature" and value is not None
    ]
    if not words:
        return int.from_bytes(exact[:8], "little", signed=True)
    # A sum, so that neither the order of the fields nor one that is missing leaves a trace.
    key = mixed(sum(words) & MASK)
    return key - 2**64 if key >= 2**63 else key


def near_word(near: bytes) -> int:
    """What near values share, as 64 bits: eight bytes as they are, others by their sha256."""
    eight = near if len(near) == 8 else hashlib.sha256(near).digest()[:8]
    return int.from_bytes(eight, "little")


def mixed(word: int) -> int:
    """SplitMix64 of a word: another word for each, spread over 64 bits."""
    word = (word + STEP) & MASK
    word = ((word ^ (word >> 30)) * FIRST) & MASK
    word = ((word ^ (word >> 27)) * SECOND) & MASK
    return word ^ (word >> 31)
