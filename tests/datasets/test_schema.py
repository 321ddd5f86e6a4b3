"""The one module that runs DDL: it may be run again, and it never rewrites a table."""

import pytest
from django.db import connection, models, transaction

from accounts.models import User
from datasets import schema, services
from datasets.models import Row
from datasets.tables import build_table, row_table
from projects.models import Project
from tests.projects_in_use import basics, seed_fields

pytestmark = pytest.mark.django_db


def test_making_a_table_twice_makes_it_once(digits: Project) -> None:
    assert schema.ensure_table(row_table(digits)) is False


def test_a_lacking_column_is_added(digits: Project) -> None:
    digits.fields.create(name="note", kind="text", options={"max_length": 9}, order=9)
    table = row_table(digits)
    assert schema.ensure_table(table) is True
    assert schema.ensure_table(table) is False
    assert digits.fields.get(name="note").column in schema.columns_of(f"p_{digits.pk}")
    assert row_table(digits)._default_manager.count() == 60


def test_an_older_class_goes_on_working_after_a_column_came(digits: Project) -> None:
    old = row_table(digits)
    digits.fields.create(name="note", kind="text", options={"max_length": 9}, order=9)
    schema.ensure_table(row_table(digits))
    assert old._default_manager.first() is not None


def test_only_nullable_columns_are_added(digits: Project) -> None:
    table = row_table(digits)
    column = models.IntegerField(default=3)
    column.set_attributes_from_name("c_999")
    with pytest.raises(ValueError, match="only nullable"):
        schema.add_column(table, column)


def test_a_table_may_have_indexes_of_its_own(db: None) -> None:
    table = build_table(
        "m_999",
        {"run": models.BigIntegerField(), "c_1": models.FloatField(null=True)},
        indexes=[models.Index(fields=["run"], name="m_999_run")],
        constraints=[models.UniqueConstraint(fields=["run", "c_1"], name="m_999_once")],
    )
    assert schema.ensure_table(table) is True
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "m_999")
    assert {"m_999_run", "m_999_once"} <= found.keys()
    schema.drop_table(table)
    schema.drop_table(table)
    assert not schema.exists("m_999")


def test_the_table_has_its_indexes(digits: Project) -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, f"p_{digits.pk}").values()
    indexed = {tuple(one["columns"]) for one in found if one["index"] or one["unique"]}
    assert {("arrival",), ("contribution_id",), ("group_key",)} <= indexed


def test_classes_are_built_anew(digits: Project) -> None:
    first, second = row_table(digits), row_table(digits)
    assert first is not second
    assert issubclass(first, Row)
    assert first._meta.apps is not second._meta.apps


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_project_leaves_no_table(alice: User) -> None:
    class Killed(Exception):
        pass

    made: list[str] = []

    def die() -> None:
        fields = seed_fields("digits")
        project = services.open_project(creator=alice, basics=basics("Gone"), fields=fields)
        made.append(f"p_{project.pk}")
        assert schema.exists(made[0])
        raise Killed

    with pytest.raises(Killed), transaction.atomic():
        die()
    assert not schema.exists(made[0])
    assert not Project.objects.exists()
