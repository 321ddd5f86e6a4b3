"""Importing a CSV file of twelve columns against the bare insert of rows that are ready.

Ours is the whole way of a file: decoded by the capped child, every cell checked and typed, every
row hashed and looked for among those that are there, written in chunks, shown. The reference gets
the finished rows as tuples and does one ``executemany`` (SQLite) or one binary ``COPY`` through
psycopg's ``write_row`` (PostgreSQL) in one transaction, into a copy of the same table with the same
indexes and constraints, in the same database, under the same pragmas. Both begin with an empty
table. The pairs are of ``PIECE`` rows each; the whole million is imported once beside them, while
another process writes all the time: the longest that it waits is ``writer_wait_ms``.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Any

from benchmarks.pairs import Figure, Ratio, ratio_of_pairs, value_figure

ROOT = Path(__file__).resolve().parent.parent
ROWS = int(os.environ.get("IMPORT_BENCH_ROWS", "1000000"))
PIECE = ROWS // 4
PAIRS = 9
COLOURS = ("red", "green", "blue", "grey", "black")


def measure() -> list[Figure]:
    """All figures; those of PostgreSQL where it is installed. Under three minutes."""
    figures = [*_run("sqlite"), *_run("beside")]
    from scripts.postgres import cluster, newest_programs

    programs = newest_programs()
    if programs is None:
        print("import_vs_copy: PostgreSQL is not installed", file=sys.stderr)
        return figures
    with cluster(programs) as url:
        return [*figures, *_run("postgres", DATABASE_URL=url)]


def _run(part: str, **environment: str) -> list[Figure]:
    """One part in a process of its own with a database of its own."""
    with tempfile.TemporaryDirectory(prefix="cc-import-") as folder:
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.data_import", part],
            cwd=ROOT,
            env={
                **os.environ,
                "VAR": folder,
                "DATABASE_URL": "",
                "DJANGO_SETTINGS_MODULE": "crowdcontrolled.settings",
                **environment,
            },
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
    return [Figure(**entry) for entry in json.loads(said.splitlines()[-1])]


# what is imported


def csv_file(rows: int, path: Path) -> None:
    """Six numbers, two whole ones, a truth value, two categories and a note: fixed seed."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv

    chance = np.random.default_rng(7)
    columns: dict[str, Any] = {
        f"value {at}": chance.normal(0, 100, rows).round(3) for at in range(6)
    }
    columns["count"] = chance.integers(0, 5_000, rows)
    columns["balance"] = chance.integers(-500, 500, rows)
    columns["known"] = np.where(chance.integers(0, 2, rows), "yes", "no")
    for name in ("colour", "label"):
        columns[name] = np.array(COLOURS)[chance.integers(0, len(COLOURS), rows)]
    columns["note"] = np.array([f"seen {at}" for at in range(997)])[chance.integers(0, 997, rows)]
    pyarrow.csv.write_csv(pa.table(columns), path)


def opened(number: int) -> Any:
    """A published project for such files, and its owner."""
    from accounts.models import User
    from datasets import services
    from datasets.drafts import FieldDraft
    from projects.models import Project

    owner = User.objects.create_user(f"owner{number}", f"owner{number}@example.org", "x")
    basics = {
        "name": f"Import {number}",
        "pitch": "Rows",
        "description": "",
        "goal": None,
        "task": Project.Task.CLASSIFICATION,
        "licence": "CC0-1.0",
        "visibility": Project.Visibility.PUBLIC,
    }
    classes = {"categories": list(COLOURS)}
    fields = [
        *(FieldDraft(f"value {at}", "number") for at in range(6)),
        FieldDraft("count", "integer", options={"minimum": 0}),
        FieldDraft("balance", "integer"),
        FieldDraft("known", "boolean"),
        FieldDraft("colour", "category", options=classes),
        FieldDraft("label", "category", "target", options=classes),
        FieldDraft("note", "text", "ignore", required=False),
    ]
    project = services.open_project(creator=owner, basics=basics, fields=fields)
    return services.publish_project(project, owner), owner


class Ours:
    """Imports of the same file, each into a new project."""

    def __init__(self, path: Path, rows: int) -> None:
        self.path = path
        self.rows = rows
        self.turn = 0
        self.last: Any = None

    def received(self) -> Any:
        """A new project with the file waiting for its check."""
        from django.core.files import File

        from datasets.services import importing

        self.turn += 1
        if self.last is not None:
            drop(self.last)
        self.last, owner = opened(self.turn)
        with self.path.open("rb") as file:
            return importing.receive(
                project=self.last, user=owner, file=File(file), name="rows.csv"
            )

    def __call__(self) -> float:
        """Rows a second, from the stored file to visible rows."""
        made = self.received()
        began = perf_counter()
        self.work(made)
        return self.rows / (perf_counter() - began)

    def work(self, made: Any) -> None:
        """Check and add, as the two jobs do."""
        from datasets.queries import count_of
        from datasets.services import import_adding, import_checking, importing

        import_checking.check(made)
        made.refresh_from_db()
        importing.add(made)
        import_adding.add_rows(made)
        assert count_of(self.last).accepted == self.rows


def drop(project: Any) -> None:
    """Remove a project's rows, so that every turn begins with a small database."""
    from datasets.schema import drop_table
    from datasets.tables import row_table

    drop_table(row_table(project))


# the references


