"""Reading a project's rows into tensors: its typed table against the same values as JSON.

Both sides read the values of the same rows of the same file under the same pragmas, with the same
conditions and order, and end in one float32 matrix and one int64 matrix of codes. The JSON is
parsed by the standard library as Django's ``JSONField`` does, but all rows at once, the faster way.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.pairs import Figure, ratio_of_pairs

ROOT = Path(__file__).resolve().parent.parent
ROWS = 60_000
BATCH = 5_000
NUMBERS = 10
CATEGORIES = ("red", "green", "blue", "grey")
PAIRS = 11


def measure() -> list[Figure]:
    """One figure, measured in a process of its own with a database of its own: half a minute."""
    with tempfile.TemporaryDirectory(prefix="cc-tables-") as folder:
        environment = {
            **os.environ,
            "VAR": folder,
            "DATABASE_URL": "",
            # Filling is not what is measured, and reading waits for no disk.
            "SQLITE_SYNCHRONOUS": "NORMAL",
            "DJANGO_SETTINGS_MODULE": "crowdcontrolled.settings",
        }
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.tables"],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
    return [Figure(**json.loads(said.splitlines()[-1]))]


def filled_project() -> Any:
    """A migrated database with one project of ``ROWS`` rows."""
    from django.core.management import call_command

    from accounts.models import User
    from datasets import services
    from datasets.drafts import FieldDraft
    from datasets.queries import fields_of
    from projects.models import Project

    call_command("migrate", verbosity=0)
    owner = User.objects.create_user("owner", "owner@example.org", "x")
    basics = {
        "name": "Benchmark",
        "pitch": "Rows",
        "description": "",
        "goal": None,
        "task": Project.Task.CLASSIFICATION,
        "licence": "CC0-1.0",
        "visibility": Project.Visibility.PUBLIC,
    }
    fields = [FieldDraft(f"value {number}", "number") for number in range(NUMBERS)]
    options = {"categories": list(CATEGORIES)}
    fields.append(FieldDraft("colour", "category", options=options))
    fields.append(FieldDraft("label", "category", "target", options=options))
    project = services.open_project(creator=owner, basics=basics, fields=fields)
    services.publish_project(project, owner)
    chance = random.Random(7)
    keys = [field.pk for field in fields_of(project)]
    for _batch in range(ROWS // BATCH):
        rows = [
            {
                **{key: chance.gauss(0, 100) for key in keys[:NUMBERS]},
                **{key: chance.randrange(len(CATEGORIES)) for key in keys[NUMBERS:]},
            }
            for _row in range(BATCH)
        ]
        services.contribute(project=project, user=owner, rows=rows, source="seed")
    return Project.objects.get(pk=project.pk)


def json_table(project: Any) -> str:
    """A copy of the project's table whose values are one JSON text a row; returns its name."""
    from django.db import connection, models

    from datasets.queries import Purpose, fields_of, rows
    from datasets.schema import ensure_table
    from datasets.services.writing import FIXED
    from datasets.tables import build_table

    table = build_table("j_1", {"data": models.TextField()}, base=_row_base())
    ensure_table(table)
    columns = [field.column for field in fields_of(project)]
    names = [*FIXED, "data"]
    places = ", ".join(["%s"] * len(names))
    query = rows(project, Purpose.SNAPSHOT).values_list(*FIXED, *columns)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO j_1 ({', '.join(names)}) VALUES ({places})",
            [
                (*row[: len(FIXED)], json.dumps(dict(zip(columns, row[len(FIXED) :], strict=True))))
                for row in query
            ],
        )
        cursor.execute("ANALYZE")
    return "j_1"


def _row_base() -> Any:
    from datasets.models import Row

    return Row


def ours(project: Any) -> float:
    """Rows a second from the typed table into tensors, by the reader that snapshots use."""
    import numpy as np
    import torch

    from datasets.arrowing import stored_columns
    from datasets.queries import typed_fields

    began = perf_counter()
    fields = typed_fields(project)
    stored = stored_columns(project, fields, beside={})
    columns = [stored[field.column].to_numpy(zero_copy_only=False) for field, _type in fields]
    numbers = torch.from_numpy(np.stack(columns[:NUMBERS], axis=1).astype(np.float32))
    codes = torch.from_numpy(np.stack(columns[NUMBERS:], axis=1).astype(np.int64))
    assert numbers.shape == (ROWS, NUMBERS)
    assert codes.shape == (ROWS, 2)
    return ROWS / (perf_counter() - began)


def reference(project: Any, name: str) -> float:
    """Rows a second from the JSON column into tensors: a plain cursor and one parse of all."""
    import numpy as np
    import torch
    from django.db import connection

    from datasets.queries import fields_of

    sql = (
        f"SELECT j.data FROM {name} j "
        "WHERE j.arrival IS NOT NULL AND j.state IN (1) ORDER BY j.arrival"
    )
    began = perf_counter()
    names = [field.column for field in fields_of(project)]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetchall()
    parsed = json.loads("[" + ",".join(row[0] for row in found) + "]")
    columns = [[row[column] for row in parsed] for column in names]
    numbers = torch.from_numpy(np.array(columns[:NUMBERS], dtype=np.float32).T.copy())
    codes = torch.from_numpy(np.array(columns[NUMBERS:], dtype=np.int64).T.copy())
    assert numbers.shape == (ROWS, NUMBERS)
    assert codes.shape == (ROWS, 2)
    return ROWS / (perf_counter() - began)


def main() -> None:
    """Measure in this process and print the figure as one line of JSON."""
    import django

    django.setup()
    project = filled_project()
    name = json_table(project)
    sides: tuple[Callable[[], float], Callable[[], float]] = (
        lambda: ours(project),
        lambda: reference(project, name),
    )
    ratio = ratio_of_pairs(*sides, pairs=PAIRS)
    figure = ratio.figure("table_vs_json_read", "rows/s", ">= 4")
    print(json.dumps(asdict(figure)))


if __name__ == "__main__":
    main()
