"""The data page: what it says of its rows, what a click leads to, and what it costs."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from datasets.models import DataTable, Field
from datasets.queries import data_page as pages
from datasets.queries.column_summaries import summed
from datasets.queries.counts import typed_fields
from datasets.queries.data_page import data_page
from datasets.services import browsing
from jobs.models import Job
from projects.models import Project
from tests.datasets.browsed import HEIGHTS, named, statements, viewed, zoo

pytestmark = pytest.mark.django_db


def text_of(client: Client, project: Project, query: str = "") -> str:
    answer = client.get(f"/p/{project.slug}/data/{query}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def numbers_in(page: str) -> list[int]:
    """The row numbers that a page shows."""
    return [int(number) for number in re.findall(r'<th scope="row"><a href="[^"]+">(\d+)<', page)]


def test_a_view_says_what_it_shows_and_how_to_leave_it(alice: User, erin_client: Client) -> None:
    project = zoo(alice)
    height, kind = named(project, "height"), named(project, "kind")
    page = text_of(erin_client, project, f"?f.{height.pk}.ge=2&f.{kind.pk}.in=0&sort={height.pk}")
    assert numbers_in(page) == [1, 4, 7]
    assert "3 of 8 rows" in page
    assert "height at least 2 cm" in page
    assert "kind is cat" in page
    assert f'href="?f.{kind.pk}.in=0&sort={height.pk}"' in page
    assert 'aria-sort="ascending"' in page
    assert f'href="?f.{height.pk}.ge=2&f.{kind.pk}.in=0&sort=-{height.pk}"' in page
    assert "The bars count these rows." in page
    nothing = text_of(erin_client, project, f"?f.{height.pk}.ge=99")
    assert "No row fits." in nothing
    wrong = text_of(erin_client, project, f"?f.{height.pk}.ge=high")
    assert "height must be a number" in wrong
    assert len(numbers_in(wrong)) == 8


def test_a_bar_leads_to_its_rows(alice: User) -> None:
    project = zoo(alice)
    page = data_page(viewed(project), None)
    for column in page.columns:
        for bar in column.bars:
            asked = [(f"f.{column.field.pk}.{name}", text) for name, text in bar.filter.items()]
            found = data_page(viewed(project, *asked), None)
            assert found.fitting is not None
            assert found.fitting.rows == bar.rows, (column.field.name, bar)
        known = sum(bar.rows for bar in column.bars)
        missing = round(column.missing * len(HEIGHTS))
        assert known in (0, len(HEIGHTS) - missing), column.field.name


def test_the_form_needs_no_script_and_its_address_is_made_short(
    alice: User, bob: User, erin_client: Client
) -> None:
    project = zoo(alice, maintainer=bob)
    height, kind = named(project, "height"), named(project, "kind")
    sent = (
        f"?f.{height.pk}.ge=2&f.{height.pk}.le=&f.{kind.pk}.in=0&f.{kind.pk}.in=2&by=&sort=-arrival"
    )
    answer = erin_client.get(f"/p/{project.slug}/data/{sent}")
    assert answer.status_code == 302
    short = f"?f.{height.pk}.ge=2&f.{kind.pk}.in=0,2"
    assert answer["Location"] == f"/p/{project.slug}/data/{short}"
    page = text_of(erin_client, project, f"{short}&as=sheet&f.{height.pk}.lt=9")
    assert f'name="f.{height.pk}.ge" value="2"' in page
    assert f'<input type="hidden" name="f.{height.pk}.lt" value="9">' in page
    assert '<input type="hidden" name="as" value="sheet">' in page
    assert 'name="state"' not in page


def test_pictures_are_shown_as_a_contact_sheet(alice: User, erin_client: Client) -> None:
    project = zoo(alice)
    sheet = text_of(erin_client, project, "?as=sheet")
    assert sheet.count("/rows/") == len(HEIGHTS)
    assert sheet.count('class="cellgrid"') == 5
    assert "px-7 rim" in sheet


def test_other_columns_are_a_click_away(
    alice: User, erin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasets.queries.data_view.COLUMNS_SHOWN", 3)
    project = zoo(alice)
    shown = [field.name for field, _type in viewed(project).shown]
    assert shown == ["height", "legs", "kind"]
    chosen = viewed(project, ("cols", "{note},{height},{note},77,x"))
    assert [field.name for field, _type in chosen.shown] == ["note", "height"]
    assert "4 more columns are not shown" in text_of(erin_client, project)


def test_a_page_costs_the_same_number_of_statements_whatever_there_is(
    alice: User, erin_client: Client
) -> None:
    costs = []
    for heights in ([1.0], [float(n) for n in range(60)]):
        project = zoo(alice, heights)
        for query in (
            "",
            f"?f.{named(project, 'kind').pk}.in=0&sort=-{named(project, 'height').pk}",
        ):
            text_of(erin_client, project, query)
            with statements() as found:
                text_of(erin_client, project, query)
            costs.append(len([sql for sql in found if "site_cache" not in sql]))
    # Rows without a value are looked for only on the last page.
    assert costs[0] == costs[2]
    assert costs[3] <= costs[1] <= costs[3] + 1
    assert max(costs) <= 16


def test_many_rows_are_counted_only_when_somebody_asks(
    alice: User, erin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "NEWEST_COUNTED", 4)
    project = zoo(alice)
    query = f"?f.{named(project, 'height').pk}.ge=2"
    page = text_of(erin_client, project, query)
    assert "2 of the newest 4 rows; there are 8" in page
    assert "count=all" in page
    assert "4 of 8 rows" in text_of(erin_client, project, f"{query}&count=all")
    assert "4 of 8 rows" in text_of(erin_client, project, query)
    DataTable.objects.filter(project=project).update(revision=99)
    assert "of the newest 4" in text_of(erin_client, project, query)


def test_sums_of_many_rows_are_samples_that_say_so(
    alice: User, erin_client: Client, monkeypatch: pytest.MonkeyPatch, turn_queue: Any
) -> None:
    for name in ("datasets.queries.column_summaries.FEW", "datasets.queries.data_page.FEW"):
        monkeypatch.setattr(name, 5)
    project = zoo(alice)
    page = text_of(erin_client, project)
    assert re.search(r"The bars count \d rows spread evenly over", page)
    assert Job.objects.filter(kind=browsing.SUMS).count() == 1
    text_of(erin_client, project)
    assert Job.objects.filter(kind=browsing.SUMS).count() == 1
    assert turn_queue("light") >= 1
    assert "The bars count all 8 rows" in text_of(erin_client, project)


def test_a_sample_meets_no_period_of_the_data(alice: User) -> None:
    """Every 20th row of data that repeat every tenth row would be one class only."""
    project = zoo(alice, [float(n % 10) for n in range(40)])
    fields = typed_fields(project)
    few = summed(project, fields, arrivals=40, revision=1, most=10)
    assert few.sampled == 40
    spread = {len(set(sample(1_000, step))) for step in (20, 30, 50)}
    assert spread == {10}


def sample(arrivals: int, step: int) -> list[int]:
    from datasets.queries.column_summaries import _spread

    found = _spread(arrivals * step, step)
    assert len(found) == arrivals
    assert all(at * step <= place < (at + 1) * step for at, place in enumerate(found))
    return [place % 10 for place in found]


def test_a_private_project_keeps_its_views(alice: User, dave_client: Client) -> None:
    project = zoo(alice)
    Project.objects.filter(pk=project.pk).update(visibility="private")
    cache.clear()
    for page in ("data/?sort=arrival", "data/view.csv", "data/?f.1.ge=1&as=sheet"):
        assert dave_client.get(f"/p/{project.slug}/{page}").status_code == 404
    assert Field.objects.filter(project=project).exists()
