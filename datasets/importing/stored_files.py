"""Files of imports: what was sent, and the checked rows, in the default storage."""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
from django.core.files import File
from django.core.files.storage import default_storage

from datasets.records import Typed

FOLDER = "imports"
CHUNK_BYTES = 1024 * 1024
#: Beside the fields' columns: the row's number in the file, and its hashes.
NUMBER, HASH, GROUP = "number", "row_hash", "group_key"
HASH_BYTES = 32


def new_name(ending: str) -> str:
    """A name that nobody can guess."""
    return f"{FOLDER}/{uuid.uuid4().hex}.{ending}"


def store(path: Path, ending: str) -> str:
    """Put a finished file into the storage; returns its name there."""
    with path.open("rb") as file:
        return default_storage.save(new_name(ending), File(file))


def forget(name: str) -> None:
    """Delete a file, if there is one."""
    if name:
        default_storage.delete(name)


@contextmanager
def on_disk(name: str) -> Iterator[IO[bytes]]:
    """The file as one of this machine, at its beginning: a child process can read and seek it."""
    with default_storage.open(name) as stored:
        try:
            path = default_storage.path(name)
        except NotImplementedError:
            with tempfile.TemporaryFile(prefix="import-") as copy:
                while chunk := stored.read(CHUNK_BYTES):
                    copy.write(chunk)
                copy.seek(0)
                yield copy
            return
    with open(path, "rb") as file:
        yield file


def schema_of(fields: Typed) -> pa.Schema:
    """The columns of a file of checked rows."""
    fixed = [(NUMBER, pa.int64()), (HASH, pa.binary(HASH_BYTES)), (GROUP, pa.int64())]
    return pa.schema([*fixed, *((f.column, type_.stored_arrow) for f, type_ in fields)])


@contextmanager
def checked_batches(name: str) -> Iterator[Iterator[pa.RecordBatch]]:
    """The batches of a file of checked rows."""
    with on_disk(name) as file, pa.ipc.open_stream(pa.PythonFile(file, "r")) as reader:
        yield _each(reader)


def _each(reader: Any) -> Iterator[pa.RecordBatch]:
    while True:
        try:
            yield reader.read_next_batch()
        except StopIteration:
            return
