"""What the decoding child says, and how it says that it cannot go on. No Django is loaded here."""

import json
from collections.abc import Iterator
from typing import IO, Any

from datasets.importing.frames import FRAME_BYTES, JSON, ROWS, write_frame

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
        self._headed = False

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
        """Say which columns come, and of which Arrow types: before anything else."""
        self._headed = True
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
        if self._spoiled and self._headed:
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


def numbers(start: int, count: int, spoiled: set[int]) -> Iterator[int]:
    """The next ``count`` row numbers from ``start`` on, without those that are spoiled."""
    while count:
        if start not in spoiled:
            yield start
            count -= 1
        start += 1