class Prepared:
    """The rows as tuples, and a copy of their table."""

    def __init__(self, project: Any) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM p_{project.pk} ORDER BY id")
            described = [column[0] for column in cursor.description]
            found = cursor.fetchall()
        self.names = described[1:]
        self.rows = [row[1:] for row in found]
        self.project = project

    def empty_table(self) -> str:
        """A new, empty table like the project's, with its indexes and constraints."""
        from datasets.queries import fields_of
        from datasets.schema import drop_table, ensure_table
        from datasets.tables import row_table

        table = row_table(self.project, fields_of(self.project))
        table._meta.db_table = "reference"
        table._meta.indexes = [index.clone() for index in table._meta.indexes]
        for index in table._meta.indexes:
            index.name = f"r{index.name}"[:30]
        drop_table(table)
        ensure_table(table)
        return "reference"

    def sqlite(self) -> float:
        """Rows a second of one executemany on the same connection."""
        from django.db import connection, transaction

        table = self.empty_table()
        names = ", ".join(self.names)
        statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(self.names))})"
        began = perf_counter()
        with transaction.atomic():
            # The bare driver: neither Django's cursor nor its placeholders.
            connection.connection.executemany(statement, self.rows)
        return len(self.rows) / (perf_counter() - began)

    def postgres(self) -> float:
        """Rows a second of one binary COPY on the same connection."""
        from django.db import connection, transaction

        table = self.empty_table()
        kinds = self._kinds(table)
        began = perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            order = f"COPY {table} ({', '.join(self.names)}) FROM STDIN (FORMAT BINARY)"
            with cursor.copy(order) as copy:
                copy.set_types(kinds)
                for row in self.rows:
                    copy.write_row(row)
        return len(self.rows) / (perf_counter() - began)

    def _kinds(self, table: str) -> list[str]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT column_name, udt_name FROM information_schema.columns "
                "WHERE table_name = %s",
                [table],
            )
            kinds = dict(cursor.fetchall())
        return [kinds[name] for name in self.names]


def pairs(side: str) -> Ratio:
    """Ours against the reference in turn."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        csv_file(PIECE, path)
        ours = Ours(path, PIECE)
        ours()
        reference = Prepared(ours.last)
        return ratio_of_pairs(ours, getattr(reference, side), pairs=PAIRS)


# what an import costs others


def beside() -> list[Figure]:
    """The whole file once, while another process writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        # In a process of its own: what made the file is no part of the importer's memory.
        code = f"from benchmarks.data_import import *; csv_file({ROWS}, Path({str(path)!r}))"
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
        ours = Ours(path, ROWS)
        made = ours.received()
        with writer() as waits, memory() as peak:
            began = perf_counter()
            ours.work(made)
            took = perf_counter() - began
    longest = max(waits)
    print(
        f"one file of {ROWS} rows: {ROWS / took:.0f} rows/s beside a writer, who wrote "
        f"{len(waits)} times, waiting {sum(waits) / len(waits):.1f} ms on average",
        file=sys.stderr,
    )
    return [
        value_figure("writer_wait_ms", [longest], "ms", "<= 1000"),
        value_figure("import_rss_mb", [peak[0] / 2**20], "MB", "<= 800"),
    ]


@contextmanager
def writer() -> Iterator[list[float]]:
    """Another process that contributes one row after the other; how long each took, in ms."""
    waits: list[float] = []
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.data_import", "writer"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        yield waits
        process.stdin.close()
        waits += json.loads(process.stdout.readline())


def write_all_the_time() -> None:
    """The other process: contributes to a project of its own until its input ends."""
    from datasets import services
    from datasets.queries import typed_fields

    project, owner = opened(0)
    fields = typed_fields(project)
    samples = {"number": 1.5, "integer": 3, "boolean": True, "category": 1, "text": "x"}
    ended = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    waits: list[float] = []
    print("ready", flush=True)
    while not ended.is_set():
        row = {field.pk: samples[field.kind] for field, _type in fields}
        began = monotonic()
        services.contribute(project=project, user=owner, rows=[row], source="seed")
        waits.append(1000 * (monotonic() - began))
        sleep(0.02)
    print(json.dumps(waits), flush=True)


@contextmanager
def memory() -> Iterator[list[int]]:
    """The most bytes that this process and its decoding children held together, looked at often."""
    peak, ended = [0], threading.Event()

    def look() -> None:
        while not ended.wait(0.02):
            peak[0] = max(peak[0], sum(map(_resident, [os.getpid(), *_decoders()])))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    yield peak
    ended.set()
    thread.join()


def _decoders() -> list[int]:
    """The decoding children of this process."""
    me = os.getpid()
    listed = Path(f"/proc/{me}/task/{me}/children").read_text().split()
    return [int(pid) for pid in listed if b"importing.decoder" in _bytes(f"/proc/{pid}/cmdline")]


def _resident(pid: int) -> int:
    fields = _bytes(f"/proc/{pid}/statm").split()
    return int(fields[1]) * os.sysconf("SC_PAGESIZE") if len(fields) > 1 else 0


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def main(part: str) -> None:
    """Measure one part in this process; the figures are one line of JSON."""
    import django

    django.setup()
    if part == "writer":
        write_all_the_time()
        return
    from django.core.management import call_command

    call_command("migrate_all", verbosity=0)
    if part == "beside":
        figures = beside()
    elif part == "sqlite":
        figures = [pairs("sqlite").figure("import_vs_executemany", "rows/s", ">= 0.5")]
    else:
        figures = [pairs("postgres").figure("import_vs_copy", "rows/s", ">= 0.4")]
    print(json.dumps([asdict(figure) for figure in figures]))


if __name__ == "__main__":
    main(sys.argv[1])
