"""Measured numbers: float64."""

import math
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
from datasets.field_types.widgets import TypedField

#: The square of a larger number overflows in a sum; training refuses larger ones too.
LARGEST = 1e100


class Number(FieldType[float]):
    """A finite float64 inside optional limits."""

    kind = "number"
    label = gettext_lazy("number")
    target_of = "regression"
    option_names = ("minimum", "maximum")
    wall_kind = "value"
    likeness = "distance"
    stored_arrow = pa.float64()

    @classmethod
    def clean_options(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        limits = {name: cls._limit(raw.get(name), name) for name in cls.option_names}
        low, high = limits["minimum"], limits["maximum"]
        if low is not None and high is not None and low >= high:
            message = _("The smallest value (%(low)s) must be below the largest (%(high)s).")
            raise Refused(message % {"low": low, "high": high}, field="maximum")
        return {name: value for name, value in limits.items() if value is not None}

    @classmethod
    def options_in(cls, entry: Mapping[str, Any]) -> dict[str, Any]:
        constraints = entry.get("constraints") or {}
        return {name: constraints.get(name) for name in cls.option_names}

    @classmethod
    def _limit(cls, raw: object, name: str) -> float | None:
        text = str(raw if raw is not None else "").strip()
        if not text:
            return None
        if not parsing.is_number(text) or abs(float(text)) > LARGEST:
            message = _("The limit “%(value)s” must be a number such as 12.5, or empty.")
            raise Refused(message % {"value": text[:40]}, field=name)
        return float(text)

    def parse(self, text: str) -> float | None:
        text = text.strip()
        if not text:
            return self.missing()
        if not parsing.is_number(text):
            raise self._not_a_number(text)
        return self._limited(float(text), text)

    def check(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.bad(_("%(field)s must be a number (it was “%(value)s”)."), value)
        return self._limited(self._as_float(value), value)

    def _as_float(self, value: int | float) -> float:
        try:
            return float(value)
        except OverflowError:
            return math.inf

    def _not_a_number(self, text: str) -> Exception:
        with_point = parsing.decimal_with_point(text)
        if with_point:
            sentence = _(
                "%(field)s must be written with a decimal point: %(point)s, not “%(value)s”."
            )
            return self.bad(sentence, text, point=with_point)
        if parsing.is_not_finite(text):
            sentence = _(
                "%(field)s must be a finite number (you wrote “%(value)s”). "
                "Leave it empty when it is unknown."
            )
            return self.bad(sentence, text)
        sentence = _(
            "%(field)s must be a number such as 12.5, without a unit (you wrote “%(value)s”)."
        )
        return self.bad(sentence, text)

    def _limited(self, number: float, value: object) -> float:
        if not abs(number) <= LARGEST:
            sentence = _("%(field)s must be a finite number up to 1e100 (you wrote “%(value)s”).")
            raise self.bad(sentence, value)
        low, high = self.options.get("minimum"), self.options.get("maximum")
        if low is not None and number < low:
            sentence = _("%(field)s must be at least %(limit)s (you wrote “%(value)s”).")
            raise self.bad(sentence, value, limit=parsing.short(low))
        if high is not None and number > high:
            sentence = _("%(field)s must be at most %(limit)s (you wrote “%(value)s”).")
            raise self.bad(sentence, value, limit=parsing.short(high))
        return number + 0.0  # makes -0.0 and 0.0 one value

    def show(self, value: float) -> str:
        return parsing.short(value)

    def column(self) -> "models.Field[Any, Any]":
        return models.FloatField(null=True)

    def to_storage(self, value: float) -> float:
        return value

    def from_storage(self, stored: Any) -> float:
        return float(stored)

    def near(self, value: float) -> bytes:
        return parsing.near_bytes(value)

    def table_schema(self) -> dict[str, Any]:
        limits = {name: self.options[name] for name in self.option_names if name in self.options}
        return {"type": "number", **({"constraints": limits} if limits else {})}

    def arrow_type(self) -> pa.DataType:
        return pa.float64()

    def wall(self, value: float) -> float:
        return value

    def hint(self) -> str:
        low, high = self.options.get("minimum"), self.options.get("maximum")
        parts = {"low": parsing.short(low or 0), "high": parsing.short(high or 0)}
        if low is not None and high is not None:
            return _("From %(low)s to %(high)s.") % parts
        if low is not None:
            return _("At least %(low)s.") % parts
        return _("At most %(high)s.") % parts if high is not None else ""

    def form_field(self) -> forms.Field:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        return TypedField(self, widget)
