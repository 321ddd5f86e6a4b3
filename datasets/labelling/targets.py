"""What is asked for: a project's target, as labelling needs to know it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from datasets.field_types import BadValue, FieldType
from datasets.field_types.category import Category
from datasets.labelling.opinions import Opinion, Said, agrees, of_classes, of_numbers
from datasets.models import Field
from datasets.queries import labels_of, typed_fields
from datasets.records import Typed
from projects.models import Project


@dataclass(frozen=True)
class Choice:
    """One class as a button shows it: ``text`` is what the form sends, ``value`` its code."""

    value: int
    text: str
    label: str
    colour: int


class Target:
    """The target's field, and what labels of it come to. Labels are stored values."""

    def __init__(self, field: Field, type_: FieldType[Any]) -> None:
        self.field = field
        self.type = type_
        self.codes: list[int] = []
        if type_.wall_kind == "label":
            self.codes = [int(entry["code"]) for entry in labels_of(field)]

    @property
    def choices(self) -> list[Choice]:
        """The classes in the order that people see; empty for a number."""
        if not self.codes:
            return []
        return [
            Choice(code, self.type.show(self.type.from_storage(code)), entry["label"], colour)
            for entry in labels_of(self.field)
            for code, colour in ((int(entry["code"]), int(entry["colour"])),)
        ]

    @property
    def span(self) -> float | None:
        """The largest value less the smallest, where the field has both."""
        low, high = self.field.options.get("minimum"), self.field.options.get("maximum")
        return None if low is None or high is None else float(high) - float(low)

    def read(self, text: str) -> float | int | bool:
        """The stored value of what somebody said.

        Raises:
            Refused: it is no value of the field, or nothing was said.
        """
        if not text.strip():
            sentence = _("Say what it is, or skip it.")
            raise Refused(sentence, field="value", status=422)
        try:
            value = self.type.parse(text)
        except BadValue as bad:
            raise Refused(bad.message, field="value", status=422) from bad
        stored = self.type.to_storage(value)
        assert isinstance(stored, int | float)
        return stored

    def show(self, stored: Any) -> str:
        """A stored value in words; a class that is no more says so."""
        if stored is None:
            return "–"
        if self.plain(stored) is None:
            return _("a class that is no more")
        return self.type.cell(self.type.from_storage(stored))

    def colour(self, stored: Any) -> int | None:
        """The pixel colour of a class; None for a number."""
        code = self.plain(stored) if self.codes else None
        return next((one.colour for one in self.choices if one.value == code), None)

    def plain(self, stored: Any) -> float | None:
        """A label's value as a number, as the schema stands; None when there is no such class."""
        if stored is None:
            return None
        if not self.codes:
            return float(stored)
        code = int(stored)
        if isinstance(self.type, Category):
            code = self.type.current(code)
        return code if code in self.codes else None

    def stored(self, value: float) -> float | int | bool:
        """The stored value of what ``plain`` said."""
        if self.field.kind == Field.Kind.BOOLEAN:
            return bool(value)
        return int(value) if self.codes or self.whole else float(value)

    @property
    def whole(self) -> bool:
        """Whether the values are whole numbers."""
        return self.field.kind == Field.Kind.INTEGER

    def opinion(self, said: Sequence[Said]) -> Opinion:
        """What labels come to; their values are those of ``plain``."""
        if self.codes:
            return of_classes(said, len(self.codes))
        return of_numbers(said, self.span)

    def same(self, stored: Any, with_stored: Any) -> bool:
        """Whether two answers are the same: one class, or numbers within the tolerance."""
        one, other = self.plain(stored), self.plain(with_stored)
        if one is None or other is None:
            return False
        return one == other if self.codes else agrees(one, other, self.span)


def target_for(project: Project, fields: Typed | None = None) -> Target:
    """The project's target.

    Raises:
        Refused: the project has none (a draft).
    """
    listed = typed_fields(project) if fields is None else fields
    for field, type_ in listed:
        if field.role == Field.Role.TARGET and type_.target_of:
            return Target(field, type_)
    sentence = _("This project has no field to label yet: say first what it predicts.")
    raise Refused(sentence, status=409)
