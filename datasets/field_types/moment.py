"""Dates and times, as exact as they were given."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from common.errors import Refused
from datasets.field_types import iso8601
from datasets.field_types.base import FieldType, shown
from datasets.field_types.iso8601 import Moment
from datasets.field_types.widgets import TypedField

#: How exact values are: the mark of the precision, the type of Table Schema, the browser's input.
FORMS: dict[str, tuple[str, dict[str, str], str]] = {
    "any": ("", {"type": "datetime", "format": "any"}, "text"),
    "year": ("y", {"type": "year"}, "text"),
    "month": ("m", {"type": "yearmonth"}, "month"),
    "day": ("d", {"type": "date"}, "date"),
    "minute": ("n", {"type": "datetime", "format": "%Y-%m-%dT%H:%M"}, "datetime-local"),
    "second": ("s", {"type": "datetime"}, "datetime-local"),
}
EXAMPLES = {
    "any": "2016-07-01",
    "year": "2016",
    "month": "2016-07",
    "day": "2016-07-01",
    "minute": "2016-07-01T14:30",
    "second": "2016-07-01T14:30:00",
}
DAY = 86_400.0


class DateTime(FieldType[str]):
    """A moment as the text of ISO 8601 that ``iso8601.Moment`` writes; cut short where less is
    known. With the option ``precision`` all values are equally exact and have no offset.
    """

    kind = "datetime"
    label = gettext_lazy("date and time")
    option_names = ("precision", "minimum", "maximum")
    likeness = "distance"
    stored_arrow = pa.string()
    precisions: ClassVar[tuple[str, ...]] = tuple(FORMS)

    @classmethod
    def clean_options(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        precision = str(raw.get("precision") or "any")
        if precision not in FORMS:
            message = _("How exact dates are must be one of %(known)s, not “%(value)s”.")
            parts = {"known": ", ".join(FORMS), "value": shown(precision)}
            raise Refused(message % parts, field="precision")
        options: dict[str, Any] = {"precision": precision}
        for name in ("minimum", "maximum"):
            text = str(raw.get(name) or "").strip()
            if text:
                options[name] = cls._limit(text, name)
        if {"minimum", "maximum"} <= options.keys():
            low, high = (iso8601.read(options[name]) for name in ("minimum", "maximum"))
            if low.instant > high.end:
                message = _("The earliest date (%(low)s) must be before the latest (%(high)s).")
                parts = {"low": options["minimum"], "high": options["maximum"]}
                raise Refused(message % parts, field="maximum")
        return options

    @classmethod
    def _limit(cls, text: str, name: str) -> str:
        try:
            return iso8601.read(text).text()
        except ValueError as error:
            message = _("The limit “%(value)s” must be a date such as 2016-07-01, or empty.")
            raise Refused(message % {"value": shown(text)}, field=name) from error

    @classmethod
    def options_in(cls, entry: Mapping[str, Any]) -> dict[str, Any]:
        constraints = entry.get("constraints") or {}
        found = {name: constraints.get(name) for name in ("minimum", "maximum")}
        usual = {"year": "year", "yearmonth": "month", "date": "day"}
        precision = entry.get("cc:precision") or usual.get(str(entry.get("type")))
        return {**found, "precision": precision}

    @property
    def precision(self) -> str:
        return str(self.options.get("precision", "any"))

    def parse(self, text: str) -> str | None:
        text = text.strip()
        if not text:
            return self.missing()
        try:
            moment = iso8601.read(text)
        except ValueError as error:
            raise self._unreadable(text) from error
        return self._limited(self._fitted(moment, text), text).text()

    def check(self, value: object) -> str:
        if isinstance(value, datetime):
            value = value.isoformat(sep=" ")
        elif isinstance(value, date):
            value = value.isoformat()
        if not isinstance(value, str) or not value.strip():
            raise self._unreadable(value)
        found = self.parse(value)
        assert found is not None
        return found

    def _unreadable(self, value: object) -> Exception:
        sentence = _(
            "%(field)s must be a date or a time as ISO 8601 writes it, such as %(example)s "
            "(you wrote “%(value)s”)."
        )
        return self.bad(sentence, value, example=EXAMPLES[self.precision])

    def _fitted(self, moment: Moment, said: str) -> Moment:
        """The moment as exact as the field's values are; only zeros are added or left away."""
        mark = FORMS[self.precision][0]
        if not mark:
            return moment
        order = iso8601.PRECISIONS.index
        if moment.offset or order(moment.precision) < min(order(mark), order("n")):
            raise self._unreadable(said)
        fitted = Moment(moment.local, mark, "")
        if moment.precision == "w" or iso8601.read(fitted.text()).local != moment.local:
            raise self._unreadable(said)
        return fitted

    def _limited(self, moment: Moment, said: str) -> Moment:
        low, high = self.options.get("minimum"), self.options.get("maximum")
        if low is not None and moment.instant < iso8601.read(low).instant:
            sentence = _("%(field)s must not be before %(limit)s (you wrote “%(value)s”).")
            raise self.bad(sentence, said, limit=low)
        if high is not None and moment.instant > iso8601.read(high).end:
            sentence = _("%(field)s must not be after %(limit)s (you wrote “%(value)s”).")
            raise self.bad(sentence, said, limit=high)
        return moment

    def show(self, value: str) -> str:
        return value

    def column(self) -> "models.Field[Any, Any]":
        return models.TextField(null=True)

    def to_storage(self, value: str) -> str:
        return iso8601.read(value).stored()

    def from_storage(self, stored: Any) -> str:
        return iso8601.unstored(str(stored)).text()

    def near(self, value: str) -> bytes:
        return iso8601.read(value).stored()[: iso8601.KEY].encode()

    def sketch(self, stored: Any) -> NDArray[np.float32]:
        """Days since 1970."""
        days = iso8601.instant_of(str(stored)).timestamp() / DAY
        return np.array([days], dtype=np.float32)

    def table_schema(self) -> dict[str, Any]:
        limits = {n: self.options[n] for n in ("minimum", "maximum") if n in self.options}
        entry: dict[str, Any] = {**FORMS[self.precision][1], "cc:precision": self.precision}
        return {**entry, **({"constraints": limits} if limits else {})}

    def arrow_type(self) -> pa.DataType:
        return pa.string()

    def to_arrow(self, stored: pa.Array) -> pa.Array:
        """ISO 8601 text: what was said keeps its precision and its offset."""
        return pa.array([self.value_of(one) for one in stored.to_pylist()], pa.string())

    def cell(self, value: str) -> str:
        return value.replace("T", " ")

    def hint(self) -> str:
        low, high = self.options.get("minimum"), self.options.get("maximum")
        example = _("Such as %(example)s.") % {"example": EXAMPLES[self.precision]}
        if self.precision == "any":
            example = _("Such as 2016, 2016-07, 2016-07-01 or 2016-07-01 14:30.")
        parts = {"low": low, "high": high}
        if low is not None and high is not None:
            return f"{example} " + _("From %(low)s to %(high)s.") % parts
        if low is not None:
            return f"{example} " + _("Not before %(low)s.") % parts
        return f"{example} " + _("Not after %(high)s.") % parts if high is not None else example

    def form_field(self) -> forms.Field:
        kind = FORMS[self.precision][2]
        attrs = {"autocomplete": "off", "type": kind}
        if self.precision == "year":
            attrs |= {"inputmode": "numeric"}
        if self.precision == "second":
            attrs |= {"step": "1"}
        return TypedField(self, _Input(kind, attrs))


class _Input(forms.TextInput):
    """The browser's own picker where it has one for this precision."""

    def __init__(self, kind: str, attrs: dict[str, str]) -> None:
        super().__init__({name: value for name, value in attrs.items() if name != "type"})
        self.input_type = kind
