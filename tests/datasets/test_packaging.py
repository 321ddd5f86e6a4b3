"""What describes a version, as other people's tools read it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from datasets import services
from datasets.drafts import FieldDraft
from datasets.packaging.croissant import CONTEXT
from datasets.packaging.yaml import quoted
from datasets.queries import typed_fields
from projects.models import Project, Tag
from tests.kinds import KINDS, OPTIONS, photo
from tests.projects_in_use import published

pytestmark = pytest.mark.django_db
ODD = 'All: "kinds" #1\\'
GIVEN: dict[str, list[Any]] = {
    "number": [-1.5, 2.0],
    "integer": [7, None],
    "boolean": [True, False],
    "category": [0, 4],
    "text": ["=HYPERLINK(1)", "'=quoted, with comma"],
    "datetime": ["2016-07-01T14:30", "2016-07"],
    "grid": [[[1] * 5] * 3, [[7] * 5] * 3],
    "image": [photo(), photo((1, 2, 3))],
    "sequence": [[[0.5, 1.25], [3.0, 4.0]], [[1.0], [2.0]]],
    "vector": [[0.1, 0.2, 0.3], [1.0, 2.0, 3.0]],
}


@pytest.fixture
def everything(alice: User) -> Project:
    """A project with a field of each kind and two rows, its names made to be misread."""
    fields = [
        FieldDraft(f"=a {kind}", kind, required=False, options=OPTIONS[kind]) for kind in KINDS
    ]
    fields.append(FieldDraft("kind", "category", "target", options={"categories": ["+a", "b"]}))
    project = published(alice, ODD, fields, pitch="---\nlicense: mine")
    project.tags.add(Tag.objects.create(slug="no"))
    rows = []
    for number in range(2):
        row: dict[int, Any] = {}
        for field, type_ in typed_fields(project):
            given = GIVEN[field.kind][number] if field.name != "kind" else number
            row[field.pk] = None if given is None else type_.check(given)
        rows.append(row)
    services.contribute(project=project, user=alice, rows=rows, source="seed")
    return project


@pytest.fixture
def folder(everything: Project, erin_client: Client, tmp_path: Path) -> Path:
    """The whole folder of a version, as a program downloads it."""
    services.take_snapshot(everything)
    names = [f"data.{ending}" for ending in ("parquet", "csv", "jsonl", "arrow")]
    names += ["datapackage.json", "croissant.json", "README.md", "CITATION.cff", "schema.json"]
    for name in names:
        answer = erin_client.get(f"/p/{everything.slug}/data/v1/{name}")
        assert answer.status_code == 200, name
        (tmp_path / name).write_bytes(answer.getvalue())
    return tmp_path


def test_frictionless_finds_nothing_wrong(folder: Path) -> None:
    import frictionless

    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    assert {task.name for task in report.tasks} == {"parquet", "csv", "jsonl", "arrow"}
    text = (folder / "data.csv").read_text().replace("-1.5", "many")
    (folder / "data.csv").write_text(text)
    assert not frictionless.validate(str(folder / "datapackage.json")).valid


def test_croissant_is_read_with_its_records(folder: Path) -> None:
    import mlcroissant

    described = json.loads((folder / "croissant.json").read_text())
    for file in described["distribution"]:
        assert file["contentUrl"].startswith("http://testserver/p/")
        file["contentUrl"] = Path(file["contentUrl"]).name
    (folder / "croissant.json").write_text(json.dumps(described))
    data = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    assert not data.metadata.issues.errors
    assert data.metadata.name == ODD
    records = list(data.records("rows"))
    assert len(records) == 2
    assert records[0]["rows/column.3"] == -1.5
    assert "isLiveDataset" not in described


def test_the_living_data_are_described_as_live(everything: Project, erin_client: Client) -> None:
    import mlcroissant

    services.take_snapshot(everything)
    described = erin_client.get(f"/p/{everything.slug}/data/croissant.json").json()
    assert described["isLiveDataset"] is True
    assert described["distribution"][0]["contentUrl"].endswith("/data/latest/data.parquet")
    assert "sha256" not in json.dumps(described)
    assert not mlcroissant.Dataset(jsonld=described).metadata.issues.errors


def test_the_context_is_the_specifications() -> None:
    from mlcroissant._src.core.context import Context, CroissantVersion
    from mlcroissant._src.core.rdf import make_context

    newest = Context(conforms_to=CroissantVersion.V_1_1)
    assert make_context(newest) == CONTEXT


def test_the_card_says_what_hugging_face_reads(folder: Path) -> None:
    import yaml

    _empty, front, body = (folder / "README.md").read_text().split("---\n", 2)
    said = yaml.safe_load(front)
    assert said["license"] == ["cc0-1.0"]
    assert said["pretty_name"] == ODD
    assert said["size_categories"] == ["n<1K"]
    assert said["task_categories"] == ["image-classification"]
    assert said["tags"] == ["no"]
    assert said["configs"][0]["data_files"] == [{"split": "train", "path": "data.parquet"}]
    assert "deletions.json" in body


def test_the_citation_is_yaml(folder: Path) -> None:
    import yaml

    said = yaml.safe_load((folder / "CITATION.cff").read_text())
    assert said["title"] == ODD
    assert said["license"] == ["CC0-1.0"]
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", said["identifiers"][0]["value"])
    assert (said["cff-version"], said["type"], said["version"]) == ("1.2.0", "dataset", "1.0.0")


def test_a_text_stays_a_text_in_yaml() -> None:
    import yaml

    for text in ("no", "1e3", "a\u2028b", "x\x85y", '"', "\\", "# a", "😀", "\ufeff"):
        assert yaml.safe_load(f"key: {quoted(text)}")["key"] == text


def test_no_such_part(folder: Path, everything: Project, erin_client: Client) -> None:
    for name in ("data.exe", "data", "settings.py", "..%2Fv1.csv", "README.md.bak"):
        assert erin_client.get(f"/p/{everything.slug}/data/v1/{name}").status_code == 404, name
        assert erin_client.get(f"/p/{everything.slug}/data/latest/{name}").status_code == 404, name


@pytest.mark.long
@pytest.mark.parametrize("name", ["penguins", "digits", "strokes"])
def test_frictionless_reads_the_demo(
    name: str, request: pytest.FixtureRequest, erin_client: Client, tmp_path: Path
) -> None:
    import frictionless

    project: Project = request.getfixturevalue(name)
    services.take_snapshot(project)
    for part in ("data.parquet", "data.csv", "data.jsonl", "data.arrow", "datapackage.json"):
        answer = erin_client.get(f"/p/{project.slug}/data/v1/{part}")
        (tmp_path / part).write_bytes(answer.getvalue())
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])
