"""How long other people wait while the schema of a large project changes.

In a project of a million rows a category is merged, which rewrites a quarter of them, and a field
is added. Meanwhile a process of its own, with a connection of its own, contributes one datapoint
after another through the service that the page calls, 20 ms apart. The figure is the longest time
that one of them took. It includes the datapoint that finds the fields changed and is sent again.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.pairs import Figure

ROOT = Path(__file__).resolve().parent.parent
APART = 0.02
GOAL = "<= 1000"
#: Said by the writer once it writes.
READY = "ready"


def writer_wait_of_schema_change() -> list[Figure]:
    """The longest wait in ms, in a process and a database of its own: about two minutes."""
    with tempfile.TemporaryDirectory(prefix="cc-schema-") as folder:
        environment = {
            **os.environ,
            "VAR": folder,
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "crowdcontrolled.settings",
        }
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.data_schema", "change"],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
    measured = json.loads(said.splitlines()[-1])
    print(
        f"schema change: {measured['rows_changed']} rows in {measured['seconds']:.0f} s, "
        f"{measured['writes']} writes beside it, median {measured['median']:.0f} ms, "
        f"longest {measured['longest']:.0f} ms",
        file=sys.stderr,
    )
    longest = float(measured["longest"])
    name = "writer_wait_of_schema_change"
    return [Figure(name, longest, "ms", None, None, GOAL, longest <= 1000, longest, longest)]


def change() -> None:
    """Make the project, start the writer, change the schema; print what was measured."""
    from django.core.management import call_command

    from accounts.models import User
    from benchmarks.data_rows import project_with_rows
    from datasets.services.versioning import change_schema

    call_command("migrate_all", verbosity=0)
    call_command("createcachetable", verbosity=0)
    count = int(os.environ.get("BENCHMARK_ROWS", "1000000"))
    project = project_with_rows(count)
    User.objects.create_user("writer", "writer@example.org", None)
    writer = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.data_schema", "write", str(project.pk)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline().strip() == READY
    began = time.monotonic()
    colour = project.fields.get(name="colour")
    version = change_schema(
        project=project,
        actor=project.creator,
        operations=[
            {"operation": "merge_categories", "field": colour.pk, "codes": [0], "into": 1},
            {
                "operation": "add_field",
                "draft": {"name": "note", "kind": "text", "required": False},
            },
        ],
        base=project.schema_version,
    )
    _work(version)
    seconds = time.monotonic() - began
    said, _none = writer.communicate("stop\n")
    measured = json.loads(said.splitlines()[-1])
    version.refresh_from_db()
    assert version.state == "applied"
    print(json.dumps({**measured, "seconds": seconds, "rows_changed": version.rows_changed}))


def _work(version: Any) -> None:
    from jobs.tasks import work_one

    while version.state == "applying":
        assert work_one("light", raising=True) is not None
        version.refresh_from_db()


def write(project_id: int) -> None:
    """Contribute until a line comes in; print how long the contributions took."""
    import select
    import statistics

    from accounts.models import User
    from projects.models import Project

    writer = User.objects.get(username="writer")
    waits: list[float] = []
    number = 0
    print(READY, flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        began = time.perf_counter()
        number += 1
        while not _contributed(Project.objects.get(pk=project_id), writer, number):
            pass
        waits.append((time.perf_counter() - began) * 1000)
        time.sleep(APART)
    print(
        json.dumps(
            {"longest": max(waits), "median": statistics.median(waits), "writes": len(waits)}
        )
    )


def _contributed(project: Any, writer: Any, number: int) -> bool:
    from common.errors import Refused
    from datasets import services
    from datasets.queries import typed_fields

    fields = typed_fields(project)
    values = {
        field.pk: 1 if field.kind == "category" else float(number)
        for field, _type in fields
        if field.kind in ("category", "number")
    }
    try:
        services.contribute(
            project=project, user=writer, rows=[values], source="seed", fields=fields
        )
    except Refused as refused:
        # The fields changed between reading and writing: with the new ones it is sent again.
        if refused.status != 409:
            raise
        return False
    return True


def main() -> None:
    """One part of the measurement, as the arguments say."""
    import django

    django.setup()
    if sys.argv[1] == "write":
        write(int(sys.argv[2]))
    else:
        change()


if __name__ == "__main__":
    main()
