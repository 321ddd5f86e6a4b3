"""Counted things: int64, within what float64 and JSON keep exactly."""

import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from datasets.field_types import parsing
from datasets.field_types.base import FieldType
from datasets.field_types.number import Number
from datasets.field_types.widgets import TypedField

WHOLE = re.compile(r"[+-]?\d+(?:\.0*)?", re.ASCII)


class Integer(FieldType[int]):
    """A whole number inside optional limits and ±2^53."""

    kind = "integer"
    label = gettext_lazy("whole number")
    target_of = "regression"
    option_names = ("minimum", "maximum")
    wall_kind = "value"
    likeness = "distance"
    stored_arrow = pa.int64()

    @classmethod
    def clean_options(cls, raw: Any) -> dict[str, Any]:
        options = Number.clean_options(raw)
        for name, limit in options.items():
            if limit != int(limit) or abs(limit) > parsing.LARGEST_WHOLE:
                message = _("The limit “%(value)s” of a whole number must be whole itself.")
                raise Refused(message % {"value": limit}, field=name)
        return {name: int(limit) for name, limit in options.items()}

    @classmethod
    def options_in(cls, entry: Mapping[str, Any]) -> dict[str, Any]:
        return Number.options_in(entry)

    def parse(self, text: str) -> int | None:
        text = text.strip()
        if not text:
            return self.missing()
        if len(text) > parsing.NUMBER_CHARACTERS or not WHOLE.fullmatch(text):
            sentence = _("%(field)s must be a whole number such as 12 (you wrote “%(value)s”).")
            raise self.bad(sentence, text)
        return self._limited(int(text.split(".")[0]), text)

    def check(self, value: object) -> int:
        number = parsing.whole(value)
        if number is None:
            sentence = _("%(field)s must be a whole number (it was “%(value)s”).")
            raise self.bad(sentence, value)
        return self._limited(number, value)

    def _limited(self, number: int, value: object) -> int:
        low = self.options.get("minimum", -parsing.LARGEST_WHOLE)
        high = self.options.get("maximum", parsing.LARGEST_WHOLE)
        if number < low:
            sentence = _("%(field)s must be at least %(limit)s (you wrote “%(value)s”).")
            raise self.bad(sentence, value, limit=low)
        if number > high:
            sentence = _("%(field)s must be at most %(limit)s (you wrote “%(value)s”).")
            raise self.bad(sentence, value, limit=high)
        return number

    def show(self, value: int) -> str:
        return str(value)

    def column(self) -> "models.Field[Any, Any]":
        return models.BigIntegerField(null=True)

    def to_storage(self, value: int) -> int:
        return value

    def from_storage(self, stored: Any) -> int:
        return int(stored)

    def near(self, value: int) -> bytes:
        return parsing.near_bytes(float(value))

    def table_schema(self) -> dict[str, Any]:
        return {**Number(self.name, self.options).table_schema(), "type": "integer"}

    def arrow_type(self) -> pa.DataType:
        return pa.int64()

    def wall(self, value: int) -> int:
        return value

    def hint(self) -> str:
        return Number(self.name, self.options).hint()

    def form_field(self) -> forms.Field:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        return TypedField(self, widget)
