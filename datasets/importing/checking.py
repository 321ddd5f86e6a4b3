"""One pass over a file: every cell read and typed, every row hashed; nothing is written to a table.

The good rows go into a file of Arrow columns as the table stores them, the bad ones into a CSV file
with the reasons. Memory holds one batch and the rows' hashes, however long the file is.
"""

import csv
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import IMPORT_DECODED_BYTES
from datasets.exports import safe_text
from datasets.field_types.columns import read_column
from datasets.hashing_columns import group_keys, row_hashes
from datasets.importing.decoding import Decoded, Spoiled, decoded
from datasets.importing.duplicates import Hashes, as_array
from datasets.importing.matching import Matched, matched
from datasets.importing.report import FIRST_ROWS, Ranges, Reasons, first_rows
from datasets.importing.stored_files import schema_of
from datasets.records import Typed

#: Called after each batch with the rows so far; it raises when the check is to end.
Watch = Callable[[int], None]


@dataclass
class Checked:
    """What one pass found."""

    header: list[str]
    matched: Matched
    binary: list[str]
    ranges: Ranges
    reasons: Reasons = field(default_factory=Reasons)
    first: list[dict[str, Any]] = field(default_factory=list)
    hashes: Hashes = field(default_factory=lambda: as_array([]))
    good: int = 0
    bad: int = 0


def check_file(
    file: IO[bytes],
    fields: Typed,
    dialect: Mapping[str, Any],
    chosen: Mapping[str, Any],
    folder: Path,
    watch: Watch,
) -> Checked:
    """Check a file; the good rows go to ``folder/good.arrow``, the bad ones to ``folder/bad.csv``.

    ``chosen`` says which column holds which field (by id as text); empty, they are matched by name.

    Raises:
        Refused: the file cannot be read, or its columns do not hold the fields.
    """
    names = [described.name for described, _type in fields]
    with decoded(file, dialect, names) as source:
        found = Checked(
            source.header, matched(source.header, fields, chosen), source.binary, Ranges(fields)
        )
        with (
            (folder / "bad.csv").open("w", encoding="utf-8", newline="") as bad,
            pa.OSFile(str(folder / "good.arrow"), "wb") as good,
            pa.ipc.new_stream(good, schema_of(fields)) as writer,
        ):
            _Pass(source, fields, found, csv.writer(bad, lineterminator="\r\n"), writer).run(watch)
    return found


class _Pass:
    """The work on each batch."""

    def __init__(
        self, source: Decoded, fields: Typed, found: Checked, bad: Any, writer: Any
    ) -> None:
        self.source = source
        self.fields = fields
        self.found = found
        self.bad = bad
        self.writer = writer
        self.hashes: list[Hashes] = []
        self.bytes = 0
        self.bad.writerow([safe_text(name) for name in [*found.header, _("reason")]])

    def run(self, watch: Watch) -> None:
        """Go through the file."""
        for batch in self.source.batches():
            self._spoiled()
            self._weigh(batch)
            self._rows(batch)
            watch(self.found.good + self.found.bad)
        self._spoiled()
        # Rows that are none are heard of before the rows around them.
        self.found.first.sort(key=lambda row: int(row["number"]))
        del self.found.first[FIRST_ROWS:]
        if self.hashes:
            self.found.hashes = np.concatenate(self.hashes)

    def _weigh(self, batch: pa.RecordBatch) -> None:
        self.bytes += batch.nbytes
        if self.bytes > IMPORT_DECODED_BYTES:
            sentence = _("The file unpacks to more than %(limit)s GB: split it.")
            limit = IMPORT_DECODED_BYTES // 2**30
            raise Refused(sentence % {"limit": limit}, field="file", status=413)

    def _rows(self, batch: pa.RecordBatch) -> None:
        stored, reasons = self._read(batch)
        room = FIRST_ROWS - sum("whole" not in row for row in self.found.first)
        self.found.first += first_rows(self.found.header, batch, reasons, room)
        fits = self._fitting(batch, reasons)
        numbers = batch.column(0)
        if fits is not None:
            numbers = numbers.filter(fits)
            stored = [column.filter(fits) for column in stored]
        if len(numbers):
            self._keep(numbers, stored)

    def _read(self, batch: pa.RecordBatch) -> tuple[list[pa.Array], dict[int, pa.Array]]:
        """Each field's column as it is stored, and the reasons by column of the file."""
        stored: list[pa.Array] = []
        reasons: dict[int, pa.Array] = {}
        for described, type_ in self.fields:
            place = self.found.matched.columns.get(described.pk)
            if place is None:
                stored.append(pa.nulls(batch.num_rows, type_.stored_arrow))
                continue
            read = read_column(type_, batch.column(place + 1))
            stored.append(read.stored)
            if read.reasons is not None:
                reasons[place] = read.reasons
                self.found.reasons.add(described.name, read.reasons)
        return stored, reasons

    def _fitting(self, batch: pa.RecordBatch, reasons: dict[int, pa.Array]) -> pa.Array | None:
        """Which rows fit, after the others were noted; None when all do."""
        if not reasons:
            return None
        wrong = np.zeros(batch.num_rows, dtype=bool)
        for column in reasons.values():
            wrong |= column.is_valid().to_numpy(zero_copy_only=False)
        self._note(batch, reasons, np.flatnonzero(wrong))
        return pa.array(~wrong)

    def _note(self, batch: pa.RecordBatch, reasons: dict[int, pa.Array], places: Any) -> None:
        """Write rows that do not fit, with the reasons in a last column."""
        self.found.bad += len(places)
        at = pa.array(places)
        cells = [column.take(at).to_pylist() for column in batch.columns[1:]]
        said = pc.binary_join_element_wise(
            *(column.take(at) for column in reasons.values()), " ", null_handling="skip"
        ).to_pylist()
        for row in zip(*cells, said, strict=True):
            self.bad.writerow([safe_text("" if cell is None else str(cell)) for cell in row])

    def _spoiled(self) -> None:
        """Note rows that are none; the page shows them among the first."""
        rows, self.source.spoiled = self.source.spoiled, []
        for row in rows:
            self.found.bad += 1
            self.found.reasons.one("", row.reason)
            self._note_spoiled(row)

    def _note_spoiled(self, row: Spoiled) -> None:
        width = len(self.found.header)
        cells = [row.text, *[""] * (width - 1)][:width]
        self.bad.writerow([safe_text(cell) for cell in [*cells, row.reason]])
        if sum("whole" in shown for shown in self.found.first) < FIRST_ROWS:
            entry = {"number": row.number, "cells": [[row.text[:80], row.reason]], "whole": True}
            self.found.first.append(entry)

    def _keep(self, numbers: pa.Array, stored: list[pa.Array]) -> None:
        """Hash the good rows and put them into the file."""
        hashes = row_hashes(self.fields, stored)
        groups = group_keys(self.fields, stored, hashes)
        exact = as_array(hashes)
        self.hashes.append(exact)
        columns = [
            numbers,
            pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(32), len(hashes), [None, pa.py_buffer(exact)]
            ),
            pa.array(groups),
            *(
                column if column.type == type_.stored_arrow else column.cast(type_.stored_arrow)
                for (_field, type_), column in zip(self.fields, stored, strict=True)
            ),
        ]
        self.writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema_of(self.fields)))
        self.found.ranges.add(stored)
        self.found.good += len(hashes)


def in_folder() -> Any:
    """A folder for the files of one check."""
    return tempfile.TemporaryDirectory(prefix="import-")
