"""Values as JSON, said by the Table Schema of their field: no kind is named here.

Numbers, yes or no and lists go as they are; categories as their labels, dates as ISO 8601, all
others as the text that ``FieldType.parse`` reads back.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from api.problems import Problem
from common.errors import Refused
from datasets.field_types import BadValue, FieldType
from datasets.models import Row
from datasets.records import Typed

#: Types of Table Schema whose values JSON has too.
AS_THEY_ARE = frozenset({"number", "integer", "boolean", "array"})
#: Problems that one answer lists; the first ones are enough to find the mistake.
LISTED = 50
PHOTO = "data:image/png;base64,… or another picture; answered as the picture's address"
JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def values_of(fields: Typed, row: Row, photos: Callable[[int], str]) -> dict[str, Any]:
    """A row's values by field name; ``photos`` gives the address of a picture by field id."""
    found = {}
    for field, type_ in fields:
        stored = getattr(row, field.column)
        shown = photos(field.pk) if type_.has_file else value_as_json(type_, stored)
        found[field.name] = None if stored is None else shown
    return found


def value_as_json(type_: FieldType[Any], stored: Any) -> Any:
    """One stored value."""
    value = type_.value_of(stored)
    if value is None or type_.table_schema()["type"] in AS_THEY_ARE:
        return value
    return type_.show(value)


def read_rows(fields: Typed, rows: Iterable[Mapping[str, Any]]) -> list[dict[int, Any]]:
    """The values by field id of rows as they came; a missing value is left out or null.

    Raises:
        Problem: some do not fit; each is named by its row and field.
    """
    names = {field.name for field, _type in fields}
    found: list[dict[int, Any]] = []
    errors: list[dict[str, str]] = []
    for number, row in enumerate(rows):
        values: dict[int, Any] = {}
        strangers = [name for name in row if name not in names]
        errors += [_misfit(number, name, _unknown(name, names)) for name in strangers]
        for field, type_ in fields:
            try:
                values[field.pk] = type_.read(row.get(field.name))
            except BadValue as bad:
                errors.append(_misfit(number, field.name, bad.message))
            except Refused as refused:
                errors.append(_misfit(number, field.name, refused.message))
        found.append(values)
        if len(errors) >= LISTED:
            break
    if errors:
        raise Problem("invalid", errors[0]["detail"], errors=errors[:LISTED])
    return found


def row_schema(fields: Typed) -> dict[str, Any]:
    """JSON Schema of a row's values, as they are sent and answered."""
    return {
        "$schema": JSON_SCHEMA,
        "type": "object",
        "properties": {field.name: value_schema(type_) for field, type_ in fields},
        "required": [field.name for field, type_ in fields if type_.required],
        "additionalProperties": False,
    }


def value_schema(type_: FieldType[Any]) -> dict[str, Any]:
    """JSON Schema of one value, made from the field's entry in the Table Schema."""
    entry = type_.schema()
    if type_.has_file:
        entry = {"type": "string", "cc:unit": PHOTO}
    found = _SHAPES.get(entry["type"], _text)(entry)
    if entry.get("cc:unit"):
        found["description"] = str(entry["cc:unit"])
    return found if type_.required else {"anyOf": [found, {"type": "null"}]}


def _number(entry: Mapping[str, Any]) -> dict[str, Any]:
    limits = entry.get("constraints", {})
    kept = {name: limits[name] for name in ("minimum", "maximum") if name in limits}
    return {"type": entry["type"], **kept}


def _text(entry: Mapping[str, Any]) -> dict[str, Any]:
    limits = entry.get("constraints", {})
    found: dict[str, Any] = {"type": "string"}
    if "enum" in limits:
        found["enum"] = list(limits["enum"])
    if "maxLength" in limits:
        found["maxLength"] = limits["maxLength"]
    if entry.get("cc:precision"):
        found["description"] = f"ISO 8601: {entry['cc:precision']}"
    return found


def _array(entry: Mapping[str, Any]) -> dict[str, Any]:
    if "cc:height" in entry and "cc:width" in entry:
        low, high = entry.get("cc:range", (0, 255))
        cell = {"type": "integer", "minimum": low, "maximum": high}
        return _list(_list(cell, entry["cc:width"]), entry["cc:height"])
    if "cc:channels" in entry:
        return _list(_list({"type": "number"}, *_ends(entry)), entry["cc:channels"])
    return _list({"type": "number"}, *_ends(entry))


def _ends(entry: Mapping[str, Any]) -> tuple[int, ...]:
    length = entry.get("cc:length", ())
    return tuple(length) if isinstance(length, list | tuple) else (int(length),)


def _list(items: dict[str, Any], *ends: int) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "array", "items": items}
    return found | ({"minItems": ends[0], "maxItems": ends[-1]} if ends else {})


def _boolean(_entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "boolean"}


_SHAPES = {"number": _number, "integer": _number, "boolean": _boolean, "array": _array}


def _misfit(number: int, name: str, detail: str) -> dict[str, str]:
    place = name[:100].replace("~", "~0").replace("/", "~1")
    return {"pointer": f"/rows/{number}/{place}", "detail": detail}


def _unknown(name: str, names: Iterable[str]) -> str:
    sentence = _("The project has no field “%(name)s”. Its fields are: %(names)s.")
    return sentence % {"name": name[:60], "names": ", ".join(sorted(names)[:12])}
