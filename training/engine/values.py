"""One raw value of a cell, form or request to one typed value, or the reason why not."""

import json
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.engine.faults import shown
from training.engine.fields import FieldSpec
from training.engine.limits import MAX_CELL_CHARACTERS, MAX_STEPS
from training.engine.moments import Seconds, ends_at, seconds_of

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
TRUTHS = {"true": 1.0, "1": 1.0, "yes": 1.0, "false": 0.0, "0": 0.0, "no": 0.0}
LARGEST_INTEGER = 2**53
LARGEST_NUMBER = 1e100


def parse_value(field: FieldSpec, raw: object) -> Any:
    """The typed value of a cell that is not missing; ValueError says why it is refused.

    number, integer, boolean: float; category: the code (int); text: str; datetime: `Seconds`; grid:
    float32 (height, width); image: float32 (height, width) or (height, width, 3); sequence:
    float32 (time, channels); vector: float32 (length,).
    """
    return PARSERS[field.kind](field, raw)


def _parse_number(field: FieldSpec, raw: object) -> float:
    value = _finite(raw)
    if field.minimum is not None and value < field.minimum:
        raise ValueError(f"less than the minimum {field.minimum:g}")
    if field.maximum is not None and value > field.maximum:
        raise ValueError(f"more than the maximum {field.maximum:g}")
    return value


def _finite(raw: object) -> float:
    if isinstance(raw, str):
        text = raw.strip()
        if NOT_FINITE.fullmatch(text):
            raise ValueError("not a finite number; leave the cell empty if the value is missing")
        if not NUMBER.fullmatch(text):
            comma = re.fullmatch(r"[+-]?\d+,\d+", text)
            raise ValueError("write the decimal point as a dot" if comma else "not a number")
        raw = text
    elif isinstance(raw, bool | np.bool_) or not isinstance(raw, int | float | np.number):
        raise ValueError("not a number")
    try:
        value = float(raw)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise ValueError("not a finite number; leave the cell empty if the value is missing")
    if abs(value) > LARGEST_NUMBER:
        raise ValueError(f"beyond ±{LARGEST_NUMBER:g}")
    return value


def _parse_integer(field: FieldSpec, raw: object) -> float:
    value = _parse_number(field, raw)
    if not value.is_integer():
        raise ValueError("not a whole number")
    if abs(value) > LARGEST_INTEGER:
        raise ValueError(f"beyond ±{LARGEST_INTEGER}")
    return value


def _parse_boolean(field: FieldSpec, raw: object) -> float:
    text = str(raw).strip().lower()
    if text in ("1.0", "0.0"):
        text = text[0]
    if text not in TRUTHS:
        raise ValueError("neither true nor false")
    return TRUTHS[text]


def _parse_category(field: FieldSpec, raw: object) -> int:
    label = ("true" if raw else "false") if isinstance(raw, bool) else str(raw)
    code = field.codes.get(label, field.codes.get(field.other))
    if code is None:
        some = ", ".join(shown(known, 30) for known in field.categories[:8])
        more = ", …" if len(field.categories) > 8 else ""
        raise ValueError(f"none of the categories {some}{more}")
    return code


def _parse_text(field: FieldSpec, raw: object) -> str:
    text = str(raw)
    if field.max_length is not None and len(text) > field.max_length:
        raise ValueError(f"{len(text)} characters; at most {field.max_length} are allowed")
    return text


def _parse_datetime(field: FieldSpec, raw: object) -> Seconds:
    found = seconds_of(raw)
    if field.earliest and found.utc < seconds_of(field.earliest).utc:
        raise ValueError(f"before {field.earliest}")
    if field.latest and found.utc >= ends_at(field.latest):
        raise ValueError(f"after {field.latest}")
    return found


def _parse_image(field: FieldSpec, raw: object) -> NDArray[np.float32]:
    values = _numbers(raw, field.shape)
    if values.min() < field.range[0] or values.max() > field.range[1]:
        low, high = field.range
        raise ValueError(f"a cell is outside the range {low:g} … {high:g}")
    return values


def _parse_vector(field: FieldSpec, raw: object) -> NDArray[np.float32]:
    return _numbers(raw, field.shape)


def _numbers(raw: object, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Nested lists of finite numbers of that shape, or their JSON text, as float32."""
    size = " x ".join(map(str, shape))
    if isinstance(raw, str):
        raw = _json(raw)
    try:
        values = np.array(raw)
    except ValueError:
        raise ValueError(f"not lists of {size} numbers") from None
    if values.dtype.kind not in "iuf" and values.dtype != object:
        raise ValueError(f"not lists of {size} numbers")
    if values.shape != shape:
        found = " x ".join(map(str, values.shape)) or "1"
        raise ValueError(f"{found} numbers instead of {size}")
    if values.dtype == object or not (np.abs(values) <= 1e30).all():
        raise ValueError("holds a number that is not finite")
    return values.astype(np.float32)


def _parse_grid(field: FieldSpec, raw: object) -> NDArray[np.float32]:
    values = _matrix(raw, "rows")
    if values.shape != (field.height, field.width):
        rows, columns = values.shape
        raise ValueError(f"{rows} x {columns} cells instead of {field.height} x {field.width}")
    low, high = field.range
    if values.min() < low or values.max() > high:
        raise ValueError(f"a cell is outside the range {low:g} … {high:g}")
    return values


def _parse_sequence(field: FieldSpec, raw: object) -> NDArray[np.float32]:
    values = _matrix(raw, "channels")
    channels, steps = values.shape
    if channels != field.channels:
        raise ValueError(f"{channels} channels instead of {field.channels}")
    longest = MAX_STEPS if field.max_length is None else field.max_length
    if not (field.min_length or 1) <= steps <= longest:
        raise ValueError(f"{steps} steps; {field.min_length or 1} to {longest} are allowed")
    return np.ascontiguousarray(values.T)


def _matrix(raw: object, outer: str) -> NDArray[np.float32]:
    """A list of equally long lists of finite numbers, or its JSON text, as float32."""
    if isinstance(raw, str):
        raw = _json(raw)
    if isinstance(raw, np.ndarray):
        raw = raw.tolist()
    _check_lists(raw, outer)
    try:
        values = np.array(raw, dtype=np.float64)
    except OverflowError:
        raise ValueError("holds a number that is not finite") from None
    if not np.isfinite(values).all() or np.abs(values).max() > 1e30:
        raise ValueError("holds a number that is not finite")
    return values.astype(np.float32)


def _check_lists(raw: object, outer: str) -> None:
    shape = f"not a list of {outer}, each a list of numbers"
    if not isinstance(raw, list | tuple) or not all(isinstance(r, list | tuple) for r in raw):
        raise ValueError(shape)
    if not raw or not all(raw):
        raise ValueError("empty")
    if len({len(inner) for inner in raw}) > 1:
        raise ValueError(f"ragged: the {outer} differ in length")
    if not {type(value) for inner in raw for value in inner} <= {int, float}:
        raise ValueError(shape)


def _json(text: str) -> object:
    if len(text) > MAX_CELL_CHARACTERS:
        raise ValueError(f"longer than {MAX_CELL_CHARACTERS} characters")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("not a JSON array of arrays such as [[1, 2], [3, 4]]") from None


PARSERS: dict[str, Callable[[FieldSpec, object], Any]] = {
    "number": _parse_number,
    "integer": _parse_integer,
    "boolean": _parse_boolean,
    "category": _parse_category,
    "text": _parse_text,
    "datetime": _parse_datetime,
    "grid": _parse_grid,
    "image": _parse_image,
    "sequence": _parse_sequence,
    "vector": _parse_vector,
}
