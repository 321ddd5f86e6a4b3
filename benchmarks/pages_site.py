"""Fills the site whose pages are timed: run in a process with the site's settings.

Prints one JSON object: the addresses of the pages by name. Projects are opened by the services;
only the rows are written by SQL, since a million through the form would take hours. The counts
that the services keep are written with them, and checked at the end.
"""

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.web_site import BASICS  # noqa: E402
from datasets import consent, services  # noqa: E402
from datasets.drafts import FieldDraft  # noqa: E402
from datasets.models import Contribution, Contributor, DataTable, RowState  # noqa: E402
from datasets.queries import fields_of, target_of  # noqa: E402
from datasets.services.class_counts import recount_classes  # noqa: E402
from projects.models import Activity, Project  # noqa: E402

PEOPLE = 100
CLASSES = 10
ROWS_AN_ACT = 1_000
ROWS_OF_THE_OTHERS = 20
FILL = """
    WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < {count})
    INSERT INTO p_{project} (contribution_id, position, state, schema_version, revision, row_hash,
        group_key, arrival, {columns})
    SELECT {first} + n / {act}, n % {act}, {accepted}, {version}, 1,
        CAST(printf('%032d', n) AS blob), n, n, {values} FROM number
"""


def main(projects: int, rows: int) -> dict[str, str]:
    """Fill an empty database with so many projects, the largest of so many rows."""
    for database in django.conf.settings.DATABASES:
        call_command("migrate", database=database, verbosity=0)
        call_command("createcachetable", database=database, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    people = User.objects.bulk_create(
        User(username=f"person{number}", email=f"person{number}@example.org", password="!")
        for number in range(PEOPLE)
    )
    largest = opened(people[0], 0)
    fill(largest, people, rows)
    for number in range(1, projects):
        fill(opened(people[number % PEOPLE], number), people, ROWS_OF_THE_OTHERS)
    return {"home": "/", "project": f"/p/{largest.slug}/"}


def opened(owner: User, number: int) -> Project:
    """A published project of four numbers and a label."""
    fields = [FieldDraft(f"value {place}", "number") for place in range(4)]
    names = [f"class {code}" for code in range(CLASSES)]
    fields.append(FieldDraft("label", "category", "target", options={"categories": names}))
    basics: dict[str, Any] = {**BASICS, "name": f"Project {number}", "goal": 100 + number}
    with transaction.atomic():
        project = services.open_project(creator=owner, basics=basics, fields=fields)
        services.publish_project(project, owner)
        # The limit of projects a day is for people.
        Project.objects.filter(pk=project.pk).update(created=timezone.now() - timedelta(days=2))
    return project


def fill(project: Project, people: list[User], count: int) -> None:
    """Rows in contributions of up to ``ROWS_AN_ACT``, with every count that pages read."""
    with transaction.atomic():
        acts = contributions(project, people, count)
        insert(project, acts[0].pk, count)
        shares = {act.user_id: 0 for act in acts}
        for act in acts:
            shares[act.user_id] += act.rows
        Contributor.objects.bulk_create(
            Contributor(project=project, user_id=user, accepted=rows)
            for user, rows in shares.items()
        )
        DataTable.objects.filter(project=project).update(
            next_arrival=count, accepted=count, people=len(shares), revision=count
        )
        recount_classes(project)


def contributions(project: Project, people: list[User], count: int) -> list[Contribution]:
    """The acts of so many rows, and their lines in the feed."""
    starts = range(0, count, ROWS_AN_ACT)
    acts = Contribution.objects.bulk_create(
        Contribution(
            project=project,
            user=people[place % PEOPLE],
            source=Contribution.Source.UPLOAD,
            state=Contribution.State.VISIBLE,
            licence=project.licence,
            consent_version=consent.VERSION,
            rows=min(ROWS_AN_ACT, count - start),
            first_arrival=start,
        )
        for place, start in enumerate(starts)
    )
    Activity.objects.bulk_create(
        Activity(
            project=project,
            actor_id=act.user_id,
            kind="rows_added",
            payload={"contribution": act.pk, "rows": act.rows},
        )
        for act in acts
    )
    return acts


def insert(project: Project, first: int, count: int) -> None:
    """The rows themselves: small numbers, and each class about as often."""
    fields = fields_of(project)
    target = target_of(fields)
    values = [
        f"n % {CLASSES}" if field == target else f"(n * 7 % 1000) / {field.pk}.0"
        for field in fields
    ]
    statement = FILL.format(
        count=count,
        project=project.pk,
        columns=", ".join(field.column for field in fields),
        values=", ".join(values),
        first=first,
        act=ROWS_AN_ACT,
        accepted=int(RowState.ACCEPTED),
        version=project.schema_version,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


if __name__ == "__main__":
    json.dump(main(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
