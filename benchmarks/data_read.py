"""Reading a project's rows: against its Parquet file, and how much room they take against JSON.

The table has 1,000,000 rows of ten numbers and two categories. Both sides of a time end in the same
tensors: one float32 matrix and one int64 matrix of codes. The reference reads the file of the
project's own version (zstd, encoded column by column as the site does it), all threads on, and
only the twelve columns. Its caches are warm, and so are those of ours.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.data_rows import CATEGORIES, NUMBERS, ROWS, add_rows, project_with_rows
from benchmarks.pairs import Figure, ratio_of_pairs, reaches

ROOT = Path(__file__).resolve().parent.parent
PAIRS = 9
#: Rows that came since the newest version: one percent.
NEWEST = ROWS // 100


def measure() -> list[Figure]:
    """The figures of this module, measured in a process and a database of their own."""
    with tempfile.TemporaryDirectory(prefix="cc-read-") as folder:
        environment = {
            **os.environ,
            "VAR": folder,
            "DATABASE_URL": "",
            # Filling is not what is measured, and reading waits for no disk.
            "SQLITE_SYNCHRONOUS": "NORMAL",
            "DJANGO_SETTINGS_MODULE": "crowdcontrolled.settings",
        }
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.data_read"],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
    return [Figure(**one) for one in json.loads(said.splitlines()[-1])]


def tensors(tables: list[Any], names: list[str]) -> tuple[Any, Any]:
    """A float32 matrix of the numbers and an int64 matrix of the categories' codes.

    Numbers are copied column by column into the matrix; categories come as dictionaries, and
    their words are looked up once a table.
    """
    import numpy as np
    import torch

    count = sum(table.num_rows for table in tables)
    numbers = np.empty((NUMBERS, count), np.float32)
    codes = np.empty((2, count), np.int64)
    start = 0
    for table in tables:
        end = start + table.num_rows
        for place, name in enumerate(names[:NUMBERS]):
            _fill(numbers[place, start:end], table.column(name))
        for place, name in enumerate(names[NUMBERS:]):
            _fill_codes(codes[place, start:end], table.column(name))
        start = end
    return torch.from_numpy(numbers).T, torch.from_numpy(codes).T


def _fill(target: Any, column: Any) -> None:
    at = 0
    for chunk in column.chunks:
        target[at : at + len(chunk)] = chunk.to_numpy()
        at += len(chunk)


def _fill_codes(target: Any, column: Any) -> None:
    import numpy as np

    at = 0
    for chunk in column.chunks:
        encoded = chunk if hasattr(chunk, "indices") else chunk.dictionary_encode()
        order = np.array([CATEGORIES.index(word) for word in encoded.dictionary.to_pylist()])
        target[at : at + len(chunk)] = order[encoded.indices.to_numpy()]
        at += len(chunk)


def from_file(path: str, names: list[str]) -> tuple[Any, Any]:
    """The reference: the tensors of a Parquet file."""
    import pyarrow.parquet as pq

    table = pq.read_table(path, columns=names, read_dictionary=names[NUMBERS:])
    return tensors([table], names)


def from_table(project: Any, names: list[str]) -> tuple[Any, Any]:
    """Ours, cold: the tensors of the table itself, by the reader that versions are made with."""
    import numpy as np
    import torch

    from datasets.arrowing import stored_columns
    from datasets.queries import typed_fields

    fields = typed_fields(project)
    stored = stored_columns(project, fields, beside={})
    count = len(stored["arrival"])
    numbers = np.empty((NUMBERS, count), np.float32)
    codes = np.empty((2, count), np.int64)
    for place, (field, _type) in enumerate(fields):
        target = numbers[place] if place < NUMBERS else codes[place - NUMBERS]
        _fill(target, stored[field.column])
    return torch.from_numpy(numbers).T, torch.from_numpy(codes).T


def from_delta(project: Any, names: list[str]) -> tuple[Any, Any]:
    """Ours with a version at hand: its file, and the rows that came since."""
    from datasets.reading import read_table

    return tensors([read_table(project, names)], names)


def timed(work: Any, *given: Any) -> float:
    """How many seconds it took."""
    began = perf_counter()
    numbers, codes = work(*given)
    seconds = perf_counter() - began
    assert numbers.shape[1] == NUMBERS
    assert codes.shape[1] == 2
    return seconds


def sizes(project: Any) -> Figure:
    """Bytes of the table with its indexes, against the same rows as JSON with the same indexes.

    Both are copied into new files of their own by the statements that made them, and packed. The
    same rows have the same size each time, so that the interval is one value.
    """
    name = f"p_{project.pk}"
    typed = _packed(_schema_of(name), f"SELECT * FROM live.{name}")
    documents = _packed(json_statements(name), json_select(project, name))
    ratio = typed / documents
    goal = "<= 0.5"
    holds = reaches(goal, ratio, ratio)
    return Figure("size_vs_json", typed, "bytes", documents, ratio, goal, holds, ratio, ratio)


def _schema_of(name: str) -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql <> ''", [name])
        return [sql for (sql,) in cursor.fetchall()]


def json_statements(name: str) -> list[str]:
    """The table's own statements with one JSON column in the place of the fields' columns."""
    first, *indexes = _schema_of(name)
    without = re.sub(r', "c_\d+" [^,()]*', "", first.removesuffix(")"))
    assert "c_" not in without
    return [f"{without}, data text NOT NULL)", *indexes]


def json_select(project: Any, name: str) -> str:
    """The rows with their values as JSON by the fields' names, written without spaces."""
    from datasets.queries import fields_of

    words = ", ".join(f"'{word}'" for word in CATEGORIES)
    pairs = []
    for field in fields_of(project):
        word = f"json_extract(json_array({words}), '$[' || {field.column} || ']')"
        pairs.append(f"'{field.name}', {word if field.kind == 'category' else field.column}")
    kept = ", ".join(column for column in _columns(name) if not column.startswith("c_"))
    return f"SELECT {kept}, json_object({', '.join(pairs)}) FROM live.{name}"


