"""Tables with a mark between the cells: which mark, which encoding, and whether names come first.

Sniffing follows what RFC 4180 and spreadsheets do: the mark is the one that gives most lines the
same number of cells; a first line is a header unless it looks like the lines below it.
"""

import csv
import io
import re
from collections import Counter
from itertools import islice

from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import IMPORT_ROWS
from datasets.field_types import parsing
from datasets.field_types.base import shown
from datasets.guessing.sheet import Sheet, counted_names
from datasets.imports import UTF16_MARKS, each_record

DELIMITERS = (",", ";", "\t", "|")
#: Lines and characters by which the mark between the cells is found.
SNIFFED_LINES = 50
SNIFFED_CHARACTERS = 1 << 18
#: Files of other programs, by how they begin, and what to do about them.
FOREIGN = (
    (b"PK\x03\x04", "Excel, OpenDocument or ZIP"),
    (b"\xd0\xcf\x11\xe0", "Excel"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x1f\x8b", "gzip"),
)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
#: Above this share of control characters a file is no text.
JUNK_SHARE = 0.01


def text_of(data: bytes) -> tuple[str, list[str]]:
    """The text of a file in UTF-8, UTF-16 or Windows-1252, and what to know about it.

    Raises:
        Refused: it is the file of another program, or binary.
    """
    for mark, program in FOREIGN:
        if data.startswith(mark):
            message = _(
                "This looks like a file of %(program)s. Save the table as CSV and send that."
            )
            raise Refused(message % {"program": program}, field="file")
    notes: list[str] = []
    if data.startswith(UTF16_MARKS):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
            notes.append(
                _("The file is not UTF-8: it was read as Windows-1252. Look at letters like é.")
            )
    if len(CONTROL.findall(text)) > JUNK_SHARE * len(text):
        message = _("This is no table: it holds binary data. Send CSV, JSON Lines or Parquet.")
        raise Refused(message, field="file")
    # One mark that slipped into a text is no reason to refuse the others.
    return CONTROL.sub("", text), notes


def read_delimited(text: str, most: int = IMPORT_ROWS) -> Sheet:
    """The first ``most`` rows of a table with commas, semicolons, tabs or bars between its cells.

    Raises:
        Refused: nothing is in it, only one line is, a line is too long or its quotes do not fit.
    """
    if not text.strip():
        raise Refused(_("There is nothing in it: paste a table or choose a file."), field="text")
    delimiter = delimiter_of(text)
    lines = (
        line for line in each_record(text.lstrip("\r\n"), delimiter) if any(map(str.strip, line))
    )
    first = [cell.strip() for cell in next(lines)]
    rows = [[cell.strip() for cell in line] for line in islice(lines, most)]
    total = len(rows) + sum(1 for _line in lines)
    if not rows:
        raise Refused(
            _(
                "The table has only one line. Add at least one row below the names of the "
                "columns, or describe the fields by hand."
            ),
            field="text",
        )
    if is_header(first, rows):
        return Sheet(first, rows, may_turn=True, total=total)
    note = _(
        "The first line looks like data, not like names (“%(cells)s”), so the columns are only "
        "counted. Give them names, or say that the first line is the header."
    )
    cells = shown(delimiter.join(first))
    sheet = Sheet(counted_names(len(first)), [first, *rows], headed=False, may_turn=True)
    sheet.total = total + 1
    sheet.notes.append(note % {"cells": cells})
    return sheet


def delimiter_of(text: str) -> str:
    """The mark that gives most lines the same number of cells, more than one."""
    return max(DELIMITERS, key=lambda mark: _fit(text[:SNIFFED_CHARACTERS], mark))


def _fit(text: str, mark: str) -> tuple[float, int]:
    widths: Counter[int] = Counter()
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
        for record in islice(reader, SNIFFED_LINES):
            widths[len(record)] += bool(record)
    except csv.Error:
        # A sample may end inside of quotes; the lines before it count.
        pass
    wide = Counter({width: count for width, count in widths.items() if width > 1})
    if not wide:
        return 0.0, 0
    width, count = wide.most_common(1)[0]
    return count / widths.total(), width


def is_header(first: list[str], rows: list[list[str]]) -> bool:
    """Whether the first line names the columns.

    It does not when a cell of it is a number, a date or a list, or when it repeats what the column
    below holds.
    """
    if any(_is_value(cell) for cell in first):
        return False
    named = [cell for cell in first if cell]
    if len({cell.casefold() for cell in named}) < len(named) or len(named) < len(first) / 2:
        return len(named) >= len(first) / 2 and _differs(first, rows)
    repeats = sum(
        any(cell and len(row) > index and row[index] == cell for row in rows)
        for index, cell in enumerate(first)
    )
    return repeats == 0 or (repeats < len(first) / 2 and _differs(first, rows))


def _differs(first: list[str], rows: list[list[str]]) -> bool:
    """Whether some column is of values below a first cell that is none."""
    width = len(first)
    body = [row for row in rows if len(row) == width]
    return any(
        body and all(_is_value(row[at]) or not row[at] for row in body) for at in range(width)
    )


def _is_value(cell: str) -> bool:
    return parsing.is_number(cell) or cell.startswith("[") or bool(re.match(r"\d+[-/.,:]\d", cell))
