"""Numbers: one asks for a range, sorts by them, and sees a histogram."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db.models import Expression, F
from django.db.models.lookups import GreaterThanOrEqual, LessThan, LessThanOrEqual
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from common.numbers import readable
from common.plots import ticks
from datasets.browsing.base import Bar, Browsing, Operator, Summary

BINS = 14
#: The bins cover all but the outermost values: one slip of the keyboard must not hide the rest.
TAIL = 0.01


class Ordered(Browsing):
    """Values with an order and distances between them."""

    sortable = True
    indexable = True
    form = "limits"

    def operators(self) -> dict[str, Operator]:
        unit = f" {self.type.unit}".replace("%", "%%") if self.type.unit else ""
        return {
            "ge": Operator(
                self.operand,
                GreaterThanOrEqual,
                lambda text: _("%(field)s at least %(value)s") + unit,
            ),
            "le": Operator(
                self.operand, LessThanOrEqual, lambda text: _("%(field)s at most %(value)s") + unit
            ),
            "lt": Operator(
                self.operand, LessThan, lambda text: _("%(field)s below %(value)s") + unit
            ),
            **super().operators(),
        }

    def operand(self, text: str) -> Any:
        """What the column is compared with."""
        return self.place(text)

    def literal(self, operator: str, text: str) -> Any:
        return super().literal(operator, text) if operator == "missing" else self.operand(text)

    def sampled(self, column: str) -> Expression | F:
        return F(column)

    def as_sampled(self, stored: Any) -> Any:
        return stored

    def summarise(self, values: Sequence[Any]) -> dict[str, Any]:
        known = self.numbers([value for value in values if value is not None])
        summary: dict[str, Any] = {"rows": len(values), "missing": len(values) - len(known)}
        if not len(known):
            return summary
        low, high = float(known.min()), float(known.max())
        edges = self.edges(*_inner(known), low, high)
        # Outside the bins are the tails; inside, the last bin takes its upper edge as well.
        counts, _edges = np.histogram(known, bins=np.array(edges))
        below, above = int((known < edges[0]).sum()), int((known > edges[-1]).sum())
        summary |= {"low": low, "high": high, "edges": edges, "counts": counts.tolist()}
        return {**summary, "below": below, "above": above}

    def numbers(self, stored: Sequence[Any]) -> NDArray[np.float64]:
        """The stored values as numbers to count in bins."""
        return np.array(stored, dtype=np.float64)

    def edges(self, first: float, last: float, low: float, high: float) -> list[float]:
        """Round edges of about ``BINS`` bins from ``first`` to ``last``; the values go from
        ``low`` to ``high``."""
        if not last > first:
            return [first, math.nextafter(first, math.inf)]
        inner = ticks(first, last, BINS)
        step = inner[1] - inner[0] if len(inner) > 1 else last - first
        start = inner[0] if inner[0] <= first else inner[0] - step
        count = math.ceil((last - start) / step + 1e-9)
        found = [round(start + step * k, 12) for k in range(count + 1)]
        return found if found == sorted(set(found)) else [first, last]

    def bars(self, summary: Summary) -> list[Bar]:
        edges = summary.get("edges")
        if not edges:
            return []
        bars = [
            self._bar(edges[at], edges[at + 1], count, last=at == len(edges) - 2)
            for at, count in enumerate(summary["counts"])
        ]
        if summary["below"]:
            words = _("below %(limit)s") % {"limit": self.shown(edges[0])}
            bars.insert(0, Bar(words, summary["below"], {"lt": self.written(edges[0])}))
        if summary["above"]:
            words = _("above %(limit)s") % {"limit": self.shown(edges[-1])}
            above = self.written(math.nextafter(edges[-1], math.inf))
            bars.append(Bar(words, summary["above"], {"ge": above}))
        return bars

    def _bar(self, low: float, high: float, count: int, *, last: bool) -> Bar:
        if high == math.nextafter(low, math.inf):
            only = self.written(low)
            return Bar(self.shown(low), count, {"ge": only, "le": only})
        words = _("%(low)s to %(high)s") % {"low": self.shown(low), "high": self.shown(high)}
        asked = {"ge": self.written(low), ("le" if last else "lt"): self.written(high)}
        return Bar(words, count, asked)

    def words_of(self, summary: Summary) -> str:
        if "low" not in summary:
            return ""
        low, high = self.shown(summary["low"]), self.shown(summary["high"])
        return low if low == high else f"{low} – {high}"

    def shown(self, number: float) -> str:
        """A number of the bins as people read it."""
        return readable(int(number) if float(number).is_integer() else number)

    def written(self, number: float) -> str:
        """A number of the bins as an operand's text."""
        return repr(int(number)) if float(number).is_integer() else repr(number)

    def share(self, summary: Summary, operator: str, operand: Any) -> float | None:
        known = summary["rows"] - summary["missing"]
        if operator == "missing" or "edges" not in summary or not known:
            return super().share(summary, operator, operand)
        edges = [summary["low"], *summary["edges"], summary["high"]]
        counts = [summary["below"], *summary["counts"], summary["above"]]
        total = np.concatenate([[0], np.cumsum(counts)]) / summary["rows"]
        at = float(self.numbers([operand])[0])
        under = float(np.interp(at, np.maximum.accumulate(edges), total))
        return under if operator in ("le", "lt") else float(total[-1]) - under


class Whole(Ordered):
    """Whole numbers: no edge of a bin lies between two of them."""

    def edges(self, first: float, last: float, low: float, high: float) -> list[float]:
        if last - first < BINS:
            return [float(k) for k in range(math.floor(first), math.floor(last) + 2)]
        return super().edges(first, last, low, high)

    def _bar(self, low: float, high: float, count: int, *, last: bool) -> Bar:
        if high - low == 1:
            only = self.written(low)
            return Bar(self.shown(low), count, {"ge": only, "le": only})
        return super()._bar(low, high, count, last=last)

    def written(self, number: float) -> str:
        return repr(math.ceil(number))


def _inner(known: NDArray[np.float64]) -> tuple[float, float]:
    """From where to where the bins go: everything, or all but the tails where those lie far out."""
    low, high = float(known.min()), float(known.max())
    inner_low, inner_high = (float(one) for one in np.quantile(known, [TAIL, 1 - TAIL]))
    if inner_high > inner_low and high - low > 3 * (inner_high - inner_low):
        return inner_low, inner_high
    return low, high
