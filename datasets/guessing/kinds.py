"""What kind of field a column is. A guess is a beginning: the page shows it and asks.

The first detector that knows the column says what it is; the order is from the surest to the
broadest. What may well be two things ("a whole number, or a code?") asks.
"""

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from common.limits import CATEGORIES_PER_FIELD, TEXT_CHARACTERS
from common.numbers import readable
from datasets.field_types import parsing
from datasets.field_types.base import shown
from datasets.field_types.boolean import NO, YES
from datasets.field_types.category import LABEL_CHARACTERS
from datasets.field_types.image import DATA_URI
from datasets.field_types.integer import WHOLE
from datasets.field_types.text import DIRECTION
from datasets.guessing.arrays import guess_array
from datasets.guessing.column import LEFT_OUT, Column, Guess
from datasets.guessing.dates import form_of, is_date, is_iso, precision_of
from datasets.models import Field

#: A column is of numbers or dates when so many of its values are.
MOSTLY = 0.8
#: So few different whole numbers may be codes.
FEW = 20
#: A category's values come back: on average so often at least.
REPEATS = 2
#: A column that only counts is known from so many rows on.
COUNTED_ROWS = 10
NUMBERS_ROWS = re.compile(r"(?:id|idx|index|no|nr|row|row ?(?:id|number)|unnamed: 0|#)", re.I)
NAMES_CLASSES = re.compile(
    r".*(?:label|class|categor|kind|type|species|group|grade|digit|code|target).*", re.IGNORECASE
)
LEADING_ZERO = re.compile(r"0\d+", re.ASCII)


def guess_kind(column: Column) -> Guess:
    """What the column seems to be."""
    return next(found for detect in DETECTORS if (found := detect(column)) is not None)


def _empty(column: Column) -> Guess | None:
    if column.filled:
        return None
    return Guess("text", _("Every cell is empty: left out."), role=LEFT_OUT)


def _too_long(column: Column) -> Guess | None:
    if column.cells and column.filled[0].startswith("["):
        return None
    longest = max(map(len, column.filled))
    if longest <= TEXT_CHARACTERS:
        return None
    reason = _("The longest of these texts has %(count)s characters; a text has at most %(limit)s.")
    parts = {"count": readable(longest), "limit": TEXT_CHARACTERS}
    tail = _("Left out.")
    return Guess("text", f"{reason % parts} {tail}", role=LEFT_OUT)


def _row_numbers(column: Column) -> Guess | None:
    known = NUMBERS_ROWS.fullmatch(column.name.strip()) is not None
    cells = column.cells
    if len(cells) < (2 if known else COUNTED_ROWS) or not all(map(_is_whole, cells)):
        return None
    numbers = [int(cell.split(".")[0]) for cell in cells]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or numbers[0] not in (0, 1):
        return None
    reason = _("It only counts the rows (%(first)s, %(second)s, …): left out.")
    parts = {"first": numbers[0], "second": numbers[1]}
    return Guess("integer", reason % parts, role=LEFT_OUT)


def _dates(column: Column) -> Guess | None:
    share = column.share(is_date)
    if share < MOSTLY:
        return None
    if column.share(is_iso) >= MOSTLY:
        return _iso_dates(column)
    forms = sorted({form for value in column.counts if (form := form_of(value))})
    reason = _(
        "These look like dates or times, written like %(forms)s: they are kept as a note. Written "
        "like 2024-03-01 and 2024-03-01 14:30, a model learns from them."
    )
    listed = ", ".join(f"“{form}”" for form in forms)
    return Guess("text", reason % {"forms": listed}, {}, role=Field.Role.IGNORE, ask=len(forms) > 1)


def _iso_dates(column: Column) -> Guess:
    odd = round((1 - column.share(is_iso)) * len(column.filled))
    if odd:
        row, value = column.odd_one(is_iso)
        reason = _(
            "%(fit)s of %(count)s values are dates or times, %(odd)s are not (row %(row)s: "
            "“%(value)s”). Those rows are left behind."
        )
        fit, count = len(column.filled) - odd, len(column.filled)
        reason %= {"fit": fit, "count": count, "odd": odd, "row": row, "value": shown(value)}
        return Guess("datetime", reason, {"precision": "any"}, ask=True)
    reason = _("All %(count)s values are dates or times, such as %(value)s.")
    parts = {"count": len(column.filled), "value": column.filled[0]}
    return Guess("datetime", reason % parts, {"precision": precision_of(list(column.counts))})


def _pictures(column: Column) -> Guess | None:
    if not column.filled or column.share(lambda cell: DATA_URI.match(cell) is not None) < 1:
        return None
    reason = _("All %(count)s cells hold a picture.")
    return Guess("image", reason % {"count": len(column.filled)})


def _truths(column: Column) -> Guess | None:
    words = {value.lower() for value in column.counts}
    if not words <= YES | NO or len(words) != 2 or not (words & YES and words & NO):
        return None
    parts = {"count": len(column.filled), "values": _listed(column)}
    if words == {"0", "1"}:
        reason = _("All %(count)s values are 0 or 1: yes or no, or a number? Choose.")
        return Guess("boolean", reason % parts, ask=True)
    return Guess("boolean", _("All %(count)s values are %(values)s: yes or no.") % parts)


