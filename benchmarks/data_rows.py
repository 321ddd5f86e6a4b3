"""A million rows for the benchmarks of data, put into a project's table by one plain statement."""

import hashlib
from typing import Any

ROWS = 1_000_000
NUMBERS = 10
CATEGORIES = ("red", "green", "blue", "grey")
#: Rows of one contribution, and how many people made them by turns.
ACT = 50_000
PEOPLE = 8
SEED = 7


def project_with_rows(count: int = ROWS, *, name: str = "Benchmark") -> Any:
    """A published project with ``count`` accepted rows of ten numbers and two categories.

    What is measured is reading, so its rows do not take the way of contributions: they are
    generated column by column and written by ``executemany``, with the counts that go with them.
    """
    from datasets import services
    from datasets.drafts import FieldDraft
    from datasets.models import DataTable
    from projects.models import Project

    people = [_person(f"{name.lower()}{number}") for number in range(PEOPLE)]
    basics = {
        "name": name,
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
    project = services.open_project(creator=people[0], basics=basics, fields=fields)
    services.publish_project(project, people[0])
    add_rows(project, people, count)
    assert DataTable.objects.get(project=project).accepted == count
    return Project.objects.get(pk=project.pk)


def add_rows(project: Any, people: list[Any], count: int) -> None:
    """Add so many rows after those that are there, as contributions of ``ACT`` rows by turns."""
    from django.db.models import F

    from datasets.models import DataTable

    table = DataTable.objects.get(project=project)
    for start in range(0, count, ACT):
        whose = people[(start // ACT) % len(people)]
        _add(project, whose, table.next_arrival + start, min(ACT, count - start))
    DataTable.objects.filter(pk=table.pk).update(
        next_arrival=F("next_arrival") + count,
        accepted=F("accepted") + count,
        revision=F("revision") + 1,
    )


def _person(name: str) -> Any:
    from accounts.models import User

    return User.objects.create_user(name, f"{name}@example.org", None)


def _add(project: Any, user: Any, first: int, count: int) -> None:
    import numpy as np
    from django.db import connection, transaction

    from datasets.models import Contribution
    from datasets.queries import fields_of

    chance = np.random.default_rng(SEED + first)
    numbers = chance.normal(0, 100, (count, NUMBERS)).tolist()
    codes = chance.integers(0, len(CATEGORIES), (count, 2)).tolist()
    groups = chance.integers(-(2**62), 2**62, count).tolist()
    columns = ", ".join(field.column for field in fields_of(project))
    places = ", ".join(["%s"] * (8 + NUMBERS + 2))
    with transaction.atomic(), connection.cursor() as cursor:
        act = Contribution.objects.create(
            project=project,
            user=user,
            source="seed",
            state="visible",
            licence=project.licence,
            consent_version=1,
            rows=count,
            first_arrival=first,
        )
        rows = zip(groups, numbers, codes, strict=True)
        cursor.executemany(
            f"INSERT INTO p_{project.pk:d} (contribution_id, position, state, schema_version,"
            f" revision, row_hash, group_key, arrival, {columns}) VALUES ({places})",
            [
                (act.pk, at, 1, 1, 1, _mark(first + at), group, first + at, *values, *labels)
                for at, (group, values, labels) in enumerate(rows)
            ],
        )


def _mark(number: int) -> bytes:
    return hashlib.sha256(b"%d" % number).digest()
