"""What a project lacks most, and how the contribute page asks for it."""

import json
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from datasets.drafts import FieldDraft
from datasets.queries import fields_of, needs
from projects.models import Project
from tests.projects_in_use import add_records, published

pytestmark = pytest.mark.django_db
KINDS = FieldDraft("kind", "category", role="target", options={"categories": ["a", "b", "c"]})
LENGTH = FieldDraft("length", "number", required=False)


def with_rows(owner: User, goal: int | None, rows: str) -> Project:
    """A project of three classes with a row for each letter."""
    project = published(owner, "Kinds", [LENGTH, KINDS], goal=goal)
    if rows:
        add_records(project, owner, [{"kind": kind} for kind in rows])
    return project


@pytest.mark.parametrize(
    ("goal", "rows", "found"),
    [
        # A third of the goal each, rounded up.
        (10, "aaaab", [("c", 4), ("b", 3)]),
        (10, "aaaabbbbcccc", []),
        # Without a goal as often as the largest, and at least a first model's share.
        (None, "a" * 9 + "b" * 8 + "c", [("c", 8), ("b", 1)]),
        (None, "aab", [("c", 7), ("b", 6), ("a", 5)]),
        (None, "", [("a", 7), ("b", 7), ("c", 7)]),
    ],
)
def test_the_shortest_class_comes_first(
    alice: User, goal: int | None, rows: str, found: list[tuple[str, int]]
) -> None:
    project = with_rows(alice, goal, rows)
    assert [(need.label, need.missing) for need in needs(project)] == found


def test_without_classes_any_row_is_needed(alice: User) -> None:
    price = FieldDraft("price", "number", role="target")
    project = published(alice, "Prices", [LENGTH, price], goal=None, task="regression")
    assert [(need.code, need.missing) for need in needs(project)] == [(None, 20)]
    add_records(project, alice, [{"price": n} for n in range(20)])
    assert needs(project) == []
    Project.objects.filter(pk=project.pk).update(goal=25)
    project.refresh_from_db()
    assert [need.missing for need in needs(project)] == [5]


def test_it_costs_two_queries_however_many_rows(
    digits: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        assert len(needs(digits)) == 3


def asked(page: str) -> tuple[str, str]:
    """The words of the prompt, and the label that is chosen in the form."""
    words = re.search(r"data-need-words[^>]*>([^<]*)<", page)
    chosen = re.search(r'<input type="radio"[^>]*value="([^"]*)"[^>]*checked', page)
    return words[1] if words else "", chosen[1] if chosen else ""


def test_the_page_asks_for_it_and_skip_goes_on(alice: User, dave_client: Client) -> None:
    project = with_rows(alice, 10, "aaaab")
    path = f"/p/{project.slug}/contribute/"
    first = dave_client.get(path).content.decode()
    assert asked(first) == ("Needed most: c", "c")
    assert "4 more needed" in first
    assert "b (3)" in first
    skip = re.search(r'href="(\?need=\d+)" data-need-skip', first)
    assert skip
    assert asked(dave_client.get(path + skip[1]).content.decode()) == ("Needed most: b", "b")


@pytest.mark.parametrize("code", ["9", "-1", "x", "", "1" * 30])
def test_a_need_that_is_none_is_left_out(alice: User, dave_client: Client, code: str) -> None:
    project = with_rows(alice, 10, "aaaab")
    page = dave_client.get(f"/p/{project.slug}/contribute/?need={code}").content.decode()
    assert asked(page)[1] == "c"


def test_the_next_form_asks_for_what_is_short_by_then(alice: User, dave_client: Client) -> None:
    project = with_rows(alice, 6, "aab")
    kind = fields_of(project)[1]
    path = f"/p/{project.slug}/contribute/"
    for _n in range(2):
        form = {kind.column: "c", "agree": "on"}
        answer = dave_client.post(path, form, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert asked(page) == ("Needed most: b", "b")
    classes = re.search(r'<script id="classes"[^>]*>(.*?)</script>', page)
    assert classes
    assert {one["label"]: one["rows"] for one in json.loads(classes[1])} == {"a": 2, "b": 1, "c": 2}


def test_windows_read_the_classes_anew(alice: User, erin_client: Client) -> None:
    project = with_rows(alice, 6, "aab")
    found = erin_client.get(f"/p/{project.slug}/contribute/needs.json").json()["classes"]
    assert [(one["label"], one["rows"], one["target"]) for one in found] == [
        ("a", 2, 2),
        ("b", 1, 2),
        ("c", 0, 2),
    ]


def test_when_nothing_is_short_it_says_so(alice: User, erin_client: Client) -> None:
    project = with_rows(alice, 3, "abc")
    page = erin_client.get(f"/p/{project.slug}/contribute/").content.decode()
    assert asked(page) == ("Nothing is short. More is welcome.", "")
