"""Dates and times in the forms in which tables have them.

ISO 8601 and its prefixes become fields of dates. Days with points or slashes, and names of months
in English, are recognised so that a column of them is not taken for codes.
"""

import re

from datasets.field_types import iso8601

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
CLOCK = r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?|Z|[+-]\d{2}:?\d{2})?)?"
#: A name for the form, and what it looks like.
FORMS = tuple(
    (name, re.compile(pattern + CLOCK, re.ASCII | re.IGNORECASE))
    for name, pattern in (
        ("2024-03-01", r"\d{4}-\d{1,2}-\d{1,2}"),
        ("2024-03", r"\d{4}-(?:0[1-9]|1[0-2])"),
        ("2024/03/01", r"\d{4}/\d{1,2}/\d{1,2}"),
        ("1.3.2024", r"\d{1,2}\.\d{1,2}\.\d{2}(?:\d{2})?"),
        ("3/1/2024", r"\d{1,2}/\d{1,2}/\d{2}(?:\d{2})?"),
        ("1-3-2024", r"\d{1,2}-\d{1,2}-\d{4}"),
        ("1 Mar 2024", rf"\d{{1,2}}(?:st|nd|rd|th)?[ -]{MONTH},?[ -]\d{{2}}(?:\d{{2}})?"),
        ("Mar 1, 2024", rf"{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"),
        ("Mar 2024", rf"{MONTH} \d{{4}}"),
        ("12:30", r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"),
    )
)
LONGEST = 40


def form_of(text: str) -> str | None:
    """The form in which a date or a time is written, or None when it is none."""
    if len(text) > LONGEST:
        return None
    for name, pattern in FORMS:
        if pattern.fullmatch(text):
            return name
    return None


def is_iso(text: str) -> bool:
    """Whether the text is a moment as ISO 8601 writes it, and no bare number."""
    if text.isdigit():
        return False
    try:
        iso8601.read(text)
    except ValueError:
        return False
    return True


def precision_of(texts: list[str]) -> str:
    """The precision that all have, as a field of dates calls it; "any" where they differ."""
    moments = [iso8601.read(text) for text in texts]
    marks = {moment.precision for moment in moments}
    if len(marks) > 1 or any(moment.offset for moment in moments):
        return "any"
    midnight = all(moment.local.time() == moment.local.time().min for moment in moments)
    if midnight and marks <= {"n", "s"}:
        return "day"
    return {"m": "month", "d": "day", "n": "minute", "s": "second"}.get(marks.pop(), "any")


def is_date(text: str) -> bool:
    """Whether the text is a date or a time in one of the forms."""
    return form_of(text) is not None or is_iso(text)
