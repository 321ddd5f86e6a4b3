"""Reads a Parquet file that somebody sent, in a process of its own with caps on memory and time.

The file comes on stdin. On stdout: a line ``{"header": […], "binary": […], "total": n}`` (the names
of columns that are read, and of those that no text stands for), then one line a row, each a JSON
list of texts; or one line ``{"fault": "columns" | "unreadable" | "memory" | "cell", …}``. A file
that unpacks to more than the caps ends the process, and nothing else. No Django is loaded here.
"""

import json
import sys
from typing import Any

MEMORY_BYTES = 1024**3
CPU_SECONDS = 20
BATCH = 100


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


def say(what: object) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")


def main(most_rows: int, most_columns: int) -> int:
    """Read at most so many rows; 0 when the whole answer was written."""
    cap()
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_memory_pool(pa.system_memory_pool())
    data = sys.stdin.buffer.read()
    try:
        file = pq.ParquetFile(pa.BufferReader(data), pre_buffer=False)
        names = [str(name) for name in file.schema_arrow.names]
        if len(names) > most_columns:
            say({"fault": "columns", "count": len(names)})
            return 0
        binary = [field.name for field in file.schema_arrow if is_binary(pa, field.type)]
        kept = [name for name in names if name not in binary]
        say({"header": kept, "binary": binary, "total": file.metadata.num_rows})
        rows(file, kept if binary else None, most_rows)
    except pa.ArrowMemoryError:
        say({"fault": "memory"})
    except (pa.ArrowException, OSError, ValueError) as error:
        say({"fault": "unreadable", "reason": str(error).splitlines()[0][:200]})
    return 0


def is_binary(pa: Any, type_: Any) -> bool:
    """Whether values of that type are bytes: pictures, say."""
    kinds = pa.types
    return bool(
        kinds.is_binary(type_) or kinds.is_large_binary(type_) or kinds.is_fixed_size_binary(type_)
    )


def rows(file: Any, columns: list[str] | None, most: int) -> None:
    """Write the first rows, unpacked a few at a time."""
    from datasets.guessing.cells import UnreadableCell, cell_text

    left, number = most, 0
    for batch in file.iter_batches(batch_size=BATCH, columns=columns, use_threads=False):
        lists = [column.to_pylist() for column in batch.slice(0, left).columns]
        for record in zip(*lists, strict=True):
            number += 1
            try:
                say([cell_text(value) for value in record])
            except UnreadableCell as bad:
                say({"fault": "cell", "row": number, "reason": str(bad)})
                return
        left -= batch.num_rows
        if left <= 0:
            return


if __name__ == "__main__":
    try:
        sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
    except MemoryError:
        sys.exit(3)
