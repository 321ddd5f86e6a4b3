"""Dates and times as ISO 8601 writes them, whole or cut short, as seconds."""

import math
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

YEAR = re.compile(r"\d{4}", re.ASCII)
MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
DAY_OF_YEAR = re.compile(r"(\d{4})-?(\d{3})((?:[T ].*)?)", re.ASCII)
ISO_START = re.compile(r"\d{4}(?:-|W|\d{4})", re.ASCII)
LONGEST_MOMENT = 45
DAY_SECONDS = 86_400.0
#: What goes round: a day, a week, a year.
CYCLES = ("day", "week", "year")
#: Times that span less than this tell nothing of the days of a week.
WEEK_SPAN = 14 * DAY_SECONDS
NO_MOMENT = "no date or time as ISO 8601 writes it, such as 2016-07-01 or 2016-07-01 14:30"


class Seconds(NamedTuple):
    """Seconds since 1970 began, in UTC, and by the clock where it was read.

    What says no offset counts as UTC; what is cut short counts from its begin.
    """

    utc: float
    local: float


def seconds_of(raw: object) -> Seconds:
    """The moment that a text, or a date of Python, says; ValueError when it says none."""
    if isinstance(raw, str):
        moment = _moment(raw.strip())
    elif isinstance(raw, datetime):
        moment = raw
    elif isinstance(raw, date):
        moment = datetime(raw.year, raw.month, raw.day, tzinfo=UTC)
    else:
        raise ValueError(NO_MOMENT)
    local = moment.replace(tzinfo=UTC).timestamp()
    offset = moment.utcoffset() or timedelta()
    return Seconds(local - offset.total_seconds(), local)


def ends_at(text: str) -> float:
    """The second, in UTC, at which what the text says is over: of 1949 the begin of 1950."""
    begin = seconds_of(text).utc
    if YEAR.fullmatch(text):
        return seconds_of(f"{int(text) + 1:04}").utc if text < "9999" else float("inf")
    found = MONTH.fullmatch(text)
    if found:
        year, month = int(found[1]) + (found[2] == "12"), int(found[2]) % 12 + 1
        return seconds_of(f"{year:04}-{month:02}").utc if year < 10_000 else float("inf")
    if len(text) <= 10:
        return begin + (604_800 if "W" in text and len(text) <= 8 else 86_400)
    return begin + (60 if len(text) == 16 else 1)


def _moment(text: str) -> datetime:
    if len(text) > LONGEST_MOMENT:
        raise ValueError(NO_MOMENT)
    try:
        return _read_moment(text)
    except ValueError:
        raise ValueError(NO_MOMENT) from None


def _read_moment(text: str) -> datetime:
    if YEAR.fullmatch(text):
        return datetime(int(text), 1, 1, tzinfo=UTC)
    if found := MONTH.fullmatch(text):
        return datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC)
    if found := DAY_OF_YEAR.fullmatch(text):
        day = date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1)
        if str(day.year) != found[1].lstrip("0") or found[2] == "000":
            raise ValueError(text)
        text = f"{day.isoformat()}{found[3]}"
    if not ISO_START.match(text):
        raise ValueError(text)
    # Python wants the offset close to the time, and its Z large.
    return datetime.fromisoformat(re.sub(r" (?=[+\-Zz])", "", text).upper())


def phase(cycle: str, local: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far round a cycle is at each moment, 0 to 1; NaN stays NaN."""
    days = np.floor(local / DAY_SECONDS)
    clock = local / DAY_SECONDS - days
    if cycle == "day":
        return clock
    if cycle == "week":
        # 1970 began on a Thursday; weeks begin on Monday.
        return ((days + 3) % 7 + clock) / 7
    known = np.isfinite(days)
    dates = np.where(known, days, 0).astype("datetime64[D]")
    first = dates.astype("datetime64[Y]").astype("datetime64[D]")
    passed: NDArray[np.float64] = (dates - first).astype(np.float64) + clock
    return np.where(known, passed / 366.0, np.nan)


def hand(cycle: str, local: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2): sine and cosine of where the cycle's hand points."""
    angle = 2 * math.pi * phase(cycle, local)
    return np.stack([np.sin(angle), np.cos(angle)], axis=1)


def turns(cycle: str, local: NDArray[Any]) -> bool:
    """Whether these moments say anything of a cycle: its hand is at more than one place.

    The weekday of months and years is chance, and that of a few days in a row is their order.
    """
    if not len(local) or len(np.unique(phase(cycle, local))) < 2:
        return False
    if cycle != "week":
        return True
    days = np.floor(local / DAY_SECONDS).astype("datetime64[D]")
    firsts = days == days.astype("datetime64[M]").astype("datetime64[D]")
    return bool(np.ptp(local) >= WEEK_SPAN and not firsts.all())
