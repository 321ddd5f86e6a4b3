"""Numbers as people read them."""

import math

from django.utils.formats import number_format

#: Whole numbers that people send have at most this many digits: they fit every database column.
WHOLE_DIGITS = 18
#: Shown where a number is unknown or has no meaning.
NONE = "–"


def whole(text: str) -> int | None:
    """Return the whole number that a text from outside is, or None when it is none of ours.

    Only ASCII digits count, at most 18: ``int`` alone takes digits of every script and fails on
    thousands of them.
    """
    fits = len(text) <= WHOLE_DIGITS and text.isascii() and text.isdigit()
    return int(text) if fits else None


def readable(value: object, digits: int = 4) -> str:
    """Return a number with thousands separators and at most ``digits`` significant digits.

    Whole numbers keep every digit; text that is no number is returned as it is; None, NaN and
    infinities become a dash.
    """
    if value is None or value == "":
        return NONE
    if isinstance(value, int):
        return number_format(value, use_l10n=True, force_grouping=True)
    try:
        number = float(str(value))
    except ValueError:
        return str(value)
    if not math.isfinite(number):
        return NONE
    if number and not 1e-4 <= abs(number) < 1e15:
        return f"{number:.{digits - 1}e}"
    return number_format(_rounded(number, digits), use_l10n=True, force_grouping=True)


def share(value: object, places: int = 1) -> str:
    """Return a share of 0..1 as a percentage with ``places`` decimals, or a dash."""
    if value is None or value == "":
        return NONE
    try:
        number = float(str(value))
    except ValueError:
        return NONE
    if not math.isfinite(number):
        return NONE
    return number_format(number * 100, decimal_pos=places, use_l10n=True) + "\N{NO-BREAK SPACE}%"


def ratio(part: object, whole: object) -> float:
    """Return part / whole, or 0.0 where the whole is nothing or either is no finite number."""
    try:
        above, below = float(str(part)), float(str(whole))
    except ValueError:
        return 0.0
    if not below or not math.isfinite(above) or not math.isfinite(below):
        return 0.0
    return above / below


def _rounded(number: float, digits: int) -> str:
    """Return the number as plain decimal text without trailing zeros."""
    if number == int(number):
        return str(int(number))
    whole_digits = math.floor(math.log10(abs(number))) + 1
    text = f"{number:.{max(0, digits - whole_digits)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
