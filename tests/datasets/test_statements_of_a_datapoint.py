"""What one more datapoint asks of the database: each thing once."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from datasets.models import DataTable
from datasets.queries import fields_of
from projects.models import Project
from tests.projects_in_use import rules, seed_records
from training.models import Run

pytestmark = pytest.mark.django_db
FRAMES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
#: Every statement of the second POST by the table that it reads or writes first.
EXPECTED = [
    "projects_project",
    "django_session",
    "accounts_user",
    "projects_membership",
    "datasets_field",
    "datasets_contribution",
    "site_cache",
    "accounts_idempotencykey",
    "datasets_datatable",
    "projects_project",
    "datasets_contribution",
    "p_",
    "datasets_contributor",
    "datasets_classcount",
    "projects_activity",
    "projects_momentumshare",
    "projects_momentum",
    "projects_momentumpart",
    "live_topiccounter",
    "live_event",
    "accounts_idempotencykey",
]


@contextmanager
def watched() -> Iterator[list[str]]:
    """The statements on all databases, in the order of their ends; filled when it closes."""
    found: list[str] = []
    with ExitStack() as stack:
        logs = [stack.enter_context(CaptureQueriesContext(each)) for each in connections.all()]
        yield found
    for log in logs:
        found += [query["sql"] for query in log.captured_queries]


def form_of(project: Project, key: str) -> dict[str, str]:
    drawing, label = fields_of(project)
    rows = seed_records("digits", 1)[0]["drawing"]
    return {drawing.column: str(rows), label.column: "3", "agree": "on", "idempotency_key": key}


def first_table(sql: str) -> str:
    """The first of the known tables that the statement names."""
    places = {name: sql.find(name) for name in {*EXPECTED} if name in sql}
    return min(places, key=lambda name: (places[name], -len(name))) if places else sql


def test_one_more_datapoint_reads_and_writes_each_thing_once(
    digits: Project, dave_client: Client
) -> None:
    address = f"/p/{digits.slug}/contribute/"
    dave_client.post(address, form_of(digits, "first"))
    form = form_of(digits, "second")
    with watched() as statements:
        assert dave_client.post(address, form).status_code == 302
    asked = [sql for sql in statements if not sql.lstrip().startswith(FRAMES)]
    assert sorted(first_table(sql) for sql in asked) == sorted(EXPECTED), "\n".join(asked)


def test_refusing_duplicates_is_one_look_more(digits: Project, dave_client: Client) -> None:
    rules(digits, duplicates=DataTable.Duplicates.REFUSE)
    address = f"/p/{digits.slug}/contribute/"
    first, second = form_of(digits, "first"), form_of(digits, "second")
    first["agree"] = second["agree"] = "on"
    drawing = fields_of(digits)[0].column
    first[drawing] = str([[1] * 8] * 8)
    second[drawing] = str([[2] * 8] * 8)
    dave_client.post(address, first)
    with watched() as statements:
        assert dave_client.post(address, second).status_code == 302
    asked = [sql for sql in statements if not sql.lstrip().startswith(FRAMES)]
    assert sorted(first_table(sql) for sql in asked) == sorted([*EXPECTED, "p_"]), "\n".join(asked)


def test_one_that_waits_costs_less(digits: Project, dave_client: Client) -> None:
    rules(digits, acceptance=DataTable.Acceptance.PEERS, duplicates=DataTable.Duplicates.REFUSE)
    address = f"/p/{digits.slug}/contribute/"
    form = form_of(digits, "second")
    drawing = fields_of(digits)[0].column
    dave_client.post(address, {**form_of(digits, "first"), drawing: str([[1] * 8] * 8)})
    with watched() as statements:
        assert dave_client.post(address, {**form, drawing: str([[2] * 8] * 8)}).status_code == 302
    asked = [sql for sql in statements if not sql.lstrip().startswith(FRAMES)]
    assert len(asked) < len(EXPECTED), "\n".join(asked)


def test_a_project_that_trains_by_itself_asks_nothing_more(
    digits: Project,
    dave_client: Client,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.CHAMPIONS = True
    address = f"/p/{digits.slug}/contribute/"
    with django_capture_on_commit_callbacks(execute=True):
        dave_client.post(address, form_of(digits, "first"))
    assert Run.objects.filter(project=digits, origin="champion").exists()
    form = form_of(digits, "second")
    with watched() as statements, django_capture_on_commit_callbacks(execute=True):
        assert dave_client.post(address, form).status_code == 302
    assert not [sql for sql in statements if "training_" in sql]


def test_the_limit_is_counted_by_one_statement_without_a_transaction(
    digits: Project, dave_client: Client
) -> None:
    address = f"/p/{digits.slug}/contribute/"
    dave_client.post(address, form_of(digits, "first"))
    with watched() as statements:
        dave_client.post(address, form_of(digits, "second"))
    frames = [sql for sql in statements if sql.lstrip().startswith(FRAMES)]
    # One transaction, of the datapoint: in a test it is a savepoint, set and released.
    assert len(frames) == 2, frames
    assert sum("site_cache" in sql for sql in statements) == 1
