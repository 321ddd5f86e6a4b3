"""One of a list of words, stored as its code: renaming a category rewrites no row."""

import difflib
import unicodedata
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.limits import CATEGORIES_PER_FIELD
from datasets.field_types.base import FieldType, shown
from datasets.field_types.text import DIRECTION
from datasets.field_types.widgets import TypedField

LABEL_CHARACTERS = 64
COLOURS = 12
#: Pixel colours of the first categories: far apart also for most colour-blind eyes.
FIRST_COLOURS = (7, 1, 4, 9, 6, 0, 2, 11, 3, 5, 8, 10)
RADIO_CATEGORIES = 12


class Category(FieldType[int]):
    """A category's code, 0 … n-1 in the order of the list."""

    kind = "category"
    label = gettext_lazy("category")
    target_of = "classification"
    option_names = ("categories",)
    wall_kind = "label"
    stored_arrow = pa.int32()

    @classmethod
    def clean_options(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        listed = raw.get("categories") or []
        if isinstance(listed, str):
            listed = [line for line in listed.splitlines() if line.strip()]
        if not 2 <= len(listed) <= CATEGORIES_PER_FIELD:
            message = _("Write 2 to %(limit)s categories, one a line; this has %(count)s.")
            parts = {"limit": CATEGORIES_PER_FIELD, "count": len(listed)}
            raise Refused(message % parts, field="categories")
        entries: list[dict[str, Any]] = []
        seen: set[str] = set()
        for code, entry in enumerate(listed):
            label = cls._label(entry["label"] if isinstance(entry, Mapping) else entry)
            if label.casefold() in seen:
                message = _("The category “%(label)s” stands twice in the list: remove one.")
                raise Refused(message % {"label": shown(label)}, field="categories")
            seen.add(label.casefold())
            colour = FIRST_COLOURS[code % COLOURS]
            entries.append({"code": code, "label": label, "colour": colour})
        return {"categories": entries}

    @classmethod
    def _label(cls, raw: object) -> str:
        label = " ".join(unicodedata.normalize("NFC", str(raw)).split())
        bad = any(unicodedata.category(m) in ("Cc", "Cs") or m in DIRECTION for m in label)
        if not label or bad or len(label) > LABEL_CHARACTERS:
            message = _(
                "The category “%(label)s” must have 1 to %(limit)s characters "
                "and no control or direction marks."
            )
            parts = {"label": shown(label), "limit": LABEL_CHARACTERS}
            raise Refused(message % parts, field="categories")
        return label

    @property
    def categories(self) -> list[dict[str, Any]]:
        """The list: ``code``, ``label`` and ``colour`` of each, in the order of the codes."""
        return list(self.options.get("categories", []))

    @property
    def labels(self) -> list[str]:
        """The labels in the order of their codes."""
        return [entry["label"] for entry in self.categories]

    def parse(self, text: str) -> int | None:
        label = " ".join(unicodedata.normalize("NFC", text).split())
        if not label:
            return self.missing()
        labels = self.labels
        if label in labels:
            return labels.index(label)
        raise self._unknown(text, label)

    def _unknown(self, text: str, label: str) -> Exception:
        labels = self.labels
        folded = {known.casefold(): known for known in labels}
        close = difflib.get_close_matches(label.casefold()[:LABEL_CHARACTERS], folded, n=1)
        if close:
            sentence = _(
                "%(field)s must be one of its categories; "
                "did you mean “%(close)s” (you wrote “%(value)s”)?"
            )
            return self.bad(sentence, text, close=folded[close[0]])
        listed = ", ".join(labels[:8]) + (" …" if len(labels) > 8 else "")
        sentence = _("%(field)s must be one of %(listed)s (you wrote “%(value)s”).")
        return self.bad(sentence, text, listed=listed)

    def check(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.bad(_("%(field)s must be a category's code (it was “%(value)s”)."), value)
        if not 0 <= value < len(self.categories):
            sentence = _("%(field)s has no category with the code %(value)s.")
            raise self.bad(sentence, str(value))
        return value

    def show(self, value: int) -> str:
        return self.labels[value]

    def column(self) -> "models.Field[Any, Any]":
        return models.IntegerField(null=True)

    def to_storage(self, value: int) -> int:
        return value

    def from_storage(self, stored: Any) -> int:
        return int(stored)

    def table_schema(self) -> dict[str, Any]:
        labels = self.labels
        return {"type": "string", "categories": labels, "constraints": {"enum": labels}}

    def arrow_type(self) -> pa.DataType:
        return pa.string()

    def to_arrow(self, stored: pa.Array) -> pa.Array:
        labels = pa.array(self.labels, pa.string())
        return labels.take(stored.cast(pa.int32()))

    def wall(self, value: int) -> int:
        return value

    def colour_of(self, value: int) -> int:
        """The pixel colour 0..11 of a category."""
        return int(self.categories[value]["colour"])

    def form_field(self) -> forms.Field:
        choices = [(label, label) for label in self.labels]
        if not self.required:
            choices.insert(0, ("", _("not known")))
        if len(choices) <= RADIO_CATEGORIES:
            return TypedField(self, forms.RadioSelect(choices=choices))
        if self.required:
            choices.insert(0, ("", _("choose one")))
        return TypedField(self, forms.Select(choices=choices))
