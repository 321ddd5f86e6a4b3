"""The search page: what was found of each kind, for this reader, marked and never raw."""

import pytest
from django.test import Client

from accounts.finding import note_person
from accounts.models import User
from accounts.services import change_about
from datasets.services import take_snapshot
from projects.models import Project
from projects.services import create_project, publish
from search.services import put
from search.sources import Entry
from tests.authorisation.world import finished
from tests.cast import client_of, person
from tests.projects.conftest import BASICS
from training.finding import note_model


def opened(alice: User, name: str, **changed: object) -> Project:
    return publish(create_project(creator=alice, **{**BASICS, "name": name, **changed}), alice)


def sections(reader: User | None, query: str) -> dict[str, list[str]]:
    page = client_of(reader).get(f"/search/{query}")
    assert page.status_code == 200
    return {one.kind: [str(hit.title) for hit in one.hits] for one in page.context["sections"]}


def test_each_kind_has_a_section(digits: Project, carol: User):
    note_person(carol)
    change_about(carol, "Draws digits")
    note_model(finished(digits, carol, take_snapshot(digits)).run)
    assert sections(None, "?q=digit") == {
        "project": ["<mark>Digits</mark>"],
        "person": ["carol"],
        "model": ["<mark>Digits</mark>"],
    }
    page = client_of(None).get("/search/?q=digit").text
    assert "Draws <mark>digits</mark>" in page
    assert "/u/carol/" in page


def test_nothing_of_others_is_shown(alice: User, dave: User):
    opened(alice, "Cellar", visibility="private")
    assert sections(alice, "?q=cellar") == {"project": ["<mark>Cellar</mark>"]}
    assert sections(dave, "?q=cellar") == sections(None, "?q=cellar") == {}


def test_the_readers_right_decides_whatever_the_index_says(alice: User, dave: User):
    project = opened(alice, "Cellar", visibility="private")
    put(Entry("project", project.pk, "Cellar", "", public=True))
    put(Entry("model", 12345, "Cellar", "", public=True))
    put(Entry("person", 12345, "Cellar", "", public=True))
    assert sections(dave, "?q=cellar") == {}


def test_what_was_typed_and_found_is_escaped(alice: User):
    opened(alice, "<b>Snails</b>", pitch="<i>shells</i>")
    page = client_of(None).get("/search/", {"q": '<script>"snails'}).text
    assert "<b>Snails" not in page
    assert "<script>&quot;" not in page
    page = client_of(None).get("/search/", {"q": "snails"}).text
    assert "&lt;b&gt;<mark>Snails</mark>&lt;/b&gt;" in page
    assert "&lt;i&gt;shells&lt;/i&gt;" in page


def test_nothing_found_leads_on(alice: User):
    opened(alice, "Snails")
    page = client_of(None).get("/search/?q=zebra+crossing")
    assert "Nothing found for “zebra crossing”." in page.text
    assert [card.project.name for card in page.context["suggested"]] == ["Snails"]
    assert "Clear the search" in page.text


def test_a_slip_is_forgiven_and_said(alice: User):
    opened(alice, "Penguins")
    page = client_of(None).get("/search/?q=pengiuns").text
    assert "Nothing has “pengiuns”. These are spelt alike." in page
    assert "Penguins" in page


def test_more_of_one_kind_page_by_page(db: None):
    for number in range(30):
        note_person(person(f"snail{number:02}"))
    page = client_of(None).get("/search/?q=snail")
    (people,) = page.context["sections"]
    assert len(people.hits) == 6
    seen = [hit.thing.username for hit in people.hits]
    while people.more_url:
        page = client_of(None).get(f"/search/{people.more_url}")
        (people,) = page.context["sections"]
        seen += [hit.thing.username for hit in people.hits]
    assert sorted(seen) == [f"snail{number:02}" for number in range(30)]


@pytest.mark.parametrize(
    "query",
    [
        *("", "?q=", "?q=%00", "?q=%22", "?q=*", "?kind=x&q=a", "?kind=project", "?q=%F0%9F%90%8C"),
        *("?q=a&kind=project&after=x", "?q=a&kind=project&after=1_nan_1", f"?q={'x' * 9_000}"),
        "?q=a&kind=project&after=1_1e999_99999999999999999999",
    ],
)
def test_any_address_is_answered(alice: User, query: str):
    opened(alice, "Snails")
    assert client_of(None).get(f"/search/{query}").status_code == 200


def test_it_only_reads(db: None):
    assert Client().post("/search/", {"q": "x"}).status_code == 405


def test_statements_do_not_grow_with_answers(alice: User, django_assert_max_num_queries):
    for number in range(6):
        opened(alice, f"Snail {number}")
        note_person(person(f"snail{number}"))
    with django_assert_max_num_queries(8):
        client_of(None).get("/search/?q=snail")
