"""Decodes a file that somebody sent, in a process of its own with caps on memory and time.

The file is stdin, what is known of it one JSON argument: ``format`` (csv, jsonl, parquet),
``delimiter``, ``headed``, ``encoding``, ``wanted`` (names of fields), ``rows`` and ``columns`` (the
most of each). On stdout come frames. The first is a JSON object ``{"header": […], "types": […],
"binary": […], "total": n or null}``; then come batches of rows whose first column is the row's
number in the file, from 1, and between them ``{"spoiled": [[number, code, detail, text], …]}`` for
rows that are none. At the end stands ``{"done": rows}`` or ``{"fault": code, …}``. A file that
unpacks to more than the caps ends the process, and nothing else. No Django is loaded here.
"""

import json
import sys
from collections.abc import Iterator
from typing import IO, Any

from datasets.importing.frames import FRAME_BYTES, JSON, ROWS, write_frame

MEMORY_BYTES = 1024**3
CPU_SECONDS = 600
#: Rows of one batch at most; batches of long rows have fewer.
BATCH_ROWS = 65_536
#: Bytes of one batch at most: well under what the parent takes.
BATCH_BYTES = FRAME_BYTES // 4
#: Spoiled rows in one frame.
SPOILED = 500


class Fault(Exception):
    """The file as a whole cannot be read: a code of ``decoding`` and its parts."""

    def __init__(self, code: str, **parts: Any) -> None:
        super().__init__(code)
        self.said = {"fault": code, **parts}


class Speaker:
    """Writes frames, and cuts batches that are too long for one."""

    def __init__(self, out: IO[bytes], most_rows: int) -> None:
        self.out = out
        self.most_rows = most_rows
        self.rows = 0
        self._spoiled: list[list[Any]] = []

    def say(self, what: dict[str, Any]) -> None:
        """Send a JSON object."""
        write_frame(self.out, JSON, json.dumps(what).encode())

    def head(
        self,
        names: list[str],
        types: list[str],
        *,
        total: int | None = None,
        binary: tuple[str, ...] = (),
    ) -> None:
        """Say which columns come, and of which Arrow types."""
        self.say({"header": names, "types": types, "total": total, "binary": list(binary)})

    def batch(self, batch: Any) -> None:
        """Send rows; their first column is their number."""
        self.count(batch.num_rows)
        self._send(batch)

    def count(self, rows: int) -> None:
        """Count rows, spoiled ones too."""
        self.rows += rows
        if self.rows > self.most_rows:
            raise Fault("rows", limit=self.most_rows)

    def spoiled(self, number: int, code: str, detail: str, text: str) -> None:
        """Say that a row is none, and why."""
        self.count(1)
        self._spoiled.append([number, code, detail, text[:2_000]])
        if len(self._spoiled) >= SPOILED:
            self.flush()

    def flush(self) -> None:
        """Send the spoiled rows that wait."""
        if self._spoiled:
            self.say({"spoiled": self._spoiled})
            self._spoiled = []

    def _send(self, batch: Any) -> None:
        if batch.num_rows > 1 and (batch.num_rows > BATCH_ROWS or batch.nbytes > BATCH_BYTES):
            half = batch.num_rows // 2
            self._send(batch.slice(0, half))
            self._send(batch.slice(half))
            return
        data = memoryview(batch.serialize())
        if len(data) > FRAME_BYTES:
            raise Fault("long", row=batch.column(0)[0].as_py())
        write_frame(self.out, ROWS, data)


def cap() -> None:
    """Limit memory and processor time; where the system cannot, the parent's clock is left."""
    if sys.platform != "linux":
        print("no caps on this system: Linux only", file=sys.stderr)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def alone() -> None:
    """One thread, and memory that is given back."""
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def reader_of(format_: str) -> Any:
    """The function that reads files of that format: ``read(file, known, speaker)``."""
    if format_ == "parquet":
        from datasets.importing.parquet_files import read_parquet

        return read_parquet
    if format_ == "jsonl":
        from datasets.importing.json_files import read_json

        return read_json
    from datasets.importing.delimited_files import read_delimited

    return read_delimited


def main(known: dict[str, Any], source: IO[bytes], out: IO[bytes]) -> int:
    """Decode; 0 when the whole answer was written."""
    import pyarrow as pa

    speaker = Speaker(out, known["rows"])
    try:
        reader_of(known["format"])(source, known, speaker)
        speaker.flush()
        speaker.say({"done": speaker.rows})
    except Fault as fault:
        speaker.say(fault.said)
    except (pa.ArrowMemoryError, MemoryError):
        speaker.say({"fault": "memory"})
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError) as error:
        reason = (str(error).splitlines() or [""])[0][:200]
        speaker.say({"fault": "unreadable", "reason": reason})
    out.flush()
    return 0


def numbers(start: int, count: int, spoiled: set[int]) -> Iterator[int]:
    """The next ``count`` row numbers from ``start`` on, without those that are spoiled."""
    while count:
        if start not in spoiled:
            yield start
            count -= 1
        start += 1


if __name__ == "__main__":
    try:
        cap()
        alone()
        sys.exit(main(json.loads(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer))
    except MemoryError:
        sys.exit(3)
