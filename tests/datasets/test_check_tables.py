"""``check_tables`` finds each thing that is broken, and heals what it safely can."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from datasets import services
from datasets.models import ClassCount, Contribution, Contributor, DataTable, SchemaVersion
from datasets.queries import Purpose, count_of, rows
from datasets.services.versioning import change_schema, undo_version
from projects.models import Project

pytestmark = pytest.mark.django_db


def checked(*options: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit status, and what was found."""
    out = StringIO()
    try:
        call_command("check_tables", "--json", *options, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Checks that wait for the commit would keep the table from being altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(statement, values)


def of_table(project: Project, **values: int) -> None:
    DataTable.objects.filter(project=project).update(**values)


def number(project: Project) -> str:
    return str(project.fields.filter(kind="number")[0].column)


def abandoned(project: Project) -> None:
    made = Contribution.objects.create(
        project=project, user=project.creator, source="upload", licence="x", consent_version=1
    )
    Contribution.objects.filter(pk=made.pk).update(created=timezone.now() - timedelta(hours=3))
    sql(
        f"INSERT INTO p_{project.pk} (contribution_id, position, state, schema_version, revision,"
        " row_hash, group_key) VALUES (%s, 0, 0, 1, 1, %s, 0)",
        made.pk,
        b"",
    )


def withdrawn_with_values(project: Project) -> None:
    row = rows(project, Purpose.OWN).select_related("contribution")[0]
    services.withdraw(row.contribution, row.contribution.user)
    sql(f"UPDATE p_{project.pk} SET {number(project)} = 5 WHERE id = %s", row.pk)


#: What is broken, how, and whether it can be healed.
BROKEN: dict[str, tuple[Callable[[Project], Any], bool]] = {
    "record-missing": (lambda p: DataTable.objects.filter(project=p).delete(), True),
    "table-missing": (lambda p: sql(f"DROP TABLE p_{p.pk}"), True),
    "column-missing": (
        lambda p: sql(f"ALTER TABLE p_{p.pk} DROP COLUMN {number(p)}"),
        True,
    ),
    "column-extra": (lambda p: sql(f"ALTER TABLE p_{p.pk} ADD COLUMN c_987654 integer"), True),
    "index-missing": (lambda p: sql(f"DROP INDEX p_{p.pk}_waiting"), True),
    "version-missing": (lambda p: SchemaVersion.objects.filter(project=p).delete(), True),
    "version-differs": (lambda p: p.fields.filter(kind="number").update(unit="furlong"), False),
    "version-stuck": (
        lambda p: SchemaVersion.objects.filter(project=p).update(state="failed"),
        True,
    ),
    "rows-abandoned": (abandoned, True),
    "tombstones-hold-values": (withdrawn_with_values, True),
    "hashes-drifted": (
        lambda p: sql(f"UPDATE p_{p.pk} SET group_key = 7 WHERE position < 3"),
        True,
    ),
    "arrivals-behind": (lambda p: of_table(p, next_arrival=3), True),
    "arrivals-missing": (lambda p: of_table(p, next_arrival=99), False),
    "accepted-drifted": (lambda p: of_table(p, accepted=1), True),
    "pending-drifted": (lambda p: of_table(p, pending=1), True),
    "people-drifted": (lambda p: of_table(p, people=7), True),
    "contributors-drifted": (
        lambda p: Contributor.objects.filter(project=p).update(accepted=1),
        True,
    ),
    "classes-drifted": (
        lambda p: ClassCount.objects.filter(field__project=p).update(accepted=1),
        True,
    ),
}
#: What cannot be all well again after healing: the rows are gone.
LOST = {"table-missing", "column-missing", "record-missing"}


def test_an_untouched_project_has_no_findings(penguins: Project, digits: Project) -> None:
    assert checked() == (0, [])


def test_each_broken_thing_is_found_and_healed(penguins: Project) -> None:
    # One project for all: each is broken, found, healed and rolled back.
    wrong = {}
    for code, (break_it, heals) in BROKEN.items():
        with transaction.atomic():
            break_it(penguins)
            wrong[code] = fault(code, heals)
            transaction.set_rollback(True)
    assert {code: said for code, said in wrong.items() if said} == {}


def fault(code: str, heals: bool) -> str:
    """What of finding and healing it failed; empty: nothing."""
    status, found = checked()
    if status != 1 or [one["heals"] for one in found if one["finding"] == code] != [heals]:
        return f"not found: {found}"
    status, found = checked("--heal")
    if [one["healed"] for one in found if one["finding"] == code] != [heals]:
        return f"not healed: {found}"
    if heals and code not in LOST and (status, checked()) != (0, (0, [])):
        return f"not well after: {checked()[1]}"
    return "" if heals or status == 1 else "no exit status"


def test_healing_counts_the_rows_again(penguins: Project) -> None:
    DataTable.objects.filter(project=penguins).delete()
    checked("--heal")
    assert count_of(penguins)[::2] == (60, 2)


def test_a_column_that_holds_values_is_left_alone(penguins: Project) -> None:
    sql(f"ALTER TABLE p_{penguins.pk} ADD COLUMN c_987654 integer")
    sql(f"UPDATE p_{penguins.pk} SET c_987654 = 1")
    status, [finding] = checked("--heal")
    assert (status, finding["finding"], finding["healed"]) == (1, "column-extra", False)


def test_changes_and_their_undoing_leave_nothing_to_heal(penguins: Project, alice: User) -> None:
    draft = {"name": "year", "kind": "integer"}
    version = change_schema(
        project=penguins,
        actor=alice,
        operations=[{"operation": "add_field", "draft": draft, "fill": "2007"}],
        base=1,
    )
    assert checked() == (0, [])
    undo_version(version, alice)
    assert checked() == (0, [])


def test_one_project_is_checked_by_its_address(penguins: Project, digits: Project) -> None:
    of_table(digits, accepted=1)
    assert checked("--project", penguins.slug) == (0, [])
    assert checked("--project", digits.slug)[0] == 1
    with pytest.raises(CommandError, match="no project"):
        call_command("check_tables", "--project", "nowhere")
