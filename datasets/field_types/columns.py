"""Reading whole columns of a file: what ``FieldType.read`` says of each cell, many at once.

Numbers are read by Arrow's own kernels, which accept less than the field types do; whatever they do
not accept, and every other kind, is read by ``FieldType.read`` itself, each different cell once. So
the values and the sentences are those of the form.
"""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.field_types import parsing
from datasets.field_types.base import BadValue, FieldType
from datasets.field_types.integer import Integer
from datasets.field_types.number import LARGEST, Number

#: As ``parsing.NUMBER`` and ``integer.WHOLE``, as far as Arrow reads the rest.
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
WHOLE = r"^[+-]?\d{1,18}(\.0*)?$"
FRACTION = r"\.0*$"


class ColumnRead(NamedTuple):
    """A column as it is stored, and why cells do not fit: null where they do."""

    stored: pa.Array
    #: None when every cell fits.
    reasons: pa.Array | None


def read_column(type_: FieldType[Any], cells: pa.Array) -> ColumnRead:
    """Read a column of texts, float64, int64 or truth values.

    What is null or, among numbers, NaN is missing, as an empty text is.
    """
    if pa.types.is_string(cells.type):
        if isinstance(type_, Number):
            return _numbers_in_texts(type_, cells)
        if isinstance(type_, Integer):
            return _whole_in_texts(type_, cells)
        return _each_different(type_, cells)
    if pa.types.is_floating(cells.type):
        cells = pc.if_else(pc.is_nan(cells), pa.scalar(None, cells.type), cells)
    return _typed(type_, cells)


def _typed(type_: FieldType[Any], cells: pa.Array) -> ColumnRead:
    """A column that has a type already."""
    numeric = not pa.types.is_boolean(cells.type)
    if isinstance(type_, Number) and numeric:
        return _limited(type_, cells.cast(pa.float64(), safe=False), cells)
    if isinstance(type_, Integer) and pa.types.is_integer(cells.type):
        return _limited(type_, cells, cells)
    if type_.kind == "boolean" and not numeric and (not type_.required or not cells.null_count):
        return ColumnRead(cells, None)
    return _each_different(type_, cells)


def _numbers_in_texts(type_: Number, cells: pa.Array) -> ColumnRead:
    present = pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)
    try:
        numbers = present.cast(pa.float64())
    except pa.ArrowInvalid:
        plain = pc.utf8_trim_whitespace(present)
        fits = pc.fill_null(pc.match_substring_regex(plain, NUMBER), False)
        numbers = pc.if_else(fits, plain, pa.scalar(None, pa.string())).cast(pa.float64())
    short = pc.less_equal(pc.binary_length(cells), parsing.NUMBER_CHARACTERS)
    if not pc.all(short, min_count=0).as_py():
        numbers = pc.if_else(short, numbers, pa.scalar(None, pa.float64()))
    return _limited(type_, numbers, cells)


def _whole_in_texts(type_: Integer, cells: pa.Array) -> ColumnRead:
    present = pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)
    try:
        # Arrow reads hexadecimal digits as well.
        if not pc.all(pc.ascii_is_decimal(pc.ascii_ltrim(present, "-")), min_count=0).as_py():
            raise pa.ArrowInvalid
        numbers = present.cast(pa.int64())
    except pa.ArrowInvalid:
        plain = pc.utf8_trim_whitespace(present)
        fits = pc.fill_null(pc.match_substring_regex(plain, WHOLE), False)
        digits = pc.replace_substring_regex(plain, FRACTION, "")
        digits = pc.utf8_ltrim(digits, "+")
        numbers = pc.if_else(fits, digits, pa.scalar(None, pa.string())).cast(pa.int64())
    return _limited(type_, numbers, cells)


def _limited(type_: Number | Integer, numbers: pa.Array, cells: pa.Array) -> ColumnRead:
    """Numbers inside the field's limits; all other cells are read one by one."""
    largest = parsing.LARGEST_WHOLE if isinstance(type_, Integer) else LARGEST
    low = max(type_.options.get("minimum", -largest), -largest)
    high = min(type_.options.get("maximum", largest), largest)
    values = numbers.fill_null(0).to_numpy(zero_copy_only=False)
    fits = (values >= low) & (values <= high)
    if numbers.null_count:
        fits &= numbers.is_valid().to_numpy(zero_copy_only=False)
    if values.dtype == np.float64:
        values = values + 0.0
    if fits.all():
        return ColumnRead(pa.array(values), None)
    return _mended(type_, pa.array(values), fits, cells)


def _mended(type_: FieldType[Any], values: pa.Array, fits: Any, cells: pa.Array) -> ColumnRead:
    """The column with the cells that do not fit read by the field type itself."""
    odd = np.flatnonzero(~fits)
    few = _each_different(type_, cells.take(pa.array(odd)))
    place = np.zeros(len(values), dtype=np.int64)
    place[odd] = np.arange(len(odd))
    stored = pc.if_else(pa.array(fits), values, few.stored.take(pa.array(place)))
    if few.reasons is None:
        return ColumnRead(stored, None)
    nothing = pa.scalar(None, pa.string())
    return ColumnRead(
        stored, pc.if_else(pa.array(fits), nothing, few.reasons.take(pa.array(place)))
    )


def _each_different(type_: FieldType[Any], cells: pa.Array) -> ColumnRead:
    """Read each different cell once."""
    different = cells.dictionary_encode(null_encoding="encode")
    read = [_one(type_, cell) for cell in different.dictionary.to_pylist()]
    stored = pa.array([value for value, _reason in read], type_.stored_arrow)
    codes = different.indices
    if all(reason is None for _value, reason in read):
        return ColumnRead(stored.take(codes), None)
    reasons = pa.array([reason for _value, reason in read], pa.string())
    return ColumnRead(stored.take(codes), reasons.take(codes))


def _one(type_: FieldType[Any], cell: object) -> tuple[Any, str | None]:
    """What is stored for one cell, or why it does not fit."""
    try:
        # A code of a category would pass for its place in the list: a file means its label.
        plain = type_.kind in ("number", "integer", "boolean")
        value = type_.read(cell if plain or cell is None else _text(cell))
        if value is None:
            return None, None
        type_.keep(value)
        return type_.to_storage(value), None
    except BadValue as bad:
        return None, bad.message


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return parsing.short(cell) if isinstance(cell, float) else str(cell)
