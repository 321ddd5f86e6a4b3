"""Short text: notes and names; shown and kept, never learned from."""

import unicodedata
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.limits import TEXT_CHARACTERS
from datasets.field_types import option_labels as labels
from datasets.field_types.base import FieldType, whole_option
from datasets.field_types.widgets import TypedField

#: Marks that turn the reading direction of what stands after them.
DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Text(FieldType[str]):
    """One line of text without control characters."""

    kind = "text"
    label = gettext_lazy("short text")
    option_names = ("max_length",)
    learned = False
    stored_arrow = pa.string()

    @classmethod
    def clean_options(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        longest = whole_option(
            raw, "max_length", labels.CHARACTERS, (1, TEXT_CHARACTERS), TEXT_CHARACTERS
        )
        return {"max_length": longest}

    @classmethod
    def options_in(cls, entry: Mapping[str, Any]) -> dict[str, Any]:
        return {"max_length": (entry.get("constraints") or {}).get("maxLength")}

    def parse(self, text: str) -> str | None:
        text = text.strip()
        if not text:
            return self.missing()
        return self.check(text)

    def check(self, value: object) -> str:
        if not isinstance(value, str):
            raise self.bad(_("%(field)s must be text (it was “%(value)s”)."), value)
        for mark in value:
            if unicodedata.category(mark) in ("Cc", "Cs", "Zl", "Zp") or mark in DIRECTION:
                raise self.bad(
                    _(
                        "%(field)s must be one line without control characters: "
                        "U+%(mark)s is not allowed (you wrote “%(value)s”)."
                    ),
                    value,
                    mark=f"{ord(mark):04X}",
                )
        limit = self.options.get("max_length", TEXT_CHARACTERS)
        if len(value) > limit:
            sentence = _(
                "%(field)s must have at most %(limit)s characters, this has %(count)s "
                "(you wrote “%(value)s”)."
            )
            raise self.bad(sentence, value, limit=limit, count=len(value))
        return value

    def show(self, value: str) -> str:
        return value

    def column(self) -> "models.Field[Any, Any]":
        return models.TextField(null=True)

    def to_storage(self, value: str) -> str:
        return value

    def from_storage(self, stored: Any) -> str:
        return str(stored)

    def near(self, value: str) -> bytes:
        return "".join(mark for mark in value.casefold() if mark.isalnum()).encode()

    def table_schema(self) -> dict[str, Any]:
        longest = self.options.get("max_length", TEXT_CHARACTERS)
        return {"type": "string", "constraints": {"maxLength": longest}}

    def arrow_type(self) -> pa.DataType:
        return pa.string()

    def hint(self) -> str:
        longest = self.options.get("max_length", TEXT_CHARACTERS)
        return _("Up to %(count)s characters.") % {"count": longest}

    def form_field(self) -> forms.Field:
        return TypedField(self, forms.TextInput(attrs={"autocomplete": "off"}))
