"""The kinds of fields. Adding a kind is one class and one name in ``FIELD_TYPES``."""

from collections.abc import Mapping
from typing import Any, Protocol

from datasets.field_types.base import BadValue, FieldType
from datasets.field_types.boolean import Boolean
from datasets.field_types.category import Category
from datasets.field_types.grid import Grid
from datasets.field_types.image import Image
from datasets.field_types.integer import Integer
from datasets.field_types.moment import DateTime
from datasets.field_types.number import Number
from datasets.field_types.sequence import Sequence
from datasets.field_types.text import Text
from datasets.field_types.vector import Vector

FIELD_TYPES: tuple[type[FieldType[Any]], ...] = (
    Number,
    Integer,
    Boolean,
    Category,
    Text,
    DateTime,
    Grid,
    Image,
    Sequence,
    Vector,
)

__all__ = ["FIELD_TYPES", "BadValue", "FieldType", "type_named", "type_of"]


class Described(Protocol):
    """What a field type needs to know of a field: the model, or a draft of it."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def options(self) -> Mapping[str, Any]: ...


def type_named(kind: str) -> type[FieldType[Any]]:
    """The class of that kind.

    Raises:
        KeyError: there is no such kind.
    """
    for type_ in FIELD_TYPES:
        if type_.kind == kind:
            return type_
    raise KeyError(kind)


def type_of(field: Described) -> FieldType[Any]:
    """The field's type, bound to its name and options."""
    return type_named(field.kind)(
        field.name,
        field.options,
        required=field.required,
        unit=field.unit,
        role=field.role,
        # A draft belongs to no project yet.
        project_id=getattr(field, "project_id", None),
        field_id=getattr(field, "pk", None),
    )
