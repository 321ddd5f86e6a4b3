"""The list of projects: what stands on it, for whom, and how it is searched."""

import pytest
from django.test import Client

from accounts.models import User
from projects.models import Project
from projects.services import create_project, publish
from tests.cast import client_of
from tests.projects.conftest import BASICS


def named(alice: User, name: str, **changed: object) -> Project:
    project = create_project(creator=alice, **{**BASICS, "name": name, **changed})
    return publish(project, alice)


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
    assert names(None, "?q=SNAIL") == ["Snail trails", "Snail shells"]
    assert names(None, "?q=snail+measure") == ["Snail shells"]
    assert names(None, "?q=whale") == []


@pytest.mark.parametrize(
    "q", ["%", "_", "'; DROP TABLE x;--", "<script>", "%00", "\u202e", "x" * 500]
)
def test_any_search_is_answered(alice: User, q: str):
    named(alice, "Open")
    page = client_of(None).get("/projects/", {"q": q}).content.decode()
    assert "<script>" not in page.replace("<script>\n", "")
    assert Project.objects.count() == 1


def test_filters(alice: User, dave: User):
    named(alice, "Numbers", task="regression")
    named(alice, "Kinds", task="classification")
    assert names(None, "?show=classification") == ["Kinds"]
    assert names(dave, "?show=mine") == []
    assert len(names(alice, "?show=mine")) == 2
    assert len(names(None, "?show=mine")) == 2
    assert len(names(None, "?show=nonsense")) == 2


def test_pages_keep_the_search(alice: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("projects.views.PAGE", 2)
    for number in range(3):
        named(alice, f"Snail {number}")
    response = client_of(None).get("/projects/?q=snail")
    assert response.context["older_url"] == "?q=snail&page=2"
    assert names(None, "?q=snail&page=2") == ["Snail 0"]
    assert names(None, "?q=snail&page=99") == ["Snail 0"]
    assert names(None, "?page=x") == ["Snail 2", "Snail 1"]


def test_empty_lists_invite(db: None):
    page = Client().get("/projects/").content.decode()
    assert "Start the first project" in page
    assert "No project fits." in Client().get("/projects/?q=x").content.decode()


def test_it_only_reads(dave_client: Client):
    assert dave_client.post("/projects/").status_code == 405


def test_queries_do_not_grow_with_cards(alice: User, django_assert_max_num_queries):
    for number in range(12):
        named(alice, f"Snail {number}")
    with django_assert_max_num_queries(4):
        assert len(names(None)) == 12
