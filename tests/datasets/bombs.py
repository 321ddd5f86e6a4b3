"""Forty files that are broken, or that unpack to far more than they seem, each with a sentence.

Each is ``(name, bytes, what the refusal or the reasons of its bad rows say)``.
"""

import gzip
import io
import json
import struct
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

HEADER = "size,amount,kind,note"
ROW = "1.5,3,a,x"


class Bomb(NamedTuple):
    """A file; ``says`` is a part of what is told of it, or ``""`` where all of it is fine."""

    name: str
    data: bytes
    says: str


def csv(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def parquet(table: pa.Table, **how: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **how)
    return sink.getvalue()


def rows_table(count: int = 3) -> pa.Table:
    return pa.table(
        {"size": [1.5] * count, "amount": [3] * count, "kind": ["a"] * count, "note": ["x"] * count}
    )


def many_equal_rows(count: int) -> bytes:
    """Rows of one value: a few bytes for millions of them."""
    return parquet(pa.table({"size": pa.nulls(count, pa.int8())}), row_group_size=count)


def one_long_value(size: int, rows: int) -> bytes:
    """A text of so many bytes, kept once and meant in every row."""
    column = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["a" * size])
    numbers = pa.array([1.5] * rows)
    table = pa.table({"size": numbers, "amount": pa.array([3] * rows), "kind": column})
    return parquet(table, compression="zstd")


def with_row_count(data: bytes, claimed: int) -> bytes:
    """A Parquet file whose footer says that it has other rows than it has."""
    true = rows_table().num_rows
    footer_at = len(data) - 8 - struct.unpack("<I", data[-8:-4])[0]
    # A number in Thrift's compact form: zigzag, then seven bits a byte.
    footer = data[footer_at:].replace(varint(true), varint(claimed))
    size = struct.pack("<I", len(footer) - 8)
    return data[:footer_at] + footer[:-8] + size + b"PAR1"


def varint(number: int) -> bytes:
    number <<= 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def nested(depth: int) -> bytes:
    return b'{"size":' + b"[" * depth + b"]" * depth + b',"amount":3,"kind":"a"}\n'


def json_line(**changes: Any) -> bytes:
    return json.dumps({"size": 1.5, "amount": 3, "kind": "a", "note": "x", **changes}).encode()


def files() -> list[Bomb]:
    """All of them; made anew, since some are large."""
    whole = parquet(rows_table())
    return [*broken_text(), *broken_cells(), *broken_json(), *broken_parquet(whole)]


def broken_text() -> list[Bomb]:
    """Files that are no table of texts."""
    return [
        Bomb("nothing", b"", "nothing in it"),
        Bomb("only blanks", b" \n\t\n\n", "nothing in it"),
        Bomb("only a mark of order", b"\xef\xbb\xbf", "nothing in it"),
        Bomb("gzip that says it is CSV", gzip.compress(csv(ROW)), "file of gzip"),
        Bomb("a spreadsheet", b"PK\x03\x04" + bytes(200), "file of Excel"),
        Bomb("a PDF", b"%PDF-1.7\n" + bytes(200), "file of PDF"),
        Bomb("zero bytes", bytes(5_000), "binary data"),
        Bomb("noise", bytes(range(256)) * 40, "binary data"),
        Bomb("zero bytes in cells", csv(*[ROW] * 20, "1.5,3,a,x\0y"), "U+0000"),
        Bomb(
            "mixed encodings", csv(ROW, "1.5,3,a,é") + "1.5,3,a,é\n".encode("latin-1"), "not UTF-8"
        ),
        Bomb("half a character", csv(ROW)[:-2] + b"\xe2\x82\n", "not UTF-8"),
        Bomb(
            "UTF-16 with an odd byte", "\ufeffsize,amount\n".encode("utf-16-le") + b"x", "Missing"
        ),
        Bomb("a header alone", csv(), ""),
        Bomb("a header twice", csv(ROW, header="size,amount,kind,kind"), "“kind” twice"),
        Bomb("another table", csv("1,2", header="height,width"), "Missing: “size”"),
        Bomb(
            "too many columns",
            csv("1", header=",".join(f"c{n}" for n in range(600))),
            "600 columns",
        ),
        Bomb("a million columns", b",".join([b"c"] * 10**6) + b"\n", "columns"),
        Bomb("a huge quoted field", csv('1.5,3,a,"' + "x" * 9_000_000), "quotation mark"),
        Bomb("a quotation mark that never closes", csv('1.5,3,"a,x', ROW, ROW), "has 3 cells"),
        Bomb("a line of nine megabytes", csv("1" * 9_000_000), "quotation mark"),
    ]


