"""The examples of the documentation and of the page for developers run."""

import contextlib
import io
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from api.snippets import beginnings
from projects.models import Project
from tests.api.asking import token_for
from tests.api.shipped import SITE, Wire, client
from tests.projects_in_use import add_records

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def blocks(name: str, language: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return [code for found, code in BLOCK.findall(text) if found == language]


@pytest.fixture
def at_the_zoo(
    penguins: Project, carol: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder with a table, a project to train on, and the client's wire."""
    (tmp_path / "walk.csv").write_text("species,island\nGentoo,Biscoe\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(client, "_over_http", lambda _timeout: Wire())


def ran(codes: list[str], user: User) -> str:
    said = io.StringIO()
    names: dict[str, Any] = {"SITE": SITE, "TOKEN": token_for(user)}
    with contextlib.redirect_stdout(said):
        for code in codes:
            exec(compile(code, "example", "exec"), names)
    return said.getvalue()


def test_the_python_of_the_documentation_runs(
    at_the_zoo: None, penguins: Project, carol: User, dave: User
) -> None:
    codes = blocks("docs/api.md", "python")
    assert len(codes) >= 6
    reading, training = codes[:-1], codes[-1:]
    said = ran(reading, dave)
    assert "/rows/0/species" in said
    more = [{"species": "Gentoo", "island": "Dream", "body_mass_g": 5000 + n} for n in range(30)]
    add_records(penguins, carol, more)
    start = "from crowdcontrolled_client import Project\n"
    start += 'project = Project("penguins", site=SITE, token=TOKEN)\n'
    assert "cancelled" in ran([start, *training], dave)


def test_the_python_of_the_clients_readme_runs(
    at_the_zoo: None, penguins: Project, dave: User
) -> None:
    codes = blocks("clients/python/README.md", "python")
    assert len(codes) == 1
    assert "Penguins 60" in ran(codes, dave)
    assert penguins.contributions.filter(source="api").count() == 1


def test_curl_of_the_documentation_does_what_it_says(penguins: Project, dave: User) -> None:
    [script] = blocks("docs/api.md", "sh")
    answers = [curled(line, token_for(dave)) for line in commands(script)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 201]
    assert len(answers[2].json()["items"]) == 2


def commands(script: str) -> list[str]:
    return [line for line in script.replace("\\\n", " ").splitlines() if line.startswith("curl")]


def curled(command: str, token: str) -> Any:
    """What a curl command would get; it may have -H and -d."""
    words = shlex.split(command.replace("$TOKEN", token).replace("$SITE", ""))[1:]
    path, headers, data = words.pop(0), {}, None
    while words:
        option, value = words.pop(0), words.pop(0)
        if option == "-H":
            name, _colon, text = value.partition(": ")
            headers[name] = text
        else:
            assert option == "-d"
            data = value
    kind = headers.pop("Content-Type", "")
    return Client().generic(
        "POST" if data else "GET", path, data or "", content_type=kind, headers=headers
    )


def test_the_pages_first_lines_make_sense(penguins: Project, dave: User) -> None:
    curl, python = (one.code for one in beginnings(""))
    first = commands(curl)[0].replace("/api", "$SITE/api", 1)
    assert curled(first, "").status_code == 200
    compile(python, "page", "exec")
    body = shlex.split(commands(curl)[1])[-1]
    assert set(json.loads(body)) == {"rows", "agree"}
