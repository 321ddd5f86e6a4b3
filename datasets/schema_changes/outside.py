"""Which rows do not fit their field any more, asked of the database where it can answer.

Every name in the conditions is generated (``c_12``); what people wrote is a parameter.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import F, Q, TextField
from django.db.models.functions import Cast, Collate, Length, Substr
from django.db.models.lookups import GreaterThan, LessThan

from datasets.field_types import BadValue, iso8601, type_of
from datasets.field_types.sequence import HEAD
from datasets.models import Field

#: Bytes of one number of a sequence.
NUMBER_BYTES = 4


def outside(field: Field) -> Q:
    """The rows whose value is missing where it must not be, or outside the field's limits.

    Exact for the limits that a change of the schema can tighten.
    """
    found = Q(**{f"{field.column}__isnull": True}) if field.required else Q(pk__in=[])
    beyond = _BEYOND.get(field.kind)
    return found if beyond is None else found | beyond(field)


def fits(field: Field, stored: Any) -> bool:
    """Whether a stored value fits the field as it is described now."""
    type_ = type_of(field)
    try:
        if stored is None:
            type_.missing()
        else:
            type_.check(type_.from_storage(stored))
    except (BadValue, KeyError):
        return False
    return True


def _numbers(field: Field) -> Q:
    low, high = field.options.get("minimum"), field.options.get("maximum")
    found = Q(pk__in=[])
    if low is not None:
        found |= Q(**{f"{field.column}__lt": low})
    if high is not None:
        found |= Q(**{f"{field.column}__gt": high})
    return found


def _moments(field: Field) -> Q:
    # The stored text begins with the instant, of fixed width; only the C collation sorts it so.
    begin = Substr(Cast(F(field.column), TextField()), 1, iso8601.KEY)
    key = Collate(begin, "C") if connection.vendor == "postgresql" else begin
    low, high = field.options.get("minimum"), field.options.get("maximum")
    found = Q(pk__in=[])
    if low is not None:
        found |= Q(LessThan(key, iso8601.read(low).stored()[: iso8601.KEY]))
    if high is not None:
        found |= Q(GreaterThan(key, iso8601.read(high).end.isoformat(timespec="microseconds")))
    return found


def _texts(field: Field) -> Q:
    return Q(GreaterThan(Length(F(field.column)), field.options["max_length"]))


def _sequences(field: Field) -> Q:
    step = NUMBER_BYTES * int(field.options["channels"])
    size = Length(F(field.column))
    shortest, longest = (int(field.options[name]) for name in ("min_length", "max_length"))
    short = Q(LessThan(size, HEAD.size + step * shortest))
    return short | Q(GreaterThan(size, HEAD.size + step * longest))


_BEYOND: dict[str, Callable[[Field], Q]] = {
    Field.Kind.NUMBER: _numbers,
    Field.Kind.INTEGER: _numbers,
    Field.Kind.DATETIME: _moments,
    Field.Kind.TEXT: _texts,
    Field.Kind.SEQUENCE: _sequences,
}
