"""Reading numbers and lists of numbers as people write them."""

import json
import math
import re
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.ASCII | re.IGNORECASE)
#: The largest whole number that every reader of JSON, and a float64, keeps exactly.
LARGEST_WHOLE = 2**53
#: Of a float64's 52 bits behind the point so many are rounded away before numbers are near: ten
#: digits stay, and whole numbers to 1,023 are each their own.
NEAR_BITS = 43
#: Under this many characters a number is still one somebody meant.
NUMBER_CHARACTERS = 64


def is_number(text: str) -> bool:
    """Whether the text is written as a plain decimal number."""
    return len(text) <= NUMBER_CHARACTERS and NUMBER.fullmatch(text) is not None


def decimal_with_point(text: str) -> str | None:
    """The number with a point when it was written with a decimal comma, else None."""
    return text.replace(",", ".") if DECIMAL_COMMA.fullmatch(text) else None


def is_not_finite(text: str) -> bool:
    """Whether the text says NaN or infinity."""
    return NOT_FINITE.fullmatch(text) is not None


def short(number: float) -> str:
    """The shortest text that reads back as the same number."""
    text = repr(number)
    return text.removesuffix(".0")


def json_list(text: str) -> list[Any] | None:
    """A JSON list, or None when the text is no JSON list of finite numbers and lists."""
    if not text.startswith("["):
        return None
    try:
        data = json.loads(text, parse_constant=_refuse, parse_float=_finite, parse_int=_whole)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, list) else None


def number_lines(text: str) -> list[list[str]]:
    """The words of each non-empty line, split at spaces, tabs, commas and semicolons."""
    lines = [re.split(r"[\s,;]+", line.strip(" \t\r,;")) for line in text.splitlines()]
    return [words for words in lines if words != [""]]


def whole(value: object) -> int | None:
    """The whole number that a Python or JSON object says, else None; a truth value says none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, float) and value.is_integer() else None


def near_bytes(number: float) -> bytes:
    """Eight bytes that numbers share whose first three digits are the same or nearly."""
    (bits,) = struct.unpack("<Q", struct.pack("<d", number + 0.0))
    return struct.pack("<Q", (bits + (1 << (NEAR_BITS - 1))) >> NEAR_BITS)


def near_words(numbers: NDArray[np.float64]) -> NDArray[np.uint64]:
    """``near_bytes`` of many numbers, as words."""
    bits = (numbers + 0.0).view(np.uint64)
    return (bits + np.uint64(1 << (NEAR_BITS - 1))) >> np.uint64(NEAR_BITS)


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _whole(text: str) -> int:
    # A number of a thousand digits costs quadratic time to read, and fits no column.
    if len(text) > NUMBER_CHARACTERS:
        raise ValueError(text[:20])
    return int(text)
