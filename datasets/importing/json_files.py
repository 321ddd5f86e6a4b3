"""JSON Lines in the decoding child, also one JSON list of objects: every cell a text."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import IO, Any

from datasets.guessing.cells import UnreadableCell, cell_text
from datasets.importing.speaking import Fault, Speaker

#: A longer whole number costs quadratic time to read, and fits no column.
NUMBER_CHARACTERS = 400
LINE_BYTES = 4 * 1024 * 1024
#: Rows by which the names of columns are found, beside those of the fields.
LOOKED_AT = 1_000
BATCH = 2_000
Row = tuple[int, Any]


class SpoiledRow(Exception):
    """A line is no row: a code and what to say with it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def read_json(source: IO[bytes], known: dict[str, Any], speaker: Speaker) -> None:
    """Read one object a line, or one list of them.

    Raises:
        Fault: nothing is in it, or its objects have too many names.
    """
    rows = each_row(source, speaker)
    looked_at = list(islice(rows, LOOKED_AT))
    names = names_in(looked_at, known) if looked_at or not speaker.rows else known["wanted"]
    speaker.head(names, ["string"] * len(names))
    whole = chain(looked_at, rows)
    while part := list(islice(whole, BATCH)):
        send(part, names, speaker)


def names_in(rows: list[Row], known: dict[str, Any]) -> list[str]:
    """The columns: every name of the first rows, then fields that none of them has."""
    found = dict.fromkeys(name for _number, row in rows for name in row)
    if not found:
        raise Fault("empty")
    if len(found) > known["columns"]:
        raise Fault("columns", count=len(found), limit=known["columns"])
    folded = {name.casefold() for name in found}
    return [*found, *(name for name in known["wanted"] if name.casefold() not in folded)]


def send(rows: list[Row], names: list[str], speaker: Speaker) -> None:
    """Send rows as texts; a row that no text stands for is spoiled."""
    import pyarrow as pa

    kept: list[tuple[int, list[str]]] = []
    for number, row in rows:
        try:
            cells = [cell_text(row.get(name)) for name in names]
            "".join(cells).encode()
            kept.append((number, cells))
        except (UnreadableCell, RecursionError) as bad:
            speaker.spoiled(number, "cell", str(bad)[:200], shown(row))
        except UnicodeEncodeError:
            speaker.spoiled(number, "surrogate", "", shown(row))
    speaker.flush()
    if kept:
        columns = [pa.array([number for number, _cells in kept], pa.int64())]
        columns += [
            pa.array(list(cells), pa.string()) for cells in zip(*(c for _n, c in kept), strict=True)
        ]
        speaker.batch(pa.RecordBatch.from_arrays(columns, [str(i) for i in range(len(columns))]))


def each_row(source: IO[bytes], speaker: Speaker) -> Iterator[Row]:
    """Each object with its row's number; lines that are none are told as spoiled."""
    for number, line in lines_of(source):
        try:
            row = line if isinstance(line, dict) else object_in(line)
            yield number, row
        except SpoiledRow as bad:
            text = line.decode("utf-8", "replace") if isinstance(line, bytes) else str(line)[:2_000]
            speaker.spoiled(number, bad.code, bad.detail, text)


def lines_of(source: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """The lines that are not empty, numbered from 1; or the entries of one JSON list."""
    first = source.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    source.seek(0)
    if first == b"[":
        yield from enumerate(entries_of(source), start=1)
        return
    number = 0
    while line := source.readline(LINE_BYTES + 1):
        if len(line) > LINE_BYTES:
            raise Fault("line", row=number + 1)
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
        if line.strip():
            number += 1
            yield number, line


def entries_of(source: IO[bytes]) -> Iterable[Any]:
    """The entries of one JSON list."""
    try:
        found = loads(source.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Fault("encoding", row=0, byte="") from None
    except (ValueError, RecursionError, SpoiledRow) as error:
        raise Fault("unreadable", reason=str(getattr(error, "msg", error))[:200]) from None
    return [one if isinstance(one, dict) else json.dumps(one).encode() for one in found]


def object_in(line: bytes) -> dict[str, Any]:
    """The object that a line holds.

    Raises:
        SpoiledRow: it holds something else, is no JSON or not UTF-8, or names something twice.
    """
    try:
        found = loads(line.decode())
    except UnicodeDecodeError:
        raise SpoiledRow("encoding") from None
    except RecursionError:
        raise SpoiledRow("nested") from None
    except ValueError as error:
        raise SpoiledRow("json", str(getattr(error, "msg", error))[:200]) from None
    if not isinstance(found, dict):
        raise SpoiledRow("object")
    return found


def loads(text: str) -> Any:
    """A JSON value; what JSON has no number for stays a word, which no field reads as a number."""
    return json.loads(
        text, parse_constant=str, parse_int=_whole, parse_float=_float, object_pairs_hook=_pairs
    )


def _whole(text: str) -> "int | str":
    return int(text) if len(text) <= NUMBER_CHARACTERS else text


def _float(text: str) -> "float | str":
    number = float(text)
    # 1e999 is no infinity: as a text the field refuses it in its own words.
    return number if abs(number) <= 1e300 else text


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _value in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise SpoiledRow("twice", twice[:60])
    return found


def shown(row: Any) -> str:
    """A row as text that can be encoded."""
    return str(row)[:2_000].encode("utf-8", "replace").decode()
