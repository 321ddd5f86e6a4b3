"""Dates and times as ISO 8601 writes them, whole or cut short: 1949, 1949-01, 2016-07-01T14:30.

A moment keeps what was said: how exact it is, and the offset from UTC where there was one. Its
stored form begins with the instant at which it begins, in UTC and of fixed width, so that text
order is the order in time on every database; what was said follows.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

DATE = (
    r"(?P<year>\d{4})(?:"
    r"-(?P<month>\d\d)(?:-(?P<day>\d\d))?"
    r"|(?P<month_>\d\d)(?P<day_>\d\d)"
    r"|-?W(?P<week>\d\d)(?:-?(?P<weekday>[1-7]))?"
    r"|-?(?P<ordinal>\d{3})"
    r")?"
)
TIME = r"(?P<hour>\d\d)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?)?"
OFFSET = r"(?:Z|z|(?P<sign>[+-])(?P<hours>\d\d)(?::?(?P<minutes>\d\d))?)"
FORM = re.compile(rf"{DATE}(?:[Tt ]{TIME}(?: ?(?P<offset>{OFFSET}))?)?", re.ASCII)
LONGEST = 45
#: How exact a moment is: year, month, week, day, hour, minute, second, then digits of a fraction.
PRECISIONS = "ymwdhns123456"
#: Characters of the instant before the precision's mark.
KEY = 26
CLOCK = (("second", "s"), ("minute", "n"))
MICROSECOND = timedelta(microseconds=1)
LATEST = datetime.max.replace(tzinfo=UTC)


class Moment(NamedTuple):
    """What somebody said: the wall clock's reading, how exact it is, and the offset.

    ``local`` is the reading as if it were in UTC. ``offset`` is "" where none was said, "Z", or
    "+02:00".
    """

    local: datetime
    precision: str
    offset: str

    @property
    def instant(self) -> datetime:
        """The begin in UTC; what has no offset counts as UTC.

        Raises:
            OverflowError: the offset leads out of the years 1 to 9999.
        """
        return self.local - _delta(self.offset)

    @property
    def end(self) -> datetime:
        """The last microsecond of what was said, in UTC: of 1949 the end of its December."""
        return _after(self) - MICROSECOND

    def text(self) -> str:
        """The moment in the one form of ISO 8601 that we write."""
        return _date(self) + _time(self) + self.offset

    def stored(self) -> str:
        """Begin in UTC, mark of precision, offset: its text order is the order in time."""
        instant = self.instant.isoformat(timespec="microseconds")[:KEY]
        return instant + self.precision + self.offset


def read(text: str) -> Moment:
    """The moment that the text says.

    Raises:
        ValueError: it is none; the message is for programmers.
    """
    found = FORM.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise ValueError("no form of ISO 8601")
    part = found.groupdict()
    day, precision = _day(part)
    if part["hour"] is None:
        return _checked(Moment(datetime(day.year, day.month, day.day, tzinfo=UTC), precision, ""))
    if precision != "d":
        raise ValueError("a time needs its day")
    precision = next((mark for name, mark in CLOCK if part[name]), "h")
    hour, minute, second = (int(part[name] or 0) for name in ("hour", "minute", "second"))
    micro, digits = _fraction(part["fraction"] or "")
    local = datetime(day.year, day.month, day.day, hour, minute, second, micro, UTC)
    return _checked(Moment(local, digits or precision, _offset(part)))


def unstored(stored: str) -> Moment:
    """The moment that ``Moment.stored`` wrote."""
    precision, offset = stored[KEY], stored[KEY + 1 :]
    return Moment(instant_of(stored) + _delta(offset), precision, offset)


def instant_of(stored: str) -> datetime:
    """The begin, in UTC, of what ``Moment.stored`` wrote."""
    return datetime.fromisoformat(stored[:KEY]).replace(tzinfo=UTC)


def _checked(moment: Moment) -> Moment:
    try:
        _ = moment.instant
    except OverflowError as error:
        raise ValueError("outside the years 1 to 9999") from error
    return moment


def _day(part: dict[str, str | None]) -> tuple[date, str]:
    year = int(part["year"] or 0)
    if part["week"]:
        weekday = part["weekday"]
        return date.fromisocalendar(year, int(part["week"]), int(weekday or 1)), (
            "d" if weekday else "w"
        )
    if part["ordinal"]:
        day = date(year, 1, 1) + timedelta(days=int(part["ordinal"]) - 1)
        if day.year != year:
            raise ValueError("no such day of the year")
        return day, "d"
    month, said = part["month"] or part["month_"], part["day"] or part["day_"]
    precision = "d" if said else "m" if month else "y"
    return date(year, int(month or 1), int(said or 1)), precision


def _fraction(digits: str) -> tuple[int, str]:
    """Microseconds, and how many digits were said; more than six must be zeros."""
    if digits[6:].strip("0"):
        raise ValueError("finer than a microsecond")
    kept = digits[:6]
    return (int(kept.ljust(6, "0")) if kept else 0), (str(len(kept)) if kept else "")


def _offset(part: dict[str, str | None]) -> str:
    if not part["offset"]:
        return ""
    hours, minutes = int(part["hours"] or 0), int(part["minutes"] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError("no such offset")
    return f"{part['sign']}{hours:02}:{minutes:02}" if hours or minutes else "Z"


def _delta(offset: str) -> timedelta:
    if offset in ("", "Z"):
        return timedelta()
    size = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6]))
    return size if offset[0] == "+" else -size


def _date(moment: Moment) -> str:
    text = moment.local.date().isoformat()
    if moment.precision == "w":
        year, week, _weekday = moment.local.isocalendar()
        return f"{year:04}-W{week:02}"
    return text[: {"y": 4, "m": 7}.get(moment.precision, 10)]


def _time(moment: Moment) -> str:
    place = PRECISIONS.index(moment.precision)
    if place < PRECISIONS.index("h"):
        return ""
    text = moment.local.time().isoformat(timespec="microseconds")
    ends = {"h": 2, "n": 5, "s": 8}
    return "T" + text[: ends.get(moment.precision) or 9 + int(moment.precision)]


def _after(moment: Moment) -> datetime:
    """The instant at which the next year, month, day … begins."""
    spans = {"w": 604_800, "d": 86_400, "h": 3_600, "n": 60, "s": 1}
    local, precision = moment.local, moment.precision
    if precision in "ym":
        years = local.year + (precision == "y" or local.month == 12)
        if years > 9_999:
            return LATEST
        return datetime(years, 1 if precision == "y" else local.month % 12 + 1, 1, tzinfo=UTC)
    seconds = spans.get(precision)
    step = (
        timedelta(seconds=seconds)
        if seconds
        else timedelta(microseconds=10 ** (6 - int(precision)))
    )
    try:
        return moment.instant + step
    except OverflowError:
        return LATEST
