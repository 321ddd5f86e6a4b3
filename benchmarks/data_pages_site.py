"""Fills a site whose data pages are timed: run in a process with the site's settings.

Prints one JSON object: the addresses of the pages by name. The largest project has twelve columns
and is filled as ``benchmarks.pages_site`` fills; beside it stand tables of other projects, made in
one transaction since nobody reads them. What jobs would have made after the first reader (sums of
the columns, the index of the column that is sorted by) is made here.
"""

import json
import sys
from datetime import timedelta
from typing import Any

from benchmarks.pages_site import CLASSES, PEOPLE, fill

from django.core.management import call_command  # isort: skip
from django.conf import settings  # isort: skip
from django.db import connection, transaction  # isort: skip
from django.utils import timezone  # isort: skip

from accounts.models import User  # isort: skip
from benchmarks.web_site import BASICS  # isort: skip
from datasets import services  # isort: skip
from datasets.column_indexes import make_index  # isort: skip
from datasets.drafts import FieldDraft  # isort: skip
from datasets.models import DataTable, Field  # isort: skip
from datasets.queries import fields_of  # isort: skip
from datasets.services.browsing import make_sums  # isort: skip
from datasets.services.class_counts import recount_classes  # isort: skip
from datasets.tables import row_table  # isort: skip
from projects.models import Project  # isort: skip

NUMBERS = 11
#: 2^32 by the golden ratio: multiples of it, modulo anything, come in no order.
MIXER = 2_654_435_769


def main(tables: int, rows: int) -> dict[str, str]:
    """Fill an empty database with one project of so many rows beside so many other tables."""
    for database in settings.DATABASES:
        call_command("migrate", database=database, verbosity=0)
        call_command("createcachetable", database=database, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    people = User.objects.bulk_create(
        User(username=f"person{number}", email=f"person{number}@example.org", password="!")
        for number in range(PEOPLE)
    )
    project = opened(people[0])
    fill(project, people, rows)
    scatter(project)
    *numbers, label = fields_of(project)
    make_sums(project)
    make_index(numbers[3])
    beside(people[0], tables)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    data = f"/p/{project.slug}/data/"
    asked = f"{data}?f.{label.pk}.in=3&sort=-{numbers[3].pk}"
    return {
        "first": data,
        "deep": f"{data}?before={rows // 2}",
        "filtered": asked,
        "filtered_deep": f"{asked}&before={rows // 2}&at=500.0",
    }


def opened(owner: User) -> Project:
    """A published project of eleven numbers and a label."""
    fields = [FieldDraft(f"value {place}", "number") for place in range(NUMBERS)]
    names = [f"class {code}" for code in range(CLASSES)]
    fields.append(FieldDraft("label", "category", "target", options={"categories": names}))
    with transaction.atomic():
        project = services.open_project(creator=owner, basics=dict(BASICS), fields=fields)
        services.publish_project(project, owner)
        old = timezone.now() - timedelta(days=2)
        Project.objects.filter(pk=project.pk).update(created=old)
    return project


def scatter(project: Project) -> None:
    """Values that say nothing of each other, in place of the ones that ``fill`` counts up."""
    *numbers, label = fields_of(project)
    values = [
        f"{field.column} = (arrival * {MIXER + 2 * place} % 1000003) / 1000.0"
        for place, field in enumerate(numbers)
    ]
    values.append(f"{label.column} = (arrival * {MIXER}) / 64 % {CLASSES}")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE p_{project.pk} SET {', '.join(values)}")
    recount_classes(project)


def beside(owner: User, tables: int) -> None:
    """So many more projects with empty tables of five columns."""
    basics: dict[str, Any] = {k: v for k, v in BASICS.items() if k != "name"}
    with transaction.atomic():
        made = Project.objects.bulk_create(
            Project(creator=owner, name=f"Table {n}", slug=f"table-{n}", colour=n % 12, **basics)
            for n in range(tables)
        )
        DataTable.objects.bulk_create(DataTable(project=project) for project in made)
        Field.objects.bulk_create(
            Field(project=project, name=f"value {place}", kind="number", order=place)
            for project in made
            for place in range(5)
        )
        editor = connection.SchemaEditorClass(connection, atomic=False)
        editor.deferred_sql = []
        for project in made:
            editor.create_model(row_table(project))
        for statement in editor.deferred_sql:
            editor.execute(statement)


if __name__ == "__main__":
    json.dump(main(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
