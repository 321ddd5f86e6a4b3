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
from typing import IO, Any

from datasets.importing.speaking import Fault, Speaker

MEMORY_BYTES = 1024**3
CPU_SECONDS = 600


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


if __name__ == "__main__":
    try:
        cap()
        alone()
        sys.exit(main(json.loads(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer))
    except MemoryError:
        sys.exit(3)
