"""A range of times as people say it."""

import math

from django.utils.translation import gettext as _


def span(low: float, high: float) -> str:
    """A range of seconds as words, its ends rounded outwards: ``20–40 s``, ``2–5 min``."""
    if high < 90:
        ends = {"low": _down(low), "high": _up(high)}
        if ends["low"] == ends["high"]:
            return _("%(high)d s") % ends
        return _("%(low)d–%(high)d s") % ends
    if low < 45:
        parts = {"low": _down(low), "high": math.ceil(high / 60)}
        return _("%(low)d s to %(high)d min") % parts
    ends = {"low": max(1, math.floor(low / 60)), "high": math.ceil(high / 60)}
    if ends["low"] == ends["high"]:
        return _("%(high)d min") % ends
    return _("%(low)d–%(high)d min") % ends


def _down(seconds: float) -> int:
    return max(1, math.floor(seconds) if seconds < 10 else math.floor(seconds / 5) * 5)


def _up(seconds: float) -> int:
    return max(1, math.ceil(seconds) if seconds < 10 else math.ceil(seconds / 5) * 5)
