"""Prepares the site of the kill test: people, a project, rows. Prints what it made."""

import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowdcontrolled.settings")

ROWS = 120


def main() -> None:
    import django

    django.setup()
    from accounts.models import User
    from accounts.services import one_time_link
    from datasets import services
    from datasets.drafts import FieldDraft
    from datasets.models import Contribution
    from datasets.queries import fields_of, typed_fields
    from datasets.records import read_record
    from projects.models import Project

    people = [
        User.objects.create_user(name, f"{name}@example.org") for name in ("ann", "ben", "cleo")
    ]
    project = services.open_project(
        creator=people[0],
        basics={
            "name": "Bigger half",
            "pitch": "Is the number above the middle?",
            "description": "",
            "goal": None,
            "task": Project.Task.CLASSIFICATION,
            "licence": "CC0-1.0",
            "visibility": Project.Visibility.PUBLIC,
        },
        fields=[
            FieldDraft("number", "number"),
            FieldDraft("half", "category", role="target", options={"categories": ["low", "high"]}),
        ],
    )
    project = services.publish_project(project, people[0])
    fields = typed_fields(project)
    rows = [
        read_record(fields, {"number": -number, "half": "low" if number % 120 > 60 else "high"})
        for number in range(1, ROWS + 1)
    ]
    services.contribute(project=project, user=people[0], rows=rows, source=Contribution.Source.SEED)
    made = {
        "project": project.pk,
        "slug": project.slug,
        "columns": [field.column for field in fields_of(project)],
        "links": [one_time_link(person) for person in people],
        "more_links": [one_time_link(person) for person in people],
    }
    print(json.dumps(made))


if __name__ == "__main__":
    main()
