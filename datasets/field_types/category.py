"""One of a list of words, stored as its code: renaming a category rewrites no row."""

import difflib
import unicodedata
from collections.abc import Mapping
from functools import cached_property
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
    """A category's code. Codes are never used again; the list says the order in which they stand.

    ``options["merged"]`` names the codes that became another category: a row that still holds one
    counts as that other.
    """

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
        merged = [dict(one) for one in raw.get("merged") or []]
        entries: list[dict[str, Any]] = []
        seen: set[str] = set()
        following = cls.next_code({"categories": listed, "merged": merged})
        for place, entry in enumerate(listed):
            given = entry if isinstance(entry, Mapping) else {"label": entry}
            label = cls._label(given["label"])
            if label.casefold() in seen:
                message = _("The category “%(label)s” stands twice in the list: remove one.")
                raise Refused(message % {"label": shown(label)}, field="categories")
            seen.add(label.casefold())
            code = given.get("code", following)
            following += "code" not in given
            colour = given.get("colour", FIRST_COLOURS[place % COLOURS])
            entries.append({"code": code, "label": label, "colour": colour})
        return {"categories": entries, **({"merged": merged} if merged else {})}

    @staticmethod
    def next_code(options: Mapping[str, Any]) -> int:
        """The first code that no category has or had."""
        listed = [*(options.get("categories") or []), *(options.get("merged") or [])]
        codes = (one["code"] for one in listed if isinstance(one, Mapping) and "code" in one)
        return max(codes, default=-1) + 1

    @classmethod
    def options_in(cls, entry: Mapping[str, Any]) -> dict[str, Any]:
        listed = entry.get("categories") or (entry.get("constraints") or {}).get("enum")
        if not isinstance(listed, list):
            return {}
        # Table Schema may also give each category as a value with a label.
        labels = [
            one.get("label") or one.get("value") if isinstance(one, Mapping) else one
            for one in listed
        ]
        return {"categories": labels}

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
        """The list: ``code``, ``label`` and ``colour`` of each, in the order that people see."""
        return list(self.options.get("categories", []))

    @property
    def labels(self) -> list[str]:
        """The labels in the order that people see."""
        return [entry["label"] for entry in self.categories]

    def entry(self, value: int) -> dict[str, Any]:
        """What the list says of a code, or of what it became.

        Raises:
            KeyError: there never was such a category.
        """
        return self._entries[self.current(value)]

    def current(self, value: int) -> int:
        """The code itself, or the one that it was merged into."""
        return self._became.get(value, value)

    # Looked up for every cell, and there may be thousands of categories.

    @cached_property
    def _entries(self) -> dict[int, dict[str, Any]]:
        return {entry["code"]: entry for entry in self.categories}

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {entry["label"]: entry["code"] for entry in self.categories}

    @cached_property
    def _became(self) -> dict[int, int]:
        return {one["code"]: one["into"] for one in self.options.get("merged", [])}

    def parse(self, text: str) -> int | None:
        label = " ".join(unicodedata.normalize("NFC", text).split())
        if not label:
            return self.missing()
        if label in self._codes:
            return self._codes[label]
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
        if value not in self._entries:
            sentence = _("%(field)s has no category with the code %(value)s.")
            raise self.bad(sentence, str(value))
        return value

    def show(self, value: int) -> str:
        return str(self.entry(value)["label"])

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
        listed: list[str | None] = [None] * self.next_code(self.options)
        for entry in self.categories:
            listed[entry["code"]] = entry["label"]
        for code in self._became:
            listed[code] = self.show(code)
        return pa.array(listed, pa.string()).take(stored.cast(pa.int32()))

    def wall(self, value: int) -> int:
        return self.current(value)

    def colour_of(self, value: int) -> int:
        """The pixel colour 0..11 of a category."""
        return int(self.entry(value)["colour"])

    def form_field(self) -> forms.Field:
        choices = [(label, label) for label in self.labels]
        if not self.required:
            choices.insert(0, ("", _("not known")))
        if len(choices) <= RADIO_CATEGORIES:
            return TypedField(self, forms.RadioSelect(choices=choices))
        if self.required:
            choices.insert(0, ("", _("choose one")))
        return TypedField(self, forms.Select(choices=choices))
