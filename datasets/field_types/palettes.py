"""The colours of a drawing with a palette."""

import re
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import PALETTE_COLOURS
from datasets.field_types.base import shown

COLOUR = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.ASCII | re.IGNORECASE)


def clean(raw: Any) -> list[str]:
    """The colours as ``#rrggbb``, from a list or from words with spaces or lines between them.

    Raises:
        Refused: one is no colour, one stands twice, or they are too few or too many.
    """
    listed = raw.replace(",", " ").split() if isinstance(raw, str) else list(raw or [])
    if not listed:
        return []
    colours = [_clean(one) for one in listed]
    if not 2 <= len(colours) <= PALETTE_COLOURS:
        message = _("A palette has 2 to %(limit)s colours; this has %(count)s.")
        parts = {"limit": PALETTE_COLOURS, "count": len(colours)}
        raise Refused(message % parts, field="palette")
    if len(set(colours)) < len(colours):
        twice = next(colour for colour in colours if colours.count(colour) > 1)
        message = _("The colour %(colour)s stands twice in the palette: remove one.")
        raise Refused(message % {"colour": twice}, field="palette")
    return colours


def _clean(raw: Any) -> str:
    found = COLOUR.fullmatch(str(raw).strip())
    if found is None:
        message = _("“%(value)s” is no colour: write one such as #ff4d00.")
        raise Refused(message % {"value": shown(raw)}, field="palette")
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of a clean colour."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
