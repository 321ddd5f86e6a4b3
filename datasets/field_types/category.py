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
from datasets.field_types.widgets import SuggestWidget, TypedField

LABEL_CHARACTERS = 64
COLOURS = 12
#: Pixel colours of the first categories: far apart also for most colour-blind eyes.
FIRST_COLOURS = (7, 1, 4, 9, 6, 0, 2, 11, 3, 5, 8, 10)
#: What the pixel colours 0 to 11 are called in a description.
COLOUR_NAMES = (
    "red",
    "orange",
    "yellow",
    "lime",
    "green",
    "teal",
    "sky",
    "cobalt",
    "grape",
    "magenta",
    "pink",
    "cocoa",
)
RADIO_CATEGORIES = 12
#: A longer list is written and searched, not unfolded.
SELECT_CATEGORIES = 200
#: Up to so many categories a word that is none of them is compared with each.
COMPARED = 1_000


class Category(FieldType[int]):
    """A category's code. Codes are never used again; the list says the order in which they stand.

    ``options["merged"]`` names the codes that became another category: a row that still holds one
    counts as that other. ``options["ordered"]`` says that the order of the list means something,
    ``options["other"]`` is the code of the category that takes answers which are not in the list.
    """

    kind = "category"
    label = gettext_lazy("category")
    target_of = "classification"
    option_names = ("categories", "ordered", "other")
    wall_kind = "label"
    stored_arrow = pa.int32()

    @classmethod
    def clean_options(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        listed = raw.get("categories") or []
        if isinstance(listed, str):
            listed = [_from_line(line) for line in listed.splitlines() if line.strip()]
        listed, other = _with_other(list(listed), raw.get("other"))
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
            entries.append({"code": code, "label": label, "colour": cls._colour(colour)})
        return {
            "categories": entries,
            **({"merged": merged} if merged else {}),
            **({"ordered": True} if raw.get("ordered") else {}),
            **cls._other(other, entries, merged),
        }

    @classmethod
    def _colour(cls, raw: Any) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw < COLOURS:
            message = _("A category's colour is one of %(known)s, not “%(value)s”.")
            parts = {"known": ", ".join(COLOUR_NAMES), "value": shown(raw)}
            raise Refused(message % parts, field="categories")
        return raw

    @classmethod
    def _other(
        cls, raw: Any, entries: list[dict[str, Any]], merged: list[dict[str, Any]]
    ) -> dict[str, int]:
        """The code of the category for all other answers, by its code or its label."""
        became = {one["code"]: one["into"] for one in merged}
        wanted = became.get(raw, raw) if isinstance(raw, int) else cls._folded(raw)
        for entry in entries:
            if wanted in (entry["code"], cls._folded(entry["label"])):
                return {"other": entry["code"]}
        return {}

    @staticmethod
    def _folded(raw: Any) -> str:
        return " ".join(unicodedata.normalize("NFC", str(raw or "")).split()).casefold()

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
        colours = entry.get("cc:colours")
        if isinstance(colours, list) and len(colours) == len(labels):
            labels = [
                {"label": label, "colour": colour}
                for label, colour in zip(labels, colours, strict=True)
            ]
        ordered, other = entry.get("categoriesOrdered"), entry.get("cc:other")
        return {"categories": labels, "ordered": ordered or None, "other": other}

    @classmethod
    def typed_options(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        listed = options.get("categories") or []
        typed = {**options, "categories": "\n".join(map(_line, enumerate(listed)))}
        if isinstance(options.get("other"), int):
            found = (one["label"] for one in listed if one.get("code") == options["other"])
            typed["other"] = next(found, "")
        return typed

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

    @property
    def ordered(self) -> bool:
        """Whether the order of the list means something."""
        return bool(self.options.get("ordered"))

    @property
    def other(self) -> int | None:
        """The code of the category that takes answers which are not in the list."""
        return self.options.get("other")

    def legend(self) -> list[dict[str, Any]]:
        return self.categories

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
        if self.other is not None:
            return self._code_of_other(label)
        raise self._unknown(text, label)

    def _code_of_other(self, label: str) -> int:
        """The category that differs in capitals only, else the one for all other answers."""
        known = self._folded_labels.get(label.casefold())
        assert self.other is not None
        return self.other if known is None else self._codes[known]

    @cached_property
    def _folded_labels(self) -> dict[str, str]:
        return {known.casefold(): known for known in self.labels}

    def _close(self, label: str) -> str | None:
        folded, wanted = self._folded_labels, label.casefold()[:LABEL_CHARACTERS]
        if wanted in folded:
            return folded[wanted]
        # Among thousands of categories this takes a tenth of a second, and a file has many cells.
        near = folded if len(folded) <= COMPARED else []
        close = difflib.get_close_matches(wanted, near, n=1)
        return folded[close[0]] if close else None

    def _unknown(self, text: str, label: str) -> Exception:
        labels = self.labels
        close = self._close(label)
        if close is not None:
            sentence = _(
                "%(field)s must be one of its categories; "
                "did you mean “%(close)s” (you wrote “%(value)s”)?"
            )
            return self.bad(sentence, text, close=close)
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
        entry: dict[str, Any] = {"type": "string", "categories": labels}
        if self.ordered:
            entry["categoriesOrdered"] = True
        if self.other is not None:
            entry["cc:other"] = self.show(self.other)
        colours = [one["colour"] for one in self.categories]
        if colours != [FIRST_COLOURS[place % COLOURS] for place in range(len(colours))]:
            entry["cc:colours"] = colours
        return {**entry, "constraints": {"enum": labels}}

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

    def hint(self) -> str:
        if len(self.categories) <= SELECT_CATEGORIES:
            return ""
        sentence = _("Begin to write one of %(count)s categories, such as “%(first)s”.")
        words = [sentence % {"count": len(self.categories), "first": self.labels[0]}]
        if self.other is not None:
            sentence = _("What is not in the list counts as “%(other)s”.")
            words.append(sentence % {"other": self.show(self.other)})
        return " ".join(words)

    def form_field(self) -> forms.Field:
        if len(self.categories) > SELECT_CATEGORIES:
            return TypedField(self, SuggestWidget(self.labels))
        choices = [(label, label) for label in self.labels]
        if not self.required:
            choices.insert(0, ("", _("not known")))
        if len(choices) <= RADIO_CATEGORIES:
            return TypedField(self, forms.RadioSelect(choices=choices))
        if self.required:
            choices.insert(0, ("", _("choose one")))
        return TypedField(self, forms.Select(choices=choices))


def _from_line(line: str) -> Any:
    """A category as the form writes it: its label, and after “|” its pixel colour by name."""
    label, mark, colour = line.rpartition("|")
    name = colour.strip().casefold()
    if mark and label.strip() and name in COLOUR_NAMES:
        return {"label": label, "colour": COLOUR_NAMES.index(name)}
    return line


def _line(placed: tuple[int, Any]) -> str:
    """A category as ``_from_line`` reads it; a colour that it has anyway is left away."""
    place, entry = placed
    if not isinstance(entry, Mapping):
        return str(entry)
    usual = FIRST_COLOURS[place % COLOURS]
    colour = entry.get("colour", usual)
    if colour == usual or colour not in range(COLOURS):
        return str(entry["label"])
    return f"{entry['label']} | {COLOUR_NAMES[colour]}"


def _with_other(listed: list[Any], other: Any) -> tuple[list[Any], Any]:
    """The list, and at its end the category for other answers where a new label names it."""
    if not isinstance(other, str) or not other.strip():
        return listed, other if isinstance(other, int) else None
    labels = (one["label"] if isinstance(one, Mapping) else one for one in listed)
    known = {" ".join(str(label).split()).casefold() for label in labels}
    new = " ".join(other.split()).casefold() not in known
    return [*listed, other] if new else listed, other