def broken_cells() -> list[Bomb]:
    """Tables with cells that no field takes."""
    return [
        Bomb("rows of all lengths", csv("1", "1,2,3,4,5,6", ROW), "has 1 cells; the header has 4"),
        Bomb("1e999", csv("1e999,3,a,x"), "size must be a finite number"),
        Bomb("NaN and infinity", csv("NaN,3,a,x", "-Infinity,4,a,x"), "finite number"),
        Bomb("a whole number beyond 2^53", csv("1,9007199254740993,a,x"), "at most 90071992547"),
        Bomb("a number of a million digits", csv("9" * 10**6 + ",3,a,x"), "size must be a number"),
        Bomb("hexadecimal", csv("1,0x10,a,x"), "amount must be a whole number"),
        Bomb("a formula", csv("=1+1,3,a,x"), "size must be a number"),
        Bomb("right to left", csv("1,3,a,\u202egnp.exe"), "U+202E"),
        Bomb("a category nobody has", csv("1,3,zebra,x"), "kind must be one of"),
        Bomb("a text of a megabyte", csv("1,3,a," + "x" * 10**6), "at most 500 characters"),
    ]


def broken_json() -> list[Bomb]:
    """JSON that is none, or says too much."""
    return [
        Bomb("JSON broken off", json_line() + b'\n{"size": 1.5, "am', "is no JSON"),
        Bomb("lists as rows", json_line() + b"\n[1, 2]\n", "is no JSON object"),
        Bomb("a name twice", b'{"size":1,"size":2,"amount":3,"kind":"a"}\n', "names “…” twice"),
        Bomb("nested a hundred thousand times", nested(100_000), "too deeply nested"),
        Bomb("nested a little", nested(30), "size must be a number"),
        Bomb(
            "half a surrogate pair", json_line()[:-1] + b',"note":"\\ud800"}\n', "names “…” twice"
        ),
        Bomb("half a pair alone", b'{"size":1,"amount":3,"kind":"\\ud800"}\n', "surrogate"),
        Bomb("1e999 in JSON", b'{"size":1e999,"amount":3,"kind":"a"}\n', "finite number"),
        Bomb("NaN in JSON", b'{"size":NaN,"amount":3,"kind":"a"}\n', "finite number"),
        Bomb(
            "a number of a million digits", b'{"size":' + b"9" * 10**6 + b',"amount":3}\n', "size"
        ),
        Bomb(
            "a line of nine megabytes", b'{"kind":"' + b"a" * 9_000_000 + b'"}\n', "longer than 4"
        ),
        Bomb("a list that never ends", b"[" + json_line() + b"," * 3, "cannot be read"),
        Bomb("six hundred names", json_line(**{f"c{n}": 1 for n in range(600)}), "604 columns"),
        Bomb("bytes that are no UTF-8", json_line() + b'\n{"kind":"\xff"}\n', "is not UTF-8"),
    ]


def broken_parquet(whole: bytes) -> list[Bomb]:
    """Parquet that is none, lies, or unpacks to gigabytes."""
    wide = pa.table({f"c{n}": [1] for n in range(1_000)})
    return [
        Bomb("Parquet cut off", whole[: len(whole) // 2], "cannot be read"),
        Bomb("Parquet without its end", whole[:-4], "cannot be read"),
        Bomb(
            "a footer longer than the file", whole[:-8] + b"\xff\xff\xff\x7fPAR1", "cannot be read"
        ),
        Bomb("a footer of noise", whole[:4] + bytes(200) + whole[-8:], "cannot be read"),
        Bomb("only the mark", b"PAR1", "cannot be read"),
        Bomb("a thousand columns", parquet(wide), "1,000 columns"),
        Bomb("six million equal rows", many_equal_rows(6 * 10**6), "more than 5,000,000 rows"),
        Bomb("a text of 8 MB in 100,000 rows", one_long_value(2**23, 10**5), "unpacks to more"),
        Bomb("a text of 40 MB", one_long_value(40 * 2**20, 1), "is too long"),
        Bomb("pictures", parquet(pa.table({"size": [b"\x89PNG"]})), "Missing"),
        Bomb("a footer that lies", with_row_count(whole, 4_000_000), ""),
        Bomb(
            "a struct in a cell",
            parquet(pa.table({"size": [{"a": 1}], "amount": [1], "kind": ["a"]})),
            "size must be a number",
        ),
    ]
