"""The counts of classes are what counting the rows would say, whatever happened to them."""

import importlib

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Count

from accounts.models import User
from datasets.models import ClassCount, Contribution
from datasets.queries import Purpose, class_balance, fields_of, rows, target_of, typed_fields
from datasets.records import read_record
from datasets.services import contribute, undo, withdraw
from datasets.services.class_counts import recount_classes
from datasets.services.taking_back import reject, restore
from projects.models import Project
from tests.projects_in_use import seed_records

pytestmark = pytest.mark.django_db


def counted(project: Project) -> dict[str, int]:
    return {bar.label: bar.rows for bar in class_balance(project)}


def true_counts(project: Project) -> dict[str, int]:
    target = target_of(fields_of(project))
    assert target is not None
    found = rows(project, Purpose.COUNT).order_by().values_list(target.column)
    by_code = dict(found.annotate(n=Count("pk")))
    entries = target.options["categories"]
    return {entry["label"]: by_code.get(entry["code"], 0) for entry in entries}


def added(project: Project, user: User, count: int) -> Contribution:
    fields = typed_fields(project)
    records = [read_record(fields, record) for record in seed_records("digits", count)]
    return contribute(project=project, user=user, rows=records, source=Contribution.Source.FORM)


def test_they_follow_everything_that_happens_to_rows(
    digits: Project, alice: User, carol: User
) -> None:
    before = counted(digits)
    assert before == true_counts(digits)
    assert sum(before.values()) > 0
    contribution = added(digits, carol, 1)
    assert sum(counted(digits).values()) == sum(before.values()) + 1
    assert counted(digits) == true_counts(digits)
    reject(contribution, alice)
    assert counted(digits) == before == true_counts(digits)
    restore(contribution, alice)
    assert counted(digits) == true_counts(digits) != before
    withdraw(contribution, carol)
    withdraw(contribution, carol)
    assert counted(digits) == before == true_counts(digits)
    several = added(digits, carol, 30)
    assert counted(digits) == true_counts(digits)
    undo(several, carol)
    assert counted(digits) == before == true_counts(digits)


def test_a_rejected_contribution_is_not_taken_off_twice(
    digits: Project, alice: User, carol: User
) -> None:
    before = counted(digits)
    contribution = added(digits, carol, 3)
    reject(contribution, alice)
    withdraw(contribution, carol)
    assert counted(digits) == before == true_counts(digits)


def test_the_balance_is_read_without_reading_rows(
    digits: Project, django_assert_num_queries: object
) -> None:
    fields = fields_of(digits)
    with django_assert_num_queries(1) as asked:  # type: ignore[operator]
        assert class_balance(digits, fields)
    assert not any(f"p_{digits.pk}" in query["sql"] for query in asked.captured_queries)


def test_counts_that_drifted_are_healed(digits: Project) -> None:
    assert not recount_classes(digits)
    right = counted(digits)
    ClassCount.objects.filter(field__project=digits).update(accepted=7)
    assert recount_classes(digits)
    assert counted(digits) == right == true_counts(digits)


def test_projects_from_before_the_counts_get_theirs(digits: Project) -> None:
    right = counted(digits)
    ClassCount.objects.all().delete()
    migration = importlib.import_module("datasets.migrations.0003_count_classes")

    class Editor:
        pass

    editor = Editor()
    editor.connection = connection  # type: ignore[attr-defined]
    migration.count(apps, editor)
    assert counted(digits) == right == true_counts(digits)
