"""Prepares the site that the web benchmarks load: run in a process with the site's settings.

Prints one JSON object: the contribution form's address and fields, the topic, and sessions of
people who may contribute. There are many people, since each may contribute 60 times a minute.
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402

from accounts.models import User  # noqa: E402
from datasets import services  # noqa: E402
from datasets.drafts import FieldDraft  # noqa: E402
from datasets.queries import fields_of  # noqa: E402
from projects.models import Project  # noqa: E402

BACKEND = "django.contrib.auth.backends.ModelBackend"
BASICS: dict[str, Any] = {
    "name": "Benchmark",
    "pitch": "Measured things",
    "description": "",
    "goal": None,
    "task": Project.Task.CLASSIFICATION,
    "licence": "CC0-1.0",
    "visibility": Project.Visibility.PUBLIC,
}


def main(people: int) -> dict[str, Any]:
    """Migrate an empty database and fill in one project and so many people."""
    for database in django.conf.settings.DATABASES:
        call_command("migrate", database=database, verbosity=0)
    for database in django.conf.settings.DATABASES:
        call_command("createcachetable", database=database, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    users = User.objects.bulk_create(
        User(username=f"person{number}", email=f"person{number}@example.org", password="!")
        for number in range(people)
    )
    owner = users[0]
    fields = [FieldDraft(f"value {number}", "number") for number in range(4)]
    labels = FieldDraft("label", "category", "target", options={"categories": ["yes", "no"]})
    project = services.open_project(creator=owner, basics=BASICS, fields=[*fields, labels])
    services.publish_project(project, owner)
    columns = [(field.column, field.kind) for field in fields_of(project)]
    return {
        "path": f"/p/{project.slug}/contribute/",
        "topic": f"project:{project.pk}",
        "numbers": [name for name, kind in columns if kind == "number"],
        "fixed": {name: "yes" for name, kind in columns if kind == "category"} | {"agree": "on"},
        "sessions": [session_of(user) for user in users],
    }


def session_of(user: User) -> str:
    """The key of a new session in which that person is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    json.dump(main(int(sys.argv[1])), sys.stdout)
