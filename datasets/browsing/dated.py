"""Moments: asked for like numbers, in the words of ISO 8601, and counted by years, months …"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from datasets.browsing.base import Operator
from datasets.browsing.ordered import BINS, Ordered
from datasets.field_types import iso8601

BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
#: Of the first and the last second that a date can name.
FIRST = -62_135_596_800.0
LAST = 253_402_300_799.0
TICK = timedelta(microseconds=1)
#: Lengths of bins in seconds under a month; above, bins are months and years.
SECONDS = (1, 5, 15, 60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800)
MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 6_000, 12_000)
LAST_YEAR = 9_999
MONTH_SECONDS = 2_630_000


class Dated(Ordered):
    """The stored text begins with the instant, of fixed width: text order is order in time."""

    def operators(self) -> dict[str, Operator]:
        return {
            "ge": Operator(
                self.operand, GreaterThanOrEqual, lambda text: _("%(field)s from %(value)s on")
            ),
            # "At most 1949" means all of that year: below the instant at which the next begins.
            "le": Operator(self._after, LessThan, lambda text: _("%(field)s up to %(value)s")),
            "lt": Operator(self.operand, LessThan, lambda text: _("%(field)s before %(value)s")),
            "missing": super().operators()["missing"],
        }

    def operand(self, text: str) -> str:
        return _key(self._moment(text).instant)

    def _after(self, text: str) -> str:
        end = self._moment(text).end
        try:
            return _key(end + TICK)
        except OverflowError:
            return _key(end)

    def _moment(self, text: str) -> iso8601.Moment:
        try:
            return iso8601.read(text.strip())
        except ValueError:
            sentence = _("%(field)s: write a date such as 2016-07 (you wrote “%(value)s”).")
            raise self.type.bad(sentence, text) from None

    def literal(self, operator: str, text: str) -> Any:
        """A file holds what people wrote: text, in the order of time where all write alike."""
        return text == "1" if operator == "missing" else text

    def place_text(self, stored: Any) -> str:
        return str(stored)

    def place(self, text: str) -> str:
        try:
            iso8601.unstored(text)
        except (ValueError, IndexError, OverflowError):
            raise self.type.bad(
                _("%(field)s: “%(value)s” is no place in the order."), text
            ) from None
        return text

    def numbers(self, stored: Sequence[Any]) -> NDArray[np.float64]:
        keys = [str(one)[: iso8601.KEY] for one in stored]
        return np.array(keys, dtype="datetime64[us]").astype(np.float64) / 1e6

    def edges(self, first: float, last: float, low: float, high: float) -> list[float]:
        wanted = max((last - first) / BINS, 1.0)
        step = next((length for length in SECONDS if length >= wanted), None)
        if step is not None:
            start = first // step * step
            count = int((last - start) // step) + 1
            return [start + step * k for k in range(count + 1)]
        months = next((n for n in MONTHS if n * MONTH_SECONDS >= wanted), MONTHS[-1])
        return list(_by_months(first, last, months))

    def shown(self, number: float) -> str:
        return _short(number)

    def written(self, number: float) -> str:
        return _short(number).replace(" ", "T")


def _key(instant: datetime) -> str:
    return instant.isoformat(timespec="microseconds")


def _seconds(moment: datetime) -> float:
    return (moment - BEGIN).total_seconds()


def _moment_of(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=min(max(seconds, FIRST), LAST))


def _by_months(first: float, last: float, months: int) -> list[float]:
    """Edges at the first of months, so many months apart."""
    begin = _moment_of(first)
    at = (begin.year * 12 + begin.month - 1) // months * months
    edges: list[float] = []
    while not edges or edges[-1] <= last:
        year, month = divmod(at, 12)
        if year > LAST_YEAR:
            break
        edges.append(_seconds(datetime(max(year, 1), month + 1, 1, tzinfo=UTC)))
        at += months
    return sorted(set(edges)) if len(set(edges)) > 1 else [first, last + 1]


#: A moment is shown as short as it can be without losing anything.
FORMS: tuple[tuple[str, Callable[[datetime], bool]], ...] = (
    ("%Y", lambda at: (at.month, at.day, at.hour, at.minute, at.second) == (1, 1, 0, 0, 0)),
    ("%Y-%m", lambda at: (at.day, at.hour, at.minute, at.second) == (1, 0, 0, 0)),
    ("%Y-%m-%d", lambda at: (at.hour, at.minute, at.second) == (0, 0, 0)),
    ("%Y-%m-%d %H:%M", lambda at: at.second == 0),
)


def _short(seconds: float) -> str:
    at = _moment_of(seconds).replace(microsecond=0)
    form = next((form for form, fits in FORMS if fits(at)), "%Y-%m-%d %H:%M:%S")
    # %Y leaves zeros out before the year 1000.
    return at.strftime(form.replace("%Y", f"{at.year:04}"))
