"""What people call fields and categories never becomes a part of SQL, nor a word of a filter."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from common.errors import Refused
from datasets import services
from datasets.drafts import FieldDraft
from datasets.models import Flag
from datasets.queries import fields_of
from datasets.services.versioning import change_schema, undo_version
from projects.models import Project
from tests.projects_in_use import add_records, published

pytestmark = pytest.mark.django_db
HOSTILE = (
    'x"; DROP TABLE projects_project; --',
    "x'); DELETE FROM accounts_user; --",
    "name__isnull",
    "contribution__user__password",
    "pk",
    "id",
    "state",
    "%s %(a)s {b} {0}",
    "`back`\\slash",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "evil\u202eolleh",
    "nul\x00nul",
    "zero\u200bwidth",
    "x" * 5_000,
    "ﬀ Ünïcödé 字段 🐧",
)
#: What can be asked for in SQL anyway, since it is a part of our own words.
OURS = {"pk", "id", "state"}


@contextmanager
def no_statement_says(words: set[str]) -> Iterator[None]:
    """Fail when one of the words stands in a statement rather than among its parameters."""

    def look(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        said = [word for word in words if word in sql]
        assert not said, f"{said} in {sql[:300]}"
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        yield


def fitting(name: str) -> str | None:
    """The name as a field gets it, or None when it is refused with a sentence."""
    from datasets.drafts import clean_draft

    try:
        return clean_draft(FieldDraft(name, "number")).name
    except Refused:
        return None


NAMES = [clean for name in HOSTILE if (clean := fitting(name))]


def test_the_watch_would_see_it(db: None) -> None:
    with (
        pytest.raises(AssertionError, match="name__isnull"),
        no_statement_says({"name__isnull"}),
        connection.cursor() as cursor,
    ):
        cursor.execute('SELECT 1 AS "name__isnull"')


def test_hostile_names_stay_data(alice: User, bob: User, alice_client: Client) -> None:
    assert len(NAMES) >= 12
    with no_statement_says({*NAMES} - OURS):
        project = published(
            alice,
            "Hostile",
            [
                *(FieldDraft(name, "number", required=False) for name in NAMES),
                FieldDraft("k", "category", "target", options={"categories": NAMES[:8]}),
            ],
            maintainer=bob,
        )
        records = [{**dict.fromkeys(NAMES, n), "k": NAMES[n % 8]} for n in range(8)]
        add_records(project, alice, records)
        look_everywhere(project, alice_client)
        change_everything(project, bob)
        look_everywhere(project, alice_client)
        call_command("check_tables", stdout=StringIO())
    assert Project.objects.filter(pk=project.pk).exists()
    assert not Flag.objects.exists()


def look_everywhere(project: Project, client: Client) -> None:
    """Pages that show names, and such as read rows by them."""
    first = fields_of(Project.objects.get(pk=project.pk))[0]
    for address in (
        f"/p/{project.slug}/",
        f"/p/{project.slug}/data/",
        f"/p/{project.slug}/wall.json",
        f"/p/{project.slug}/contribute/",
        f"/p/{project.slug}/schema/",
        f"/p/{project.slug}/schema.json",
        f"/p/{project.slug}/settings/schema/",
        f"/p/{project.slug}/settings/schema/?field={first.pk}",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        page = answer["Content-Type"].startswith("text/html")
        assert not (page and b"<script>alert" in answer.content), address


def change_everything(project: Project, actor: User) -> None:
    """Each name once as the new name of a field, of a category, and of what is added."""
    target = project.fields.get(name="k")
    codes = [one["code"] for one in target.options["categories"]]
    for at, name in enumerate(NAMES[:10]):
        project.refresh_from_db()
        operations: list[dict[str, Any]] = [
            {"operation": "add_category", "field": target.pk, "to": f"{name} {at}"[:60]},
            {"operation": "rename_field", "field": target.pk, "to": f"{name} k{at}"[:60]},
            {
                "operation": "add_field",
                "fill": "1",
                "draft": {"name": f"{name} new"[:60], "kind": "number"},
            },
        ]
        version = change_schema(
            project=project, actor=actor, operations=operations, base=project.schema_version
        )
        if at % 2:
            undo_version(version, actor)
    project.refresh_from_db()
    by = project.fields.get(name=NAMES[2])
    change_schema(
        project=project,
        actor=actor,
        operations=[
            {
                "operation": "merge_categories",
                "field": target.pk,
                "codes": codes[:1],
                "into": codes[1],
            },
            {
                "operation": "split_category",
                "field": target.pk,
                "code": codes[2],
                "to": "name__gt",
                "by": by.pk,
                "test": "least",
                "value": "2",
            },
        ],
        base=project.schema_version,
    )
    services.take_snapshot(Project.objects.get(pk=project.pk))
