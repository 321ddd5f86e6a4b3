"""What every way of browsing answers; and the way of what can only be there or missing."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.db.models import Expression, F, Q
from django.db.models.expressions import ExpressionWrapper
from django.db.models.fields import BooleanField
from django.db.models.lookups import IsNull
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from datasets.field_types.base import FieldType

#: What the cache keeps of a column: plain numbers and texts only, so that any process reads it.
Summary = Mapping[str, Any]
#: Classes that a summary names; all others are one bar.
CLASSES = 12
MISSING, PRESENT = "1", "0"


class Bar(NamedTuple):
    """One bar of a summary.

    Attributes:
        words: what it stands for.
        rows: how many rows of the sample.
        filter: what a click asks for: operator → text. Empty where nothing can be asked.
        colour: a pixel colour 0 … 11, or None.
    """

    words: str
    rows: int
    filter: Mapping[str, str]
    colour: int | None = None


class Operator(NamedTuple):
    """One thing that can be asked of a column.

    Attributes:
        read: a person's text → the operand; raises ``BadValue``.
        lookup: makes the condition of a column's expression and the operand.
        words: the sentence for an operand's text, with ``%(field)s`` and ``%(value)s``.
    """

    read: Callable[[str], Any]
    lookup: Callable[[Any, Any], Any]
    words: Callable[[str], str]


class Browsing:
    """How one field is browsed, bound to its type."""

    #: Whether rows can be put in the order of the values.
    sortable: ClassVar[bool] = False
    #: Whether an index of the database helps to find and to sort values.
    indexable: ClassVar[bool] = False
    #: What the filter's form shows: "limits", "classes", "words" or "" for nothing but missing.
    form: ClassVar[str] = ""

    def __init__(self, type_: "FieldType[Any]") -> None:
        self.type = type_

    def operators(self) -> dict[str, Operator]:
        """Everything that can be asked, by its name in the address."""
        return {"missing": Operator(self._missing, IsNull, self._missing_words)}

    def sampled(self, column: str) -> Expression | F:
        """What a summary reads of each row."""
        there = Q(**{f"{column}__isnull": False})
        return ExpressionWrapper(there, output_field=BooleanField())

    def as_sampled(self, stored: Any) -> Any:
        """A stored value as ``sampled`` would have read it."""
        return stored is not None

    def summarise(self, values: Sequence[Any]) -> dict[str, Any]:
        """Sum up what ``sampled`` gave of some rows."""
        return {"rows": len(values), "missing": sum(1 for value in values if not value)}

    def bars(self, summary: Summary) -> list[Bar]:
        """The bars of a summary, in the order in which they stand beside each other."""
        return []

    def words_of(self, summary: Summary) -> str:
        """What stands under the bars."""
        return ""

    def share(self, summary: Summary, operator: str, operand: Any) -> float | None:
        """About which share of the rows a condition holds for, 0 … 1; None when unknown."""
        if operator != "missing" or not summary["rows"]:
            return None
        missing = float(summary["missing"]) / float(summary["rows"])
        return missing if operand else 1 - missing

    def literal(self, operator: str, text: str) -> Any:
        """An operand as a version's file holds such values: for code that people copy."""
        return text == MISSING if operator == "missing" else text

    def place_text(self, stored: Any) -> str:
        """A stored value in the address of a following page; ``place`` reads it back."""
        return str(self.type.show(self.type.from_storage(stored)))

    def place(self, text: str) -> Any:
        """The stored value of a place; raises ``BadValue``."""
        return self.type.to_storage(self.free().check_text(text))

    def free(self) -> "_Free":
        """The type without the field's limits: one may ask for what cannot be there."""
        return _Free(self.type)

    def _missing(self, text: str) -> bool:
        if text not in (MISSING, PRESENT):
            raise self.type.bad(
                _("%(field)s: write 1 for missing or 0 for present (you wrote “%(value)s”)."), text
            )
        return text == MISSING

    def _missing_words(self, text: str) -> str:
        return _("%(field)s is missing") if text == MISSING else _("%(field)s has a value")


class Held(Browsing):
    """Drawings, photos, sequences, vectors: they are there or missing, and that is all."""


class _Free:
    """Reads a text as the type does, but without the field's own limits."""

    LIMITS = ("minimum", "maximum")

    def __init__(self, type_: "FieldType[Any]") -> None:
        options = {k: v for k, v in type_.options.items() if k not in self.LIMITS}
        self.type = type(type_)(
            type_.name, options, required=True, unit=type_.unit, role=type_.role
        )

    def check_text(self, text: str) -> Any:
        """The value; raises ``BadValue``, also for an empty text."""
        return self.type.parse(text)
