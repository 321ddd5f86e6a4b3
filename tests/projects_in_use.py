"""Small published projects with a real table and real rows: digits, penguins, strokes.

alice owns each, bob maintains it, carol is a member; dave is a stranger. The rows are the first of
the demo's data. They work under pytest-django's ``db`` (everything rolls back, tables too) as
under ``transactional_db``, whose flush does not know the tables: ``tests/conftest.py`` drops them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow.csv
import pyarrow.parquet
import pytest
from django.db import connection

from accounts.models import User
from crowdcontrolled.seeding.files import FOLDER, fields_of
from datasets import services
from datasets.drafts import FieldDraft
from datasets.models import Contribution, DataTable
from datasets.queries import typed_fields
from datasets.records import read_record
from projects.models import Membership, Project

ROWS = 60


def basics(name: str, **changes: object) -> dict[str, Any]:
    """What ``open_project`` needs besides fields."""
    return {
        "name": name,
        "pitch": f"{name}, for tests",
        "description": "",
        "goal": 100,
        "task": Project.Task.CLASSIFICATION,
        "licence": "CC0-1.0",
        "visibility": Project.Visibility.PUBLIC,
        **changes,
    }


def seed_records(name: str, count: int) -> list[dict[str, Any]]:
    """The first records of one of the demo's data sets, by field name."""
    path = FOLDER / f"{name}.parquet"
    if path.exists():
        table = pyarrow.parquet.read_table(path)
    else:
        options = pyarrow.csv.ConvertOptions(strings_can_be_null=True, null_values=[""])
        table = pyarrow.csv.read_csv(FOLDER / f"{name}.csv", convert_options=options)
    found: list[dict[str, Any]] = table.slice(0, count).to_pylist()
    return found


def seed_fields(name: str) -> list[FieldDraft]:
    """The fields of one of the demo's data sets."""
    return fields_of(name)


def published(
    owner: User,
    name: str,
    fields: Iterable[FieldDraft],
    *,
    maintainer: User | None = None,
    member: User | None = None,
    **changes: object,
) -> Project:
    """A published project without rows, with its table and people.

    It takes the same datapoint again and accepts at once, unless a test changes its rules.
    """
    project = services.open_project(
        creator=owner, basics=basics(name, **changes), fields=list(fields)
    )
    rules(project, duplicates=DataTable.Duplicates.ALLOW)
    for user, role in ((maintainer, Membership.Role.MAINTAINER), (member, Membership.Role.MEMBER)):
        if user is not None:
            Membership.objects.create(project=project, user=user, role=role)
    return services.publish_project(project, owner)


def rules(project: Project, **changes: str) -> None:
    """Change a project's rules of data, without asking anybody."""
    DataTable.objects.filter(project=project).update(**changes)


def add_records(project: Project, user: User, records: Iterable[Mapping[str, Any]]) -> Contribution:
    """Contribute records by field name as that person, without rate limits."""
    fields = typed_fields(project)
    values = [read_record(fields, record) for record in records]
    return services.contribute(
        project=project, user=user, rows=values, source=Contribution.Source.SEED
    )


def seeded(owner: User, maintainer: User, member: User, name: str, rows: int = ROWS) -> Project:
    """A published project with the first rows of one of the sets, half each by two people."""
    project = published(
        owner, name.capitalize(), seed_fields(name), maintainer=maintainer, member=member
    )
    records = seed_records(name, rows)
    add_records(project, owner, records[: rows // 2])
    add_records(project, member, records[rows // 2 :])
    return project


@pytest.fixture
def digits(alice: User, bob: User, carol: User) -> Project:
    """Handwritten digits: a grid of 8 x 8 levels and a label."""
    return seeded(alice, bob, carol, "digits")


@pytest.fixture
def penguins(alice: User, bob: User, carol: User) -> Project:
    """Penguins: numbers and categories, some of them missing."""
    return seeded(alice, bob, carol, "penguins")


@pytest.fixture
def strokes(alice: User, bob: User, carol: User) -> Project:
    """Pen strokes: a sequence of 2 channels and 8 steps, and a label."""
    return seeded(alice, bob, carol, "strokes")


def drop_project_tables() -> None:
    """Drop every table that a project made, for tests whose changes are not rolled back."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        for name in names:
            if name[:2] in ("p_", "m_") and name[2:].isdigit():
                cascade = " CASCADE" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}{cascade}")
