"""The pages of a project's data: who sees them, and what they say."""

import pytest
from django.test import Client

from datasets.models import Contribution
from projects.models import Project

pytestmark = pytest.mark.django_db

PAGES = ("data/", "contribute/", "wall.json", "schema.json")


@pytest.mark.parametrize("page", PAGES)
def test_everybody_reads_a_public_project(page: str, digits: Project, erin_client: Client) -> None:
    assert erin_client.get(f"/p/{digits.slug}/{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_private_project_looks_missing(
    page: str, digits: Project, erin_client: Client, dave_client: Client, carol_client: Client
) -> None:
    Project.objects.filter(pk=digits.pk).update(visibility="private")
    assert erin_client.get(f"/p/{digits.slug}/{page}").status_code == 404
    assert dave_client.get(f"/p/{digits.slug}/{page}").status_code == 404
    assert carol_client.get(f"/p/{digits.slug}/{page}").status_code == 200


@pytest.mark.parametrize("page", ["data/", "contribute/"])
def test_every_kind_has_its_pages(
    page: str, penguins: Project, strokes: Project, carol_client: Client
) -> None:
    for project in (penguins, strokes):
        assert carol_client.get(f"/p/{project.slug}/{page}").status_code == 200


def test_the_table_pages_through_all_rows(digits: Project, erin_client: Client) -> None:
    first = erin_client.get(f"/p/{digits.slug}/data/")
    assert first.content.count(b"/rows/") == 50
    assert b"?before=10" in first.content
    second = erin_client.get(f"/p/{digits.slug}/data/?before=10")
    assert second.content.count(b"/rows/") == 10
    assert b"?after=9" in second.content
    again = erin_client.get(f"/p/{digits.slug}/data/?after=9")
    assert again.content.count(b"/rows/") == 50


@pytest.mark.parametrize("query", ["before=x", "before=-1", f"before={'9' * 40}", "after=٣", ""])
def test_odd_page_numbers_are_no_error(query: str, digits: Project, erin_client: Client) -> None:
    assert erin_client.get(f"/p/{digits.slug}/data/?{query}").status_code == 200


def test_a_row_has_a_page(digits: Project, erin_client: Client) -> None:
    cell = erin_client.get(f"/p/{digits.slug}/wall.json").json()["cells"][0]
    page = erin_client.get(f"/p/{digits.slug}/rows/{cell[1]}/")
    assert page.status_code == 200
    assert b"cellgrid" in page.content


@pytest.mark.parametrize("pk", [0, 999_999, 10**30])
def test_a_row_that_is_not_there_is_missing(pk: int, digits: Project, erin_client: Client) -> None:
    assert erin_client.get(f"/p/{digits.slug}/rows/{pk}/").status_code == 404


def test_a_rejected_row_is_seen_by_its_contributor_and_maintainers(
    digits: Project, bob_client: Client, alice_client: Client, dave_client: Client
) -> None:
    pk = bob_client.get(f"/p/{digits.slug}/wall.json").json()["cells"][0][1]
    contribution = Contribution.objects.get(user__username="alice")
    assert dave_client.post(f"/contributions/{contribution.pk}/reject/").status_code == 403
    assert bob_client.post(f"/contributions/{contribution.pk}/reject/").status_code == 302
    statuses = [
        client.get(f"/p/{digits.slug}/rows/{pk}/").status_code
        for client in (alice_client, bob_client, dave_client)
    ]
    assert statuses == [200, 200, 404]
