"""Listens to the decoding child: a stranger's file never unpacks inside this process."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple

import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import IMPORT_COLUMNS, IMPORT_FILE_ROWS
from common.numbers import readable
from datasets.field_types.base import shown
from datasets.guessing.parquet import ENVIRONMENT
from datasets.importing.frames import JSON, BadFrame, read_frame

MODULE = "datasets.importing.decoder"
SECONDS = 1_200
TYPES = {
    "string": pa.string(),
    "double": pa.float64(),
    "int64": pa.int64(),
    "bool": pa.bool_(),
}
#: The child may name so many columns of binary data.
NAME_CHARACTERS = 200


class Spoiled(NamedTuple):
    """A row that is none: its number, why, and how it stands in the file."""

    number: int
    reason: str
    text: str


@dataclass
class Decoded:
    """What a file holds: its columns, and its rows batch by batch."""

    header: list[str]
    binary: list[str]
    total: int | None
    schema: pa.Schema
    frames: Iterator[tuple[bytes, bytes]]
    rows: int = 0
    spoiled: list[Spoiled] = field(default_factory=list)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows; the first column is the row's number. ``spoiled`` grows meanwhile.

        Raises:
            Refused: the file cannot be read to its end.
        """
        for letter, data in self.frames:
            if letter != JSON:
                yield self._batch(data)
                continue
            said = json_of(data)
            if "done" in said:
                self.rows = int(said["done"])
                return
            if "spoiled" not in said:
                raise refusal(said)
            self.spoiled += [spoiled_row(*one) for one in said["spoiled"]]
        raise too_large()

    def _batch(self, data: bytes) -> pa.RecordBatch:
        try:
            batch = pa.ipc.read_record_batch(pa.py_buffer(data), self.schema)
            batch.validate(full=True)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise too_large() from error
        return batch


@contextmanager
def decoded(file: IO[bytes], known: Mapping[str, Any], wanted: list[str]) -> Iterator[Decoded]:
    """Start a child on the file (a real one, at its beginning) and hear its first words.

    ``known`` is the dialect, ``wanted`` the names of the project's fields.

    Raises:
        Refused: the file cannot be read; the sentence says where and why.
    """
    order = {**known, "wanted": wanted, "rows": IMPORT_FILE_ROWS, "columns": IMPORT_COLUMNS}
    with child(file, json.dumps(order)) as (pipe, ended):
        frames = frames_of(pipe, ended)
        first = next(frames, None)
        said = json_of(first[1]) if first is not None and first[0] == JSON else {}
        if "header" not in said:
            raise refusal(said)
        names = [whole_text(name)[:NAME_CHARACTERS] for name in said["header"]]
        types = [TYPES[name] for name in said["types"]]
        schema = pa.schema([(str(at), kind) for at, kind in enumerate([pa.int64(), *types])])
        yield Decoded(names, said["binary"], said["total"], schema, frames)


@contextmanager
def child(file: IO[bytes], order: str) -> Iterator[tuple[IO[bytes], Callable[[], bool]]]:
    """The child's output, and whether the clock has ended it; nothing of it is left afterwards."""
    late = threading.Event()
    with subprocess.Popen(
        [sys.executable, "-m", MODULE, order],
        cwd=settings.BASE_DIR,
        env=ENVIRONMENT,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=1 << 20,
    ) as process:

        def end() -> None:
            late.set()
            process.kill()

        clock = threading.Timer(SECONDS, end)
        clock.daemon = True
        clock.start()
        try:
            assert process.stdout is not None
            yield process.stdout, late.is_set
        finally:
            clock.cancel()
            process.kill()


def frames_of(pipe: IO[bytes], late: Callable[[], bool]) -> Iterator[tuple[bytes, bytes]]:
    """The child's frames to their end, or to where it was ended.

    Raises:
        Refused: it took too long.
    """
    try:
        while (frame := read_frame(pipe)) is not None:
            yield frame
    except BadFrame:
        pass
    if late():
        sentence = _("Reading the file takes more than %(minutes)s minutes: split it.")
        raise Refused(sentence % {"minutes": SECONDS // 60}, field="file", status=413)


def json_of(data: bytes) -> dict[str, Any]:
    """What a frame says; nothing when it is no JSON object."""
    try:
        said = json.loads(data)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def spoiled_row(number: int, code: str, detail: str, text: str) -> Spoiled:
    """A row that is none, with the reason in words."""
    reason = spoiled_reason(str(code), whole_text(detail))
    return Spoiled(int(number), reason, whole_text(text))


def whole_text(said: object) -> str:
    """A text that can be encoded and kept: without half characters and zero bytes."""
    mended = str(said).encode("utf-8", "replace").decode()
    return mended.replace("\0", "\N{REPLACEMENT CHARACTER}")


def spoiled_reason(code: str, detail: str) -> str:
    """Why a line is no row."""
    if code == "length":
        found, expected, *_rest = [*detail.split(), "", ""]
        sentence = _("has %(found)s cells; the header has %(expected)s.")
        return sentence % {"found": found, "expected": expected}
    if code == "twice":
        return _("names “%(name)s” twice: take one of them out.") % {"name": shown(detail)}
    if code == "json":
        return _("is no JSON (%(reason)s).") % {"reason": shown(detail)}
    if code == "cell":
        return _("cannot be read: a cell holds %(reason)s.") % {"reason": shown(detail)}
    return {
        "object": _("is no JSON object such as {“height”: 12}."),
        "encoding": _("is not UTF-8."),
        "nested": _("is too deeply nested."),
        "surrogate": _("holds half of a character (a lone surrogate)."),
    }.get(code, _("cannot be read."))


def refusal(said: Mapping[str, Any]) -> Refused:
    """The sentence for a file that cannot be read."""
    sentence = FAULTS.get(str(said.get("fault")))
    if sentence is None:
        return too_large()
    parts = {name: readable(v) if isinstance(v, int) else shown(v) for name, v in said.items()}
    status = 413 if said["fault"] in ("rows", "columns", "long", "line") else 400
    return Refused(
        _sentence(str(said["fault"])) % {"byte": "", "row": "", **parts},
        field="file",
        status=status,
    )


def _sentence(fault: str) -> str:
    return str(FAULTS[fault]())


FAULTS: dict[str, Callable[[], str]] = {
    "columns": lambda: _("The file has %(count)s columns; the most is %(limit)s. Leave some out."),
    "rows": lambda: _("The file has more than %(limit)s rows, the most of one file: split it."),
    "empty": lambda: _("There is nothing in it: choose a file with a header and rows."),
    "encoding": lambda: _(
        "Row %(row)s is not UTF-8 (byte %(byte)s). Say which encoding the file has, or save it as "
        "UTF-8: in a spreadsheet choose “CSV UTF-8” when saving."
    ),
    "straddling": lambda: _(
        "The row after row %(row)s is longer than 4 MB. Look for a quotation mark that opens and "
        "never closes."
    ),
    "line": lambda: _("Row %(row)s is longer than 4 MB: one row stands on one line."),
    "long": lambda: _("Row %(row)s is too long: leave out the column with the longest cells."),
    "cell": lambda: _(
        "Row %(row)s cannot be read: a cell holds %(reason)s. Leave that column out."
    ),
    "unreadable": lambda: _("The file cannot be read (%(reason)s). Write it again."),
}


def too_large() -> Refused:
    """The sentence for a file whose reading was ended by a cap."""
    sentence = _(
        "The file unpacks to more than one import may hold, or is broken. Send its rows in "
        "several files, fewer columns, or a CSV file."
    )
    return Refused(sentence, field="file", status=413)
