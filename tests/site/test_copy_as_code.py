"""The code on the pages runs as it stands there, against the running site."""

import html
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from accounts.models import User
from datasets.services import take_snapshot
from projects.models import Project
from tests.cast import client_of
from tests.projects_in_use import add_records, seed_records

#: Beside them the data page says the code of its view, which tests of that page run.
OF = {"data", "model"}
CODE = re.compile(r'<code id="code-([a-z]+)-([a-z]+)">(.*?)</code>', re.S)


def code_on(page: str) -> dict[str, str]:
    """The snippets of the newest version, as a reader would copy them."""
    return {key: html.unescape(code) for of, key, code in CODE.findall(page) if of in OF}


def run(code: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def shell(code: str, folder: Path) -> str:
    done = subprocess.run(
        ["bash", "-euc", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def installed(*names: str) -> bool:
    return all(importlib.util.find_spec(name) for name in names)


@pytest.mark.parametrize("page", ["", "data/"])
def test_every_snippet_of_the_data_runs(live_server, digits: Project, tmp_path: Path, page: str):
    take_snapshot(digits)
    address = f"{live_server.url}/p/{digits.slug}/{page}"
    with urlopen(address) as answer:
        found = code_on(answer.read().decode())
    assert list(found) == ["python", "pandas", "duckdb", "curl"]
    assert f"{live_server.url}/p/digits/data/v1.parquet" in found["python"]
    assert run(found["python"], tmp_path).startswith("60 ")
    assert shutil.which("curl"), "curl is missing: apt-get install curl"
    assert "digits-v1.parquet: OK" in shell(found["curl"], tmp_path)
    for name in ("pandas", "duckdb"):
        compile(found[name], name, "exec")
        if installed(name):
            run(found[name], tmp_path)


def test_a_changed_file_would_be_seen(live_server, digits: Project, tmp_path: Path):
    snapshot = take_snapshot(digits)
    with urlopen(f"{live_server.url}/p/{digits.slug}/") as answer:
        found = code_on(answer.read().decode())
    other = {key: code.replace(snapshot.file_sha256, "0" * 64) for key, code in found.items()}
    with pytest.raises(AssertionError, match="AssertionError"):
        run(other["python"], tmp_path)
    with pytest.raises(AssertionError, match="did NOT match"):
        shell(other["curl"], tmp_path)


def test_the_newest_version_is_named(digits: Project, carol: User):
    take_snapshot(digits)
    add_records(digits, carol, seed_records("digits", 61)[60:])
    newest = take_snapshot(digits)
    page = client_of(None).get(f"/p/{digits.slug}/data/", headers={"host": "localhost"}).text
    assert f"http://localhost/p/digits/data/v{newest.number}.parquet" in page
    assert newest.file_sha256 in page


def test_without_a_version_the_page_says_how_one_comes(digits: Project):
    page = client_of(None).get(f"/p/{digits.slug}/").text
    assert "No version yet." in page
    assert code_on(page) == {}


def test_of_a_private_project_the_downloaded_file_is_read(
    digits: Project, alice: User, tmp_path: Path
):
    take_snapshot(digits)
    Project.objects.filter(pk=digits.pk).update(visibility="private")
    client = client_of(alice)
    page = client.get(f"/p/{digits.slug}/data/").text
    found = code_on(page)
    assert list(found) == ["python", "pandas", "duckdb"]
    assert "http" not in "".join(found.values())
    file = client.get(f"/p/{digits.slug}/data/v1.parquet")
    (tmp_path / "digits-v1.parquet").write_bytes(file.getvalue())
    assert run(found["python"], tmp_path).startswith("60 ")
