"""Classes: one asks for some of them, and sees how often each is there."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Expression, F
from django.db.models.lookups import In
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.numbers import share as percent
from common.numbers import whole
from datasets.browsing.base import CLASSES, Bar, Browsing, Operator, Summary

if TYPE_CHECKING:
    from datasets.field_types.category import Category

#: Classes that one filter names at most.
ASKED = 100


class Classed(Browsing):
    """Values out of a list; the address names them by their codes."""

    sortable = True
    indexable = True
    form = "classes"

    def operators(self) -> dict[str, Operator]:
        return {"in": Operator(self._codes, In, self._words), **super().operators()}

    def classes(self) -> dict[int, dict[str, Any]]:
        """Code → label and colour, in the order in which people see them."""
        return {int(entry["code"]): entry for entry in self.type.legend()}

    def stored_as(self, code: int) -> list[Any]:
        """What columns hold for a class."""
        return [self.type.to_storage(self.type.check(code))]

    def current(self, stored: Any) -> int:
        """The class of a stored value."""
        return int(stored)

    def _codes(self, text: str) -> list[Any]:
        known = self.classes()
        codes = [whole(part) for part in text.split(",") if part]
        if not codes or len(codes) > ASKED or any(code not in known for code in codes):
            sentence = _("%(field)s has no such class any more (the address says “%(value)s”).")
            raise self.type.bad(sentence, text)
        return [stored for code in codes if code is not None for stored in self.stored_as(code)]

    def _words(self, text: str) -> str:
        known = self.classes()
        labels = [str(known[int(code)]["label"]) for code in text.split(",") if code]
        # The labels are a person's words: no mark in them may count as a place of the sentence.
        return _("%(field)s is %(labels)s").replace(
            "%(labels)s", (" " + _("or") + " ").join(labels).replace("%", "%%")
        )

    def sampled(self, column: str) -> Expression | F:
        return F(column)

    def as_sampled(self, stored: Any) -> Any:
        return stored

    def summarise(self, values: Sequence[Any]) -> dict[str, Any]:
        counted = Counter(self.current(value) for value in values if value is not None)
        missing = len(values) - counted.total()
        return {
            "rows": len(values),
            "missing": missing,
            "distinct": len(counted),
            # As pairs: what a cache gives back has no numbers for keys everywhere.
            "codes": sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])),
        }

    def bars(self, summary: Summary) -> list[Bar]:
        known = self.classes()
        top, rest = summary["codes"][:CLASSES], summary["codes"][CLASSES:]
        bars = [
            Bar(str(known[code]["label"]), count, {"in": str(code)}, int(known[code]["colour"]))
            for code, count in sorted(top)
            if code in known
        ]
        if rest:
            words = ngettext("%(count)s other", "%(count)s others", len(rest))
            amount = sum(count for _code, count in rest)
            bars.append(Bar(words % {"count": len(rest)}, amount, {}))
        return bars

    def words_of(self, summary: Summary) -> str:
        if not summary["codes"]:
            return ""
        code, count = summary["codes"][0]
        entry = self.classes().get(code)
        if entry is None:
            return ""
        parts = {
            "label": entry["label"],
            "share": percent(count / (summary["rows"] - summary["missing"]), 0),
        }
        return _("most often %(label)s, %(share)s") % parts

    def counts(self, summary: Summary) -> dict[int, int]:
        """Rows of the sample by code."""
        return dict(summary["codes"])

    def share(self, summary: Summary, operator: str, operand: Any) -> float | None:
        if operator != "in" or not summary["rows"]:
            return super().share(summary, operator, operand)
        counts = self.counts(summary)
        wanted = {self.current(one) for one in operand}
        return sum(counts.get(code, 0) for code in wanted) / float(summary["rows"])

    def place_text(self, stored: Any) -> str:
        return str(int(stored))

    def place(self, text: str) -> Any:
        code = whole(text)
        if code is None:
            raise self.type.bad(_("%(field)s: “%(value)s” is no place in the order."), text)
        return code

    def literal(self, operator: str, text: str) -> Any:
        if operator != "in":
            return super().literal(operator, text)
        known = self.classes()
        return [str(known[int(code)]["label"]) for code in text.split(",") if code]


class Listed(Classed):
    """Categories; a row may still hold the code of one that was merged into another."""

    type: "Category"

    def stored_as(self, code: int) -> list[Any]:
        merged = [int(one["code"]) for one in self.type.options.get("merged") or []]
        return [code, *(one for one in merged if self.type.current(one) == code)]

    def current(self, stored: Any) -> int:
        return self.type.current(int(stored))


class YesNo(Classed):
    """Yes or no, as the classes 1 and 0."""

    def place(self, text: str) -> Any:
        return bool(super().place(text))

    def literal(self, operator: str, text: str) -> Any:
        if operator != "in":
            return super().literal(operator, text)
        return [code == "1" for code in text.split(",")]
