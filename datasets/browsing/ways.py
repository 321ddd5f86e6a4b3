"""Which kind is browsed how: the only list of kinds here."""

from typing import TYPE_CHECKING, Any

from datasets.browsing.base import Browsing, Held
from datasets.browsing.classed import Listed, YesNo
from datasets.browsing.dated import Dated
from datasets.browsing.ordered import Ordered, Whole
from datasets.browsing.worded import Worded

if TYPE_CHECKING:
    from datasets.field_types import FieldType

WAYS: dict[str, type[Browsing]] = {
    "number": Ordered,
    "integer": Whole,
    "boolean": YesNo,
    "category": Listed,
    "text": Worded,
    "datetime": Dated,
    "grid": Held,
    "image": Held,
    "sequence": Held,
    "vector": Held,
}


def browsing_of(type_: "FieldType[Any]") -> Browsing:
    """How the field of this type is browsed."""
    return WAYS[type_.kind](type_)
