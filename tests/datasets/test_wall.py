"""The wall's data: one cell a row, in arrival order, cheap to ask again."""

import base64
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from datasets import services
from datasets.drafts import FieldDraft
from datasets.models import Contribution
from datasets.queries import wall_summary
from projects.models import Project
from tests.projects_in_use import add_records, published, seed_records

pytestmark = pytest.mark.django_db


def wall(client: Client, project: Project, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/p/{project.slug}/wall.json{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_drawings_are_pictures_with_their_label(digits: Project, erin_client: Client) -> None:
    found = wall(erin_client, digits)
    given = seed_records("digits", 60)
    assert (found["kind"], found["width"], found["height"], found["max"]) == ("grid", 8, 8, 16)
    assert (found["goal"], found["count"], found["next"]) == (100, 60, None)
    assert [cell[0] for cell in found["cells"]] == list(range(60))
    assert [str(cell[2]) for cell in found["cells"]] == [row["label"] for row in given]
    assert list(base64.b64decode(found["cells"][0][3])) == [
        level for row in given[0]["drawing"] for level in row
    ]
    assert [label["label"] for label in found["labels"]] == [str(digit) for digit in range(10)]


def test_thumbnails_need_no_pictures(digits: Project, erin_client: Client) -> None:
    found = wall(erin_client, digits, "?pictures=0")
    assert found["kind"] == "label"
    assert {cell[3] for cell in found["cells"]} == {None}


def test_a_wall_of_values_says_their_limits(alice: User, erin_client: Client) -> None:
    fields = [
        FieldDraft("a", "number"),
        FieldDraft("b", "number", "target", options={"minimum": 0, "maximum": 10}),
    ]
    project = published(alice, "Values", fields, task="regression")
    add_records(project, alice, [{"a": 1, "b": 2.5}, {"a": 1, "b": 10}])
    found = wall(erin_client, project)
    assert (found["kind"], found["low"], found["high"]) == ("value", 0, 10)
    assert [cell[2] for cell in found["cells"]] == [2.5, 10]


def test_a_long_wall_comes_in_pages(digits: Project, erin_client: Client, monkeypatch) -> None:
    monkeypatch.setattr("datasets.queries.wall.CELLS_PER_PAGE", 25)
    seen, after = [], ""
    for _page in range(4):
        found = wall(erin_client, digits, after)
        seen += [cell[0] for cell in found["cells"]]
        if found["next"] is None:
            break
        after = f"?after={found['next']}"
    assert seen == list(range(60))


def test_an_unchanged_wall_is_not_sent_again(
    digits: Project, alice: User, erin_client: Client
) -> None:
    address = f"/p/{digits.slug}/wall.json"
    etag = erin_client.get(address)["ETag"]
    assert erin_client.get(address, headers={"If-None-Match": etag}).status_code == 304
    services.reject(Contribution.objects.filter(user=alice).get(), alice)
    again = erin_client.get(address, headers={"If-None-Match": etag})
    assert again.status_code == 200
    assert len(again.json()["cells"]) == 30


def test_a_private_wall_is_kept_by_no_shared_cache(digits: Project, erin_client: Client) -> None:
    answer = erin_client.get(f"/p/{digits.slug}/wall.json")
    assert "private" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]


def test_the_summary_counts_what_is_missing(digits: Project) -> None:
    found = wall_summary(digits)
    assert (found["accepted"], found["missing"], found["people"]) == (60, 40, 2)


def test_a_draft_without_fields_has_an_empty_wall(alice: User, alice_client: Client) -> None:
    from tests.projects_in_use import basics

    project = services.open_project(creator=alice, basics=basics("Bare"), fields=[])
    found = wall(alice_client, project)
    assert (found["kind"], found["cells"]) == ("none", [])
