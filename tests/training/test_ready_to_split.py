"""A table that would leave nothing to check on is refused before a run starts, not within it."""

from collections.abc import Iterator

import pytest
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.test import Client

from accounts.models import User
from datasets.tables import row_table
from projects.models import Project
from tests.projects_in_use import add_records, published, seed_fields, seed_records
from training.models import Run
from training.queries import readiness, split_problem
from training.queries.readiness import SMALL, Readiness
from training.services import SettingsRefused, start_run


@pytest.fixture
def drawn(alice: User) -> Project:
    """A project of digits without rows."""
    return published(alice, "Digits", seed_fields("digits"))


def test_near_duplicates_alone_leave_nothing_to_validate(
    drawn: Project, carol: User, carol_client: Client
) -> None:
    # Twice the same two drawings, over and over: two groups, whatever their number.
    first, second = seed_records("digits", 2)
    add_records(drawn, carol, [first, second] * 15)
    ready = readiness(drawn)
    assert ready.rows == 30
    assert ready.problem
    page = carol_client.get(f"/p/{drawn.slug}/train/").content.decode()
    assert ready.problem in page.replace("&#x27;", "'")
    answer = carol_client.post(f"/p/{drawn.slug}/train/", {"preset": "quick"})
    assert answer.status_code == 409
    assert not Run.objects.exists()


def test_rows_that_differ_are_ready(drawn: Project, carol: User) -> None:
    add_records(drawn, carol, seed_records("digits", 30))
    assert readiness(drawn).problem == ""


def test_a_class_a_row_leaves_none_to_judge_with(alice: User, carol: User) -> None:
    fields = seed_fields("digits")
    project = published(alice, "Singles", fields)
    # Ten drawings, each of another digit, each sent twice: training needs them all.
    by_label = {row["label"]: row for row in seed_records("digits", 60)}
    add_records(project, carol, [row for row in by_label.values() for _ in range(2)])
    ready = readiness(project)
    assert ready.rows == 20
    assert ready.problem


def grouped_anew(project: Project) -> Iterator[Readiness]:
    """What is said under other and other keys of the groups: they decide who goes where."""
    for step in range(500):
        table = row_table(project)._default_manager
        table.update(group_key=Greatest(F("position"), Value(17)) + 100 * step)
        yield readiness(project)


def narrow(project: Project, ready: Readiness) -> bool:
    """Whether a fifth for the test is no problem, and a half is one."""
    return not ready.problem and bool(split_problem(project, ready, 0.5))


def test_a_test_share_that_leaves_too_little_is_refused_by_name(
    drawn: Project, carol: User, carol_client: Client
) -> None:
    # One drawing 18 times and five others: at a half the others are not enough for two parts.
    records = seed_records("digits", 60)
    add_records(drawn, carol, [records[23]] * 18 + records[:5])
    assert any(narrow(drawn, ready) for ready in grouped_anew(drawn))
    with pytest.raises(SettingsRefused) as refused:
        start_run(project=drawn, user=carol, architecture="dense", settings={"test_ratio": 0.5})
    assert refused.value.faults[0][0] == "test_ratio"
    sent = {"architecture": "dense", "test_ratio": "0.5"}
    page = carol_client.post(f"/p/{drawn.slug}/train/", sent)
    assert page.status_code == 422
    assert "No row is left for validation" in page.content.decode()
    assert not Run.objects.exists()


def test_a_large_table_is_not_read_row_by_row(
    drawn: Project, carol: User, django_assert_max_num_queries: object
) -> None:
    add_records(drawn, carol, seed_records("digits", 30))
    ready = readiness(drawn)
    assert ready.schema is not None
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        assert split_problem(drawn, Readiness(SMALL + 1, ready.schema), 0.2) == ""
