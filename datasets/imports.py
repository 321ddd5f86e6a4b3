"""Tables that people paste or upload: read, checked row by row, nothing written."""

import csv
import io
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import IMPORT_BYTES, IMPORT_COLUMNS, IMPORT_ROWS
from datasets.field_types.base import shown
from datasets.models import Field
from datasets.records import BadRecord, Problem, Typed, read_record

DELIMITERS = (",", ";", "\t")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
LISTED = 12
# A drawing or a sequence in a cell is longer than the csv module's own limit.
csv.field_size_limit(IMPORT_BYTES)


@dataclass(frozen=True)
class BadRow:
    """One row that does not fit: its cells and what is wrong with them."""

    number: int
    cells: list[str]
    problems: list[Problem]


@dataclass
class Preview:
    """What a table would add. Rows are counted from 1, the header not among them."""

    header: list[str]
    delimiter: str
    #: Names of columns that no field has: they are left out.
    unused: list[str]
    #: Names of fields that the table does not have: they stay empty.
    absent: list[str]
    good: list[tuple[int, list[str], dict[int, Any]]] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many rows the table has."""
        return len(self.good) + len(self.bad)


def check_size(size: int) -> None:
    """Refuse a table of more bytes than one import may have.

    Raises:
        Refused: 413, with its size.
    """
    if size > IMPORT_BYTES:
        message = _("The table has %(size)s MB; the most is %(limit)s MB. Split it.")
        # Rounded up, or a table just over the limit would seem to be just at it.
        parts = {"size": math.ceil(10 * size / 2**20) / 10, "limit": IMPORT_BYTES // 2**20}
        raise Refused(message % parts, field="file", status=413)


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark.

    Raises:
        Refused: the file is too large or not UTF-8; the sentence says what it looks like.
    """
    check_size(len(data))
    if data.startswith(UTF16_MARKS):
        raise Refused(
            _(
                "The file is UTF-16. Save it as UTF-8: in a spreadsheet choose “CSV UTF-8” "
                "when saving."
            ),
            field="file",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = _(
            "Line %(line)s is not UTF-8 (byte %(byte)s). Save the file as UTF-8: in a spreadsheet "
            "choose “CSV UTF-8” when saving."
        )
        where = {"line": str(line), "byte": f"0x{data[error.start]:02X}"}
        raise Refused(message % where, field="file") from error
    if "\0" in text:
        message = _("This is no text: it holds zero bytes. Save the table as CSV in UTF-8.")
        raise Refused(message, field="file")
    return text


def read_table(text: str, fields: Typed) -> Preview:
    """Read a table and check every cell.

    Raises:
        Refused: the table as a whole cannot be read: header, size, quotes.
    """
    text = text.removeprefix("\N{BYTE ORDER MARK}").lstrip("\r\n")
    if not text.strip():
        raise Refused(_("There is nothing in it: paste a table or choose a file."), field="text")
    delimiter = _delimiter(text, [described.name for described, _type in fields])
    records = _records(text, delimiter)
    header = [name.strip() for name in records[0]]
    columns = _columns(header, fields, delimiter)
    body = [record for record in records[1:] if any(cell.strip() for cell in record)]
    if not 1 <= len(body) <= IMPORT_ROWS:
        message = _("The table has %(count)s rows below its header; 1 to %(limit)s can be added.")
        raise Refused(message % {"count": len(body), "limit": IMPORT_ROWS}, field="text")
    used = {described.name for described in columns.values()}
    preview = Preview(
        header=header,
        delimiter=delimiter,
        unused=[name for index, name in enumerate(header) if index not in columns],
        absent=[described.name for described, _type in fields if described.name not in used],
    )
    for number, record in enumerate(body, start=1):
        sort_row(preview, number, record, columns, fields)
    return preview


def sort_row(
    preview: Preview, number: int, record: list[str], columns: dict[int, Field], fields: Typed
) -> None:
    """Put one row among the good or the bad ones."""
    if len(record) != len(preview.header):
        sentence = _("has %(found)s cells; the header has %(expected)s.")
        words = sentence % {"found": len(record), "expected": len(preview.header)}
        preview.bad.append(BadRow(number, record, [Problem("", words)]))
        return
    named = {described.name: record[index] for index, described in columns.items()}
    try:
        preview.good.append((number, record, read_record(fields, named)))
    except BadRecord as bad:
        preview.bad.append(BadRow(number, record, bad.problems))


def _delimiter(text: str, names: list[str]) -> str:
    """The mark between the cells: the one whose header holds most fields, then most columns."""
    first = text.splitlines()[0][: IMPORT_COLUMNS * 200]
    known = {name.casefold() for name in names}

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([first], delimiter=delimiter))
        except csv.Error:
            return 0, 0
        return sum(cell.strip().casefold() in known for cell in cells), len(cells)

    return max(DELIMITERS, key=fit)


def each_record(text: str, delimiter: str) -> Iterator[list[str]]:
    """The cells of each line of a table, the header among them.

    Raises:
        Refused: a line has too many columns, or its quotation marks do not fit.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            if len(record) > IMPORT_COLUMNS:
                message = _("Line %(line)s has %(count)s columns; the most is %(limit)s.")
                parts = {"line": reader.line_num, "count": len(record), "limit": IMPORT_COLUMNS}
                raise Refused(message % parts, field="text")
            yield record
    except csv.Error as error:
        message = _("Line %(line)s cannot be read as CSV: check its quotation marks (%(error)s).")
        where = {"line": str(reader.line_num), "error": str(error)}
        raise Refused(message % where, field="text") from error


def _records(text: str, delimiter: str) -> list[list[str]]:
    records: list[list[str]] = []
    for record in each_record(text, delimiter):
        records.append(record)
        if len(records) > 2 * IMPORT_ROWS + 1:
            message = _("The table has more than %(limit)s rows: split it.")
            raise Refused(message % {"limit": IMPORT_ROWS}, field="text")
    return records


def _columns(header: list[str], fields: Typed, delimiter: str) -> dict[int, Field]:
    """Which column holds which field."""
    counted = Counter(name.casefold() for name in header if name)
    doubled = [name for name in header if counted[name.casefold()] > 1]
    if doubled:
        message = _("The header names “%(name)s” twice: rename or remove one of the columns.")
        raise Refused(message % {"name": shown(doubled[0])}, field="text")
    by_name = {described.name.casefold(): described for described, _type in fields}
    columns = {
        index: by_name[name.casefold()]
        for index, name in enumerate(header)
        if name.casefold() in by_name
    }
    found = {described.pk for described in columns.values()}
    missing = [d.name for d, type_ in fields if type_.required and d.pk not in found]
    if missing or not columns:
        raise Refused(_wrong_columns(header, missing, fields, delimiter), field="text")
    return columns


def _wrong_columns(header: list[str], missing: list[str], fields: Typed, delimiter: str) -> str:
    names = [described.name for described, _type in fields]
    message = _(
        "The first line must name the fields. Expected: %(expected)s. Found: %(found)s. "
        "Missing: %(missing)s."
    ) % {
        "expected": listed(names),
        "found": listed(header),
        "missing": listed(missing or names),
    }
    if len(header) == 1 and len(names) > 1:
        message += " " + _("Cells are separated by commas, semicolons or tabs.")
    return message


def listed(names: list[str]) -> str:
    head = ", ".join(f"“{shown(name)}”" for name in names[:LISTED])
    return f"{head} … ({len(names)})" if len(names) > LISTED else head
