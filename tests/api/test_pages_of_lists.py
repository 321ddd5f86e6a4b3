"""Lists come in pages that nothing shifts, and cursors that nobody makes up."""

import re
from typing import Any

import pytest

from accounts.models import User
from projects.models import Project
from tests.api.asking import Program, told
from tests.projects_in_use import add_records

ROWS = "/projects/penguins/rows"
NEXT = re.compile(r'<(?P<address>[^>]+)>; rel="next"')
RECORD = {"species": "Gentoo", "island": "Dream", "body_mass_g": 5_432.0}


def walked(program: Program, path: str, **query: Any) -> list[dict[str, Any]]:
    """All items, by the addresses in Link."""
    answer = program.get(path, **query)
    items = list(answer.json()["items"])
    while "Link" in answer:
        found = NEXT.fullmatch(answer["Link"])
        assert found
        answer = program.ask("GET", found["address"])
        items += answer.json()["items"]
    assert answer.json()["next"] is None
    return items


@pytest.mark.parametrize("newest_first", ["false", "true"])
def test_a_walk_sees_each_row_once(penguins: Project, nobody: Program, newest_first: str) -> None:
    found = walked(nobody, ROWS, limit=17, newest_first=newest_first)
    numbers = [row["number"] for row in found]
    assert sorted(numbers) == list(range(1, 61))
    assert numbers == sorted(numbers, reverse=newest_first == "true")


def test_what_comes_in_meanwhile_shifts_nothing(
    penguins: Project, nobody: Program, carol: User
) -> None:
    first = nobody.get(ROWS, limit=10, newest_first="true").json()
    add_records(penguins, carol, [RECORD])
    second = nobody.get(ROWS, limit=10, newest_first="true", cursor=first["next"]).json()
    numbers = [row["number"] for page in (first, second) for row in page["items"]]
    assert numbers == list(range(60, 40, -1))
    new = nobody.get(ROWS, after=60).json()["items"]
    assert [row["values"]["body_mass_g"] for row in new] == [5_432.0]


def test_a_cursor_belongs_to_its_list_and_filters(penguins: Project, nobody: Program) -> None:
    cursor = nobody.get(ROWS, limit=10).json()["next"]
    for path, query in (
        (ROWS, {"newest_first": "true"}),
        ("/projects/penguins/runs", {}),
    ):
        assert told(nobody.get(path, cursor=cursor, **query)) == (400, "bad-cursor")
    for made_up in ("", "1", cursor[:-1], cursor.replace(":", ";"), "x" * 500):
        assert told(nobody.get(ROWS, cursor=made_up)) == (400, "bad-cursor")
    assert nobody.get(ROWS, cursor=cursor, limit=5).status_code == 200


def test_projects_come_in_pages(penguins: Project, digits: Project, nobody: Program) -> None:
    assert {one["slug"] for one in walked(nobody, "/projects", limit=1)} == {"penguins", "digits"}
    assert [one["slug"] for one in walked(nobody, "/projects", q="Penguins")] == ["penguins"]
    assert walked(nobody, "/projects", task="regression") == []


def test_somebodys_rows(penguins: Project, nobody: Program) -> None:
    found = walked(nobody, ROWS, by="carol", limit=7)
    assert len(found) == 30
    assert {row["contributor"] for row in found} == {"carol"}
