"""Stored values as a row's history keeps them: JSON, bytes as base64."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from django.db import models

from datasets.models import Row
from datasets.records import Typed


def kept_of(fields: Typed, row: Row) -> dict[str, Any]:
    """The row's stored values by field id, for ``RowChange.before``."""
    return {str(field.pk): kept(getattr(row, field.column)) for field, _type in fields}


def stored_of(fields: Typed, before: Mapping[str, Any]) -> dict[int, Any]:
    """The stored values by field id of a ``RowChange.before``; fields it does not name are left."""
    return {
        field.pk: b64decode(value) if value is not None and _is_bytes(type_.column()) else value
        for field, type_ in fields
        if str(field.pk) in before
        for value in (before[str(field.pk)],)
    }


def kept(stored: Any) -> Any:
    """One stored value as JSON holds it."""
    if isinstance(stored, bytes | bytearray | memoryview):
        return b64encode(bytes(stored)).decode()
    return stored


def _is_bytes(column: "models.Field[Any, Any]") -> bool:
    return isinstance(column, models.BinaryField)
