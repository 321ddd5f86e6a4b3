"""Indexes that come with use, and reads that are ended: each on the database of the tests."""

import time
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from accounts.models import User
from datasets.column_indexes import drop_index, indexes_of, make_index, name_of
from datasets.queries import data_page as pages
from datasets.queries.time_limit import TooSlow, within
from datasets.services import browsing
from jobs.models import Job
from tests.datasets.browsed import named, viewed, zoo

SLOW = {
    "sqlite": """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000000)
        SELECT count(*) FROM n
    """,
    "postgresql": "SELECT pg_sleep(30)",
}


@pytest.mark.django_db(transaction=True)
def test_sorting_a_large_table_makes_its_index_once(
    alice: User, erin_client: Client, monkeypatch: pytest.MonkeyPatch, turn_queue: Any
) -> None:
    project = zoo(alice)
    height = named(project, "height")
    address = f"/p/{project.slug}/data/?sort=-{height.pk}"
    erin_client.get(address)
    assert not Job.objects.filter(kind=browsing.INDEX).exists()
    monkeypatch.setattr(pages, "INDEXED_FROM", 1)
    for _time in range(3):
        assert erin_client.get(address).status_code == 200
    assert Job.objects.filter(kind=browsing.INDEX).count() == 1
    turn_queue("light")
    assert indexes_of(project) == {name_of(height)}
    make_index(height)
    assert erin_client.get(address).status_code == 200
    drop_index(name_of(height))
    assert indexes_of(project) == set()


@pytest.mark.django_db(transaction=True)
def test_only_so_many_indexes_and_unused_ones_go_first(
    alice: User, monkeypatch: pytest.MonkeyPatch, turn_queue: Any
) -> None:
    monkeypatch.setattr(pages, "INDEXED_FROM", 1)
    monkeypatch.setattr(browsing, "INDEXES_PER_PROJECT", 1)
    project = zoo(alice)
    make_index(named(project, "note"))
    for name in ("height", "legs"):
        browsing.wish_for(pages.data_page(viewed(project, ("sort", f"{{{name}}}")), None))
        turn_queue("light")
    assert indexes_of(project) == {name_of(named(project, "height"))}


@pytest.mark.django_db
def test_filters_that_find_few_rows_ask_for_an_index(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "INDEXED_FROM", 1)
    project = zoo(alice)
    wanted = {
        pair: [field.name for field in pages.data_page(viewed(project, pair), None).wanted]
        for pair in (
            ("f.{height}.ge", "100"),
            ("f.{height}.ge", "1"),
            ("f.{note}.contains", "zebra"),
            ("f.{drawing}.missing", "1"),
        )
    }
    assert [names for names in wanted.values() if names] == [["height"]]


@pytest.mark.django_db(transaction=True)
def test_a_read_that_takes_too_long_is_ended() -> None:
    began = time.monotonic()
    with pytest.raises(TooSlow), within(0.2), connection.cursor() as cursor:
        cursor.execute(SLOW[connection.vendor])
    assert time.monotonic() - began < 3
    # The next read on the same connection has no limit, and faults of other kinds stay themselves.
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if connection.vendor == "sqlite":
        with pytest.raises(OperationalError), within(1), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")


@pytest.mark.django_db
def test_a_view_that_takes_too_long_says_so_and_shows_a_way_out(
    alice: User, erin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_args: object, **_options: object) -> None:
        raise TooSlow

    project = zoo(alice)
    height = named(project, "height")
    monkeypatch.setattr(pages, "page_of", slow)
    answer = erin_client.get(f"/p/{project.slug}/data/?sort={height.pk}&f.{height.pk}.ge=1")
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "took longer than 5 seconds" in page
    assert "Take all filters away" in page
    assert erin_client.get(f"/p/{project.slug}/data/view.csv").status_code == 503
