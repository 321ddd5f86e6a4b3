"""Dates and times in the forms in which tables have them.

ISO 8601 and its prefixes, days with points or slashes, and names of months in English. They are
recognised, so that a column of them is not taken for codes; kinds of date-time come later.
"""

import re

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


def is_date(text: str) -> bool:
    """Whether the text is a date or a time in one of the forms."""
    return form_of(text) is not None