def _columns(name: str) -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA table_info({name})")
        return [row[1] for row in cursor.fetchall()]


def _packed(statements: list[str], select: str) -> int:
    """The bytes of a new database with that table, filled by that query."""
    import sqlite3

    from django.db import connection

    name = statements[0].split('"')[1]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "packed.sqlite3"
        opened = sqlite3.connect(path, isolation_level=None)
        opened.execute("PRAGMA journal_mode=OFF")
        opened.execute("PRAGMA synchronous=OFF")
        opened.execute("ATTACH DATABASE ? AS live", [str(connection.settings_dict["NAME"])])
        opened.execute(statements[0])
        opened.execute(f'INSERT INTO main."{name}" {select}')
        for index in statements[1:]:
            opened.execute(index)
        opened.execute("VACUUM main")
        opened.close()
        return path.stat().st_size


def main() -> None:
    """Measure in this process and print the figures as one line of JSON."""
    import django

    django.setup()
    import torch
    from django.core.files.storage import default_storage
    from django.core.management import call_command

    from datasets.queries import fields_of
    from datasets.services import take_snapshot

    torch.set_num_threads(1)
    call_command("migrate", verbosity=0)
    project = project_with_rows()
    names = [field.name for field in fields_of(project)]
    path = default_storage.path(take_snapshot(project).file)
    figures = [sizes(project)]
    reference = lambda: timed(from_file, path, names)  # noqa: E731
    cold = ratio_of_pairs(lambda: timed(from_table, project, names), reference, PAIRS)
    figures.append(cold.figure("read_vs_parquet", "s", "<= 10"))
    from accounts.models import User

    add_rows(project, list(User.objects.all()), NEWEST)
    delta = ratio_of_pairs(lambda: timed(from_delta, project, names), reference, PAIRS)
    figures.append(delta.figure("read_delta_vs_parquet", "s", "<= 2"))
    print(json.dumps([asdict(figure) for figure in figures]))


if __name__ == "__main__":
    main()
