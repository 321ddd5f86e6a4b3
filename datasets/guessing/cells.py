"""Values of files as text: every kind of file becomes a table of texts.

The field types read text only, so there is one way into a project. This module runs in a process
without Django as well (``datasets.guessing.parquet_child``).
"""

import datetime as dt
import decimal
import json
import math
from typing import Any

#: What a cell may have at most, as text: a drawing of 64 x 64 cells needs 16 thousand.
CELL_CHARACTERS = 1_000_000


class UnreadableCell(Exception):
    """A value that no text stands for: bytes, or far too long."""


def cell_text(value: object) -> str:
    """The text that a field type reads as this value; a missing value is empty.

    Raises:
        UnreadableCell: the value is binary or longer than ``CELL_CHARACTERS``.
    """
    text = _text(value)
    if len(text) > CELL_CHARACTERS:
        raise UnreadableCell(f"more than {CELL_CHARACTERS} characters")
    return text


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value).removesuffix(".0") if math.isfinite(value) else ""
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return value.isoformat() if not isinstance(value, dt.timedelta) else str(value)
    if isinstance(value, int | decimal.Decimal):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        raise UnreadableCell("binary data")
    return json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False)


def _plain(value: object) -> Any:
    """Lists and objects as JSON can hold them; a number that is none becomes null."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if value is None or isinstance(value, bool | int | str):
        return value
    return _text(value)
