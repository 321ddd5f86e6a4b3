"""The list of projects: what stands on it, for whom, and how it is narrowed and ordered."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from datasets.models import DataTable
from projects.browsing import page_of
from projects.finding import entry_of
from projects.models import Follow, Momentum, Project
from projects.services import create_project, publish
from search.services import put_many
from tests.cast import client_of
from tests.projects.conftest import BASICS


def named(alice: User, name: str, **changed: object) -> Project:
    project = create_project(creator=alice, **{**BASICS, "name": name, **changed})
    return publish(project, alice)


def sized(project: Project, rows: int) -> None:
    DataTable.objects.update_or_create(project=project, defaults={"accepted": rows})


def names(reader: User | None, query: str = "") -> list[str]:
    response = client_of(reader).get(f"/projects/{query}")
    assert response.status_code == 200
    return [card.project.name for card in response.context["cards"]]


def test_strangers_find_public_projects_only(alice: User, dave: User):
    named(alice, "Open")
    named(alice, "Linked", visibility="unlisted")
    named(alice, "Cellar", visibility="private")
    create_project(creator=alice, **{**BASICS, "name": "Draft"})
    Project.objects.filter(pk=named(alice, "Bad").pk).update(hidden=True)
    assert names(None) == names(dave) == ["Open"]
    assert set(names(alice)) == {"Open", "Linked", "Cellar", "Draft", "Bad"}


def test_search_wants_every_word_in_any_case(alice: User):
    named(alice, "Snail shells", pitch="Measure a shell.")
    named(alice, "Snail trails", pitch="Draw one.")
    named(alice, "Snail cellar", visibility="private")
    assert names(None, "?q=SNAIL") == ["Snail trails", "Snail shells"]
    assert names(None, "?q=snäil+meas") == ["Snail shells"]
    assert names(None, "?q=whale") == []
    assert len(names(alice, "?q=snail")) == 3


@pytest.mark.parametrize("name", ["q", "tag", "task", "licence", "show", "needs", "sort", "after"])
@pytest.mark.parametrize(
    "value", ["%", "_", "'; DROP TABLE x;--", "<script>", "%00", "\u202e", "x" * 10_000, "1e999_1"]
)
def test_any_address_is_answered(alice: User, name: str, value: str):
    named(alice, "Open")
    page = client_of(alice).get("/projects/", {name: value, "sort": "data"}).content.decode()
    assert "<script>" not in page.replace("<script>\n", "")
    assert Project.objects.count() == 1


def test_filters(alice: User, dave: User):
    named(alice, "Numbers", task="regression", licence="CC-BY-4.0")
    named(alice, "Kinds", task="classification")
    assert names(None, "?task=classification") == ["Kinds"]
    assert names(None, "?licence=CC-BY-4.0") == ["Numbers"]
    assert names(None, "?licence=CC-BY-4.0&task=classification") == []
    assert names(dave, "?show=mine") == []
    assert len(names(alice, "?show=mine")) == 2
    assert len(names(None, "?show=mine")) == 2
    assert len(names(None, "?show=nonsense&task=nonsense")) == 2


def test_what_i_follow(alice: User, dave: User):
    named(alice, "Other")
    Follow.objects.create(project=named(alice, "Followed"), user=dave)
    assert names(dave, "?show=followed") == ["Followed"]
    assert names(alice, "?show=followed") == []


def test_what_needs_data(alice: User):
    sized(named(alice, "Full", goal=10), 10)
    sized(named(alice, "Half", goal=10), 9)
    sized(named(alice, "Endless", goal=None), 900)
    named(alice, "Empty", goal=10)
    assert set(names(None, "?needs=data")) == {"Half", "Endless", "Empty"}


def test_tags(alice: User):
    named(alice, "Shells", tags="snails, Sea")
    named(alice, "Trails", tags="snails", pitch="Draw one.")
    named(alice, "Secret", tags="snails hush", visibility="private")
    assert names(None, "?tag=snails") == ["Trails", "Shells"]
    assert names(None, "?tag=SEA") == ["Shells"]
    assert names(None, "?tag=snails&q=shell") == ["Shells"]
    assert names(None, "?tag=hush") == []
    page = client_of(None).get("/projects/")
    assert [(tag["slug"], tag["count"]) for tag in page.context["tags"]] == [
        ("snails", 2),
        ("sea", 1),
    ]
    assert "hush" not in page.text


def test_chips_take_one_filter_away_each(alice: User):
    named(alice, "Shells", tags="sea")
    page = client_of(alice).get("/projects/?q=shells&tag=sea&show=mine&sort=data")
    assert {chip["url"] for chip in page.context["chips"]} == {
        "?tag=sea&show=mine&sort=data",
        "?q=shells&show=mine&sort=data",
        "?q=shells&tag=sea&sort=data",
    }


def test_orders(alice: User):
    for place, name in enumerate(("Old", "Middle", "New")):
        project = named(alice, name)
        sized(project, [5, 50, 1][place])
        if name != "New":
            Momentum.objects.update_or_create(
                project=project, defaults={"at": timezone.now(), "rank": [9.5, -1][place]}
            )
        else:
            Momentum.objects.filter(project=project).delete()
    assert names(None) == names(None, "?sort=nonsense") == ["New", "Middle", "Old"]
    assert names(None, "?sort=data") == ["Middle", "Old", "New"]
    assert names(None, "?sort=trending") == ["Old", "Middle", "New"]


@pytest.mark.parametrize("sort", ["", "data", "trending"])
def test_pages_follow_each_other_both_ways(alice: User, monkeypatch, sort: str):
    monkeypatch.setitem(page_of.__kwdefaults__, "limit", 2)
    for number in range(5):
        sized(named(alice, f"Snail {number}"), number // 2)
    client = client_of(None)
    seen: list[str] = []
    url = f"?q=snail&sort={sort}"
    pages = []
    while url:
        page = client.get(f"/projects/{url}")
        pages.append([card.project.name for card in page.context["cards"]])
        seen, last, url = seen + pages[-1], page, page.context["older_url"]
    assert sorted(seen) == [f"Snail {number}" for number in range(5)]
    assert [len(page) for page in pages] == [2, 2, 1]
    back = client.get(f"/projects/{last.context['newer_url']}")
    assert [card.project.name for card in back.context["cards"]] == pages[1]
    first = client.get(f"/projects/{back.context['newer_url']}")
    assert [card.project.name for card in first.context["cards"]] == pages[0]
    assert first.context["newer_url"] is None
    assert "q=snail" in first.context["older_url"]


def test_empty_lists_invite(db: None):
    page = Client().get("/projects/").content.decode()
    assert "Start the first project" in page
    assert "No project fits." in Client().get("/projects/?q=x").content.decode()


def test_it_only_reads(dave_client: Client):
    assert dave_client.post("/projects/").status_code == 405


def test_queries_do_not_grow_with_projects(alice: User):
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert names(None, "?q=snail&sort=trending&needs=data")
        return len(caught)

    named(alice, "Snail")
    few = statements()
    shared = {key: BASICS[key] for key in ("pitch", "task", "licence", "visibility")}
    made = Project.objects.bulk_create(
        Project(
            **shared,
            name=f"Snail {n}",
            slug=f"snail-{n}",
            creator=alice,
            state="published",
            published=timezone.now(),
        )
        for n in range(1000)
    )
    put_many(entry_of(project) for project in made)
    assert statements() == few <= 8
