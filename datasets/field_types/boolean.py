"""Yes or no."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.field_types.base import FieldType
from datasets.field_types.widgets import TypedField

YES = frozenset({"true", "yes", "1", "t", "y"})
#: Pixel colours of no and of yes.
COLOURS = (7, 1)
NO = frozenset({"false", "no", "0", "f", "n"})


class Boolean(FieldType[bool]):
    """True or false; as a target it is two classes, ``false`` first."""

    kind = "boolean"
    label = gettext_lazy("yes or no")
    target_of = "classification"
    wall_kind = "label"
    stored_arrow = pa.bool_()

    @classmethod
    def clean_options(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def parse(self, text: str) -> bool | None:
        word = text.strip().lower()
        if not word:
            return self.missing()
        if word in YES:
            return True
        if word in NO:
            return False
        sentence = _("%(field)s must be yes or no, true or false (you wrote “%(value)s”).")
        raise self.bad(sentence, text)

    def check(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        if value in (0, 1):
            return bool(value)
        raise self.bad(_("%(field)s must be true or false (it was “%(value)s”)."), value)

    def show(self, value: bool) -> str:
        return "yes" if value else "no"

    def column(self) -> "models.Field[Any, Any]":
        return models.BooleanField(null=True)

    def to_storage(self, value: bool) -> bool:
        return value

    def from_storage(self, stored: Any) -> bool:
        return bool(stored)

    def table_schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def arrow_type(self) -> pa.DataType:
        return pa.bool_()

    def cell(self, value: bool) -> str:
        return _("yes") if value else _("no")

    def wall(self, value: bool) -> int:
        return int(value)

    def legend(self) -> list[dict[str, Any]]:
        return [
            {"code": int(value), "label": self.cell(value), "colour": self.colour_of(value)}
            for value in (False, True)
        ]

    def colour_of(self, value: bool) -> int:
        return COLOURS[value]

    def form_field(self) -> forms.Field:
        choices = [("yes", _("yes")), ("no", _("no"))]
        if not self.required:
            choices.insert(0, ("", _("not known")))
        return TypedField(self, forms.RadioSelect(choices=choices))