def _is_whole(cell: str) -> bool:
    short = len(cell) <= parsing.NUMBER_CHARACTERS
    return short and WHOLE.fullmatch(cell) is not None and abs(float(cell)) <= 2**53


def _codes(column: Column) -> Guess | None:
    """Digits that are no number: 01234."""
    if column.share(_is_whole) < 1 or not any(map(LEADING_ZERO.fullmatch, column.counts)):
        return None
    reason = _("Some values begin with 0, such as “%(value)s”: codes, not numbers.")
    value = next(filter(LEADING_ZERO.fullmatch, column.counts))
    reason %= {"value": shown(value)}
    if 1 < column.distinct <= CATEGORIES_PER_FIELD and _comes_back(column):
        return Guess("category", reason, _categories(column))
    return Guess("text", reason, role=Field.Role.IGNORE)


def _wholes(column: Column) -> Guess | None:
    if column.share(_is_whole) < 1:
        return None
    low, high = min(map(float, column.counts)), max(map(float, column.counts))
    parts = {"count": len(column.filled), "low": readable(int(low)), "high": readable(int(high))}
    if 1 < column.distinct <= FEW and len(column.filled) >= REPEATS * column.distinct:
        reason = _(
            "All %(count)s values are whole numbers from %(low)s to %(high)s: an amount, or a "
            "code for something? Choose whole number or category."
        )
        if NAMES_CLASSES.fullmatch(column.name):
            return Guess("category", reason % parts, _categories(column), ask=True)
        return Guess("integer", reason % parts, ask=True)
    reason = _("All %(count)s values are whole numbers from %(low)s to %(high)s.")
    return Guess("integer", reason % parts)


def _numbers(column: Column) -> Guess | None:
    if column.share(parsing.is_number) < 1:
        return None
    low, high = min(map(float, column.counts)), max(map(float, column.counts))
    parts = {"count": len(column.filled), "low": readable(low), "high": readable(high)}
    reason = _("All %(count)s values are numbers from %(low)s to %(high)s.")
    return Guess("number", reason % parts)


def _mostly_numbers(column: Column) -> Guess | None:
    share = column.share(parsing.is_number)
    if share < MOSTLY:
        return None
    row, value = column.odd_one(parsing.is_number)
    odd = round((1 - share) * len(column.filled))
    reason = _(
        "%(fit)s of %(count)s values are numbers, %(odd)s are not (row %(row)s: “%(value)s”). "
        "Those rows are left behind if it stays a number."
    )
    parts = {"fit": len(column.filled) - odd, "count": len(column.filled), "odd": odd}
    return Guess("number", reason % {**parts, "row": row, "value": shown(value)}, ask=True)


def _words(column: Column) -> Guess | None:
    few = 1 < column.distinct <= CATEGORIES_PER_FIELD
    if not few or not _comes_back(column) or not all(map(_may_label, column.counts)):
        return None
    mixed = 0 < column.share(parsing.is_number) < 1
    parts = {"count": len(column.filled), "distinct": column.distinct, "values": _listed(column)}
    reason = _("%(count)s values, only %(distinct)s different ones (%(values)s): a category.")
    if mixed:
        reason = _(
            "Numbers and words stand side by side (%(values)s), %(distinct)s different ones in "
            "%(count)s values: a category?"
        )
    return Guess("category", reason % parts, _categories(column), ask=mixed)


def _text(column: Column) -> Guess | None:
    parts = {"count": len(column.filled), "distinct": column.distinct}
    share = column.share(parsing.is_number)
    if share:
        row, value = column.odd_one(parsing.is_number)
        reason = _(
            "Numbers and other things stand side by side (row %(row)s: “%(value)s”): text, which "
            "a model does not learn from."
        )
        return Guess("text", reason % {"row": row, "value": shown(value)}, role="ignore", ask=True)
    reason = _(
        "%(distinct)s different texts in %(count)s values: names or notes, which a model does "
        "not learn from."
    )
    return Guess("text", reason % parts, role=Field.Role.IGNORE)


def _comes_back(column: Column) -> bool:
    """Whether values repeat as categories do; in a very short table two of a kind are enough."""
    return len(column.filled) >= REPEATS * column.distinct or (
        column.distinct < len(column.filled) <= FEW
    )


def _may_label(value: str) -> bool:
    return len(value) <= LABEL_CHARACTERS and value.isprintable() and not DIRECTION & set(value)


def _categories(column: Column) -> dict[str, list[str]]:
    """The values as categories: numbers by size, words by the alphabet."""
    values = list(column.counts)
    if all(map(parsing.is_number, values)):
        return {"categories": sorted(values, key=float)}
    return {"categories": sorted(values, key=str.casefold)}


def _listed(column: Column) -> str:
    values = [f"“{shown(value)}”" for value, _count in column.counts.most_common(4)]
    return ", ".join(values) + (" …" if column.distinct > len(values) else "")


DETECTORS: tuple[Callable[[Column], Guess | None], ...] = (
    _empty,
    guess_array,
    _pictures,
    _too_long,
    _row_numbers,
    _dates,
    _truths,
    _codes,
    _wholes,
    _numbers,
    _mostly_numbers,
    _words,
    _text,
)
