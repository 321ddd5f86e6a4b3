"""Delimited text in the decoding child: every cell a string, rows of another length spoiled."""

import csv
import io
from typing import IO, Any

from datasets.importing.speaking import Fault, Speaker, numbers

BLOCK_BYTES = 4 * 1024 * 1024
#: The first lines hold the header; a longer one is none.
HEAD_BYTES = 1024 * 1024
UTF8_MARK = b"\xef\xbb\xbf"


def read_delimited(source: IO[bytes], known: dict[str, Any], speaker: Speaker) -> None:
    """Read a table whose cells stand between ``delimiter``.

    Raises:
        Fault: the header has too many columns, a row is longer than a block, or not in UTF-8.
    """
    import pyarrow as pa

    header, lines = first_line(source, known)
    if len(header) > known["columns"]:
        raise Fault("columns", count=len(header), limit=known["columns"])
    names = header if known["headed"] else [""] * len(header)
    speaker.head(names, ["string"] * len(names))
    skip = lines if known["headed"] else 0
    number, spoiled = 1, set[int]()
    try:
        reader = opened(source, known, len(names), skip, speaker, spoiled)
        for batch in reader:
            found = list(numbers(number, batch.num_rows, spoiled)) if spoiled else None
            end = found[-1] if found else number + batch.num_rows - 1
            own = pa.array(found if found else range(number, end + 1), pa.int64())
            texts = [text_of(column, number) for column in batch.columns]
            number = end + 1
            spoiled = {one for one in spoiled if one >= number}
            speaker.flush()
            speaker.batch(
                pa.RecordBatch.from_arrays([own, *texts], [str(i) for i in range(len(texts) + 1)])
            )
    except pa.ArrowInvalid as error:
        if "straddling" in str(error):
            raise Fault("straddling", row=number) from None
        if "Empty CSV" not in str(error):
            raise


def opened(
    source: IO[bytes],
    known: dict[str, Any],
    width: int,
    skip: int,
    speaker: Speaker,
    spoiled: set[int],
) -> Any:
    """Arrow's streaming reader; rows of another length than ``width`` are told and left out."""
    import pyarrow as pa
    import pyarrow.csv as reading

    def other_length(row: Any) -> str:
        number = row.number - skip
        spoiled.add(number)
        speaker.spoiled(number, "length", f"{row.actual_columns} {width}", row.text)
        return "skip"

    names = [str(place) for place in range(width)]
    return reading.open_csv(
        source,
        read_options=reading.ReadOptions(
            use_threads=False,
            block_size=BLOCK_BYTES,
            column_names=names,
            skip_rows=skip,
            encoding=known["encoding"],
        ),
        parse_options=reading.ParseOptions(
            delimiter=known["delimiter"],
            newlines_in_values=True,
            invalid_row_handler=other_length,
        ),
        convert_options=reading.ConvertOptions(
            column_types=dict.fromkeys(names, pa.binary()), strings_can_be_null=False
        ),
    )


def first_line(source: IO[bytes], known: dict[str, Any]) -> tuple[list[str], int]:
    """The cells of the first line that is not empty, and how many lines it and those before take.

    Raises:
        Fault: there is none, or it cannot be read.
    """
    data = source.read(HEAD_BYTES)
    source.seek(0)
    try:
        text = data.decode(known["encoding"], "replace")
    except LookupError:
        raise Fault("encoding", row=0) from None
    text = text.removeprefix("\N{BYTE ORDER MARK}")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=known["delimiter"])
    csv.field_size_limit(HEAD_BYTES)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                return [cell.strip() for cell in cells], reader.line_num
    except csv.Error as error:
        raise Fault("unreadable", reason=str(error)) from None
    raise Fault("empty")


def text_of(column: Any, first: int) -> Any:
    """The column as text.

    Raises:
        Fault: a cell is not UTF-8; ``first`` is the number of the batch's first row.
    """
    import pyarrow as pa

    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        for place, cell in enumerate(column):
            try:
                cell.as_py().decode()
            except UnicodeDecodeError as error:
                byte = f"0x{error.object[error.start]:02X}"
                raise Fault("encoding", row=first + place, byte=byte) from None
        raise
