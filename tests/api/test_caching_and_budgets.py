"""ETags save transfers and keep changes from overwriting; budgets are told and held."""

import pytest

from accounts.models import User
from api.door import BUDGETS
from projects.models import Project
from tests.api.asking import Program, told
from tests.projects_in_use import add_records

HERE = "/projects/penguins"
RECORD = {"species": "Gentoo", "island": "Dream", "body_mass_g": 5_432.0}


def test_what_one_has_is_not_sent_again(penguins: Project, nobody: Program, carol: User) -> None:
    for path in (HERE, f"{HERE}/rows", f"{HERE}/schema"):
        etag = nobody.get(path)["ETag"]
        same = nobody.ask("GET", path, If_None_Match=etag)
        assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
    etag = nobody.get(f"{HERE}/rows")["ETag"]
    add_records(penguins, carol, [RECORD])
    assert nobody.ask("GET", f"{HERE}/rows", If_None_Match=etag).status_code == 200


def test_head_is_get_without_a_body(penguins: Project, nobody: Program) -> None:
    whole, head = nobody.get(HERE), nobody.ask("HEAD", HERE)
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == whole["ETag"]


def test_a_change_does_not_overwrite_somebody_elses(penguins: Project, alices: Program) -> None:
    seen = alices.get(HERE)["ETag"]
    changed = alices.ask("PATCH", HERE, {"pitch": "First"}, If_Match=seen)
    assert changed.status_code == 200
    late = alices.ask("PATCH", HERE, {"pitch": "Second"}, If_Match=seen)
    assert told(late) == (412, "changed-meanwhile")
    assert late["ETag"] == changed["ETag"]
    assert alices.ask("PATCH", HERE, {"goal": 99}, If_Match=late["ETag"]).status_code == 200
    assert alices.get(HERE).json()["pitch"] == "First"


def test_datapoints_that_come_in_are_no_change_of_it(
    penguins: Project, alices: Program, carol: User
) -> None:
    seen = alices.get(HERE)["ETag"]
    add_records(penguins, carol, [RECORD])
    assert alices.get(HERE)["ETag"] != seen
    assert alices.ask("PATCH", HERE, {"pitch": "First"}, If_Match=seen).status_code == 200


def test_budgets_are_told_and_held(
    penguins: Project, daves: Program, nobody: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BUDGETS, "read", 3)
    for left in (2, 1, 0):
        answer = daves.get(HERE)
        assert answer["RateLimit-Policy"] == '"read";q=3;w=60'
        assert answer["RateLimit"].startswith(f'"read";r={left};t=')
    refused = daves.get(HERE)
    assert told(refused) == (429, "too-many-requests")
    assert 1 <= int(refused["Retry-After"]) <= 120
    assert refused["RateLimit"].startswith('"read";r=0;t=')
    # Another token, and writes, have budgets of their own.
    assert nobody.get(HERE).status_code == 200
    assert daves.post(f"{HERE}/rows", {"rows": []}).status_code == 422


def test_versions_are_in_what_is_read(penguins: Project, daves: Program) -> None:
    before = daves.get(f"{HERE}/rows").json()
    assert before["schema_version"] == penguins.schema_version
    added = daves.post(f"{HERE}/rows", {"rows": [RECORD], "agree": True}).json()
    assert added["data_version"] > before["data_version"]
    assert daves.get(HERE).json()["data_version"] == added["data_version"]
