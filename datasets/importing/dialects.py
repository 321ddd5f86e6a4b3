"""What kind of file somebody sent: format, mark between the cells, header, encoding.

Guessed from the first bytes; the person may say otherwise, and then that holds.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from common.errors import Refused
from datasets.guessing.delimited import CONTROL, FOREIGN, JUNK_SHARE, delimiter_of, is_header
from datasets.imports import UTF16_MARKS, each_record

#: Bytes by which a file is guessed.
SAMPLE_BYTES = 256 * 1024
FORMATS = ("csv", "jsonl", "parquet")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
ENCODINGS = ("utf-8", "windows-1252", "utf-16")
PARQUET = b"PAR1"
#: Rows by which a first line is judged to be a header.
LOOKED_AT = 20


class Dialect(TypedDict):
    """How a file is read: what the decoding child is told."""

    format: str
    delimiter: str
    headed: bool
    encoding: str


def guessed(sample: bytes, names: list[str]) -> Dialect:
    """The dialect of a file that begins with ``sample``; ``names`` are the project's fields.

    Raises:
        Refused: nothing is in it, or it is the file of another program.
    """
    if sample.startswith(PARQUET):
        return Dialect(format="parquet", delimiter=",", headed=True, encoding="utf-8")
    for mark, program in FOREIGN:
        if sample.startswith(mark):
            sentence = _(
                "This looks like a file of %(program)s. Send the table as CSV, JSON Lines or "
                "Parquet."
            )
            raise Refused(sentence % {"program": program}, field="file")
    encoding = "utf-16" if sample.startswith(UTF16_MARKS) else "utf-8"
    text = text_of(sample, encoding)
    if text[:1] in ("{", "["):
        return Dialect(format="jsonl", delimiter=",", headed=True, encoding=encoding)
    delimiter = delimiter_of(text)
    headed = names_columns(text, delimiter, names)
    return Dialect(format="csv", delimiter=delimiter, headed=headed, encoding=encoding)


def text_of(sample: bytes, encoding: str) -> str:
    """The text at the beginning of a file.

    Raises:
        Refused: there is none, or it is binary.
    """
    text = sample.decode(encoding, "replace").removeprefix("\N{BYTE ORDER MARK}").lstrip()
    if not text:
        raise Refused(_("There is nothing in it: choose a file with rows."), field="file")
    if len(CONTROL.findall(text)) > JUNK_SHARE * len(text):
        sentence = _("This is no table: it holds binary data. Send CSV, JSON Lines or Parquet.")
        raise Refused(sentence, field="file")
    return text


def names_columns(text: str, delimiter: str, names: list[str]) -> bool:
    """Whether the first line names the columns: it names a field, or looks like names."""
    try:
        lines = [line for line in islice(each_record(text, delimiter), LOOKED_AT) if any(line)]
    except Refused:
        return True
    first = [cell.strip() for cell in lines[0]] if lines else []
    known = {name.casefold() for name in names}
    if any(cell.casefold() in known for cell in first):
        return True
    return is_header(first, lines[1:])


def cleaned(said: Mapping[str, Any]) -> Dialect:
    """A dialect as a person or a program said it, checked.

    Raises:
        Refused: a word in it is unknown.
    """
    dialect = Dialect(
        format=str(said.get("format", "csv")),
        delimiter=str(said.get("delimiter", ",")),
        headed=bool(said.get("headed", True)),
        encoding=str(said.get("encoding", "utf-8")),
    )
    for name, value, known in (
        ("format", dialect["format"], FORMATS),
        ("delimiter", dialect["delimiter"], tuple(DELIMITERS)),
        ("encoding", dialect["encoding"], ENCODINGS),
    ):
        if value not in known:
            sentence = _("The %(name)s of a file must be one of %(known)s, not “%(value)s”.")
            parts = {"name": name, "known": ", ".join(map(repr, known)), "value": value[:20]}
            raise Refused(sentence % parts, field=name)
    return dialect
