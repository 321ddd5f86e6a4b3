"""Values of every kind go out as JSON that the JSON Schema allows, and come back the same."""

from typing import Any

import jsonschema_rs
import pytest
from django.urls import reverse

from accounts.models import User
from api.values import PHOTO, row_schema, value_as_json, value_schema
from datasets.drafts import FieldDraft, clean_draft
from datasets.field_types import FIELD_TYPES, type_of
from datasets.field_types.base import FieldType
from datasets.queries import typed_fields
from projects.models import Project
from tests.api.asking import Program, token_for, told
from tests.projects_in_use import published

#: Kind → its options, and a value as programs send it.
SENT: dict[str, tuple[dict[str, Any], Any]] = {
    "number": ({"minimum": 0, "maximum": 10}, 2.5),
    "integer": ({"minimum": 0, "maximum": 10}, 7),
    "boolean": ({}, False),
    "category": ({"categories": ["a", "b"]}, "b"),
    "text": ({}, "a word"),
    "datetime": ({}, "2026-11-23T17:00:00Z"),
    "grid": ({"height": 2, "width": 3, "max": 4}, [[0, 1, 2], [3, 4, 0]]),
    "image": (
        {"height": 8, "width": 8},
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Q"
        "DwADhgGAWjR9awAAAABJRU5ErkJggg==",
    ),
    "sequence": ({"channels": 2, "min_length": 2, "max_length": 4}, [[0.5, 1.0], [2.0, -1.5]]),
    "vector": ({"length": 3}, [1.0, 0.25, -2.0]),
}


def type_for(kind: str) -> FieldType[Any]:
    draft = clean_draft(FieldDraft("x", kind, options=SENT[kind][0]))
    return type_of(draft.as_field())


def test_every_kind_is_here() -> None:
    assert set(SENT) == {type_.kind for type_ in FIELD_TYPES}


@pytest.mark.parametrize("kind", [type_.kind for type_ in FIELD_TYPES if not type_.has_file])
def test_a_value_goes_out_and_comes_back(kind: str) -> None:
    type_, sent = type_for(kind), SENT[kind][1]
    value = type_.read(sent)
    answered = value_as_json(type_, type_.to_storage(value))
    assert type_.to_storage(type_.read(answered)) == type_.to_storage(value)
    for one in (sent, answered):
        assert jsonschema_rs.is_valid(value_schema(type_), one), one


@pytest.mark.parametrize("kind", [kind for kind in SENT if kind not in ("text", "image")])
def test_the_schema_refuses_what_the_field_refuses(kind: str) -> None:
    schema = value_schema(type_for(kind))
    wrong = [11, -1, [], {}, [[[1]]], None] + ([] if kind == "datetime" else ["no such thing"])
    assert not any(jsonschema_rs.is_valid(schema, one) for one in wrong)


def test_photos_go_in_as_text_and_come_out_as_addresses(alice: User) -> None:
    fields = [
        FieldDraft("photo", "image", options=SENT["image"][0]),
        FieldDraft("kind", "category", role="target", options={"categories": ["a", "b"]}),
    ]
    project = published(alice, "Photos", fields, visibility=Project.Visibility.PRIVATE)
    program = Program(token_for(alice))
    assert value_schema(typed_fields(project)[0][1])["description"] == PHOTO
    path = f"/projects/{project.slug}/rows"
    row = {"photo": SENT["image"][1], "kind": "a"}
    made = program.post(path, {"rows": [row], "agree": True})
    assert made.status_code == 201, made.text
    [shown] = program.get(path).json()["items"]
    assert jsonschema_rs.is_valid(row_schema(typed_fields(project)), shown["values"])
    picture = program.ask("GET", shown["values"]["photo"])
    assert picture["Content-Type"].startswith("image/")
    assert told(Program().ask("GET", shown["values"]["photo"])) == (404, "not-found")
    here = reverse("api:read_row", args=[project.slug, shown["id"]])
    assert shown["values"]["photo"].startswith(f"http://testserver{here}/photos/")
