"""What somebody dropped, pasted or chose: which kind of file it is, and what stands in it."""

import math

from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import IMPORT_ROWS, OPENING_BYTES
from common.numbers import readable
from datasets.guessing.delimited import read_delimited, text_of
from datasets.guessing.json_lines import read_json_lines, read_json_list, whole_json
from datasets.guessing.parquet import read_parquet
from datasets.guessing.schemas import Described, is_schema, read_schema
from datasets.guessing.sheet import Sheet

PARQUET = b"PAR1"


def check_size(size: int) -> None:
    """Refuse a file that is larger than a project can be opened from, before it is read.

    Raises:
        Refused: 413, with its size.
    """
    if size > OPENING_BYTES:
        message = _(
            "The file has %(size)s MB; a project can be opened from %(limit)s MB. Send its first "
            "%(rows)s rows now and add the others later."
        )
        # Rounded up, or a file just over the limit would seem to be just at it.
        parts = {
            "size": math.ceil(10 * size / 2**20) / 10,
            "limit": OPENING_BYTES // 2**20,
            "rows": readable(IMPORT_ROWS),
        }
        raise Refused(message % parts, field="file", status=413)


def read(data: bytes, most: int = IMPORT_ROWS) -> Sheet | Described:
    """The first ``most`` rows of a table, or the description of one.

    A description is a Table Schema or a ``datapackage.json``.

    Raises:
        Refused: nothing is in it or it cannot be read; the sentence says where and why.
    """
    check_size(len(data))
    if data.startswith(PARQUET):
        return _told(read_parquet(data, most))
    text, notes = text_of(data)
    found = _read_text(text, most)
    found.notes[:0] = notes
    return _told(found) if isinstance(found, Sheet) else found


def _read_text(text: str, most: int) -> Sheet | Described:
    start = text.lstrip()[:1]
    if start not in ("{", "["):
        return read_delimited(text, most)
    whole = whole_json(text)
    if isinstance(whole, dict) and is_schema(whole):
        return read_schema(whole)
    if isinstance(whole, list) and whole and all(isinstance(one, dict) for one in whole):
        return read_json_list(whole, most)
    return read_json_lines(text, most) if start == "{" else read_delimited(text, most)


def _told(sheet: Sheet) -> Sheet:
    """The sheet with a word about rows that were left behind."""
    if not sheet.rows:
        raise Refused(
            _("The table has columns but no rows: add at least one, or describe the fields."),
            field="file",
        )
    if sheet.total > len(sheet.rows):
        sentence = _(
            "The file has %(total)s rows. The columns are guessed by the first %(taken)s; the "
            "others are added in the background once the project is open."
        )
        parts = {"total": readable(sheet.total), "taken": readable(len(sheet.rows))}
        sheet.notes.append(sentence % parts)
    return sheet
