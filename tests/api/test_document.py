"""The OpenAPI document changes on purpose only, and says what programs need."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from api.openapi import operations
from api.v1 import api

KEPT = Path(__file__).parent / "openapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
    return found


def test_it_is_as_it_was(document: dict[str, Any]) -> None:
    """A change that is wanted: KEEP_OPENAPI=1 and this test write the file anew."""
    text = json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("KEEP_OPENAPI"):
        KEPT.write_text(text, encoding="utf-8")
    assert json.loads(KEPT.read_text(encoding="utf-8")) == document


def test_it_is_served(db: None, document: dict[str, Any]) -> None:
    assert Client().get("/api/v1/openapi.json").json() == document


def test_each_operation_says_what_it_does(document: dict[str, Any]) -> None:
    for place, method, details in operations(document):
        label = f"{method} {place}"
        assert details["summary"], label
        assert len(details["description"].split()) > 5, label
        assert len(details["tags"]) == 1, label
        assert "429" in details["responses"], label
        assert "security" in details, label


def test_each_body_has_an_example_and_takes_nothing_unknown(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    bodies = [
        schemas[content["schema"]["$ref"].rpartition("/")[2]]
        for _place, _method, details in operations(document)
        for kind, content in details.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json"
    ]
    assert len(bodies) >= 4
    for body in bodies:
        assert body["examples"], body["title"]
        assert body["additionalProperties"] is False, body["title"]


def test_every_post_that_changes_something_takes_a_key(document: dict[str, Any]) -> None:
    lacking = [
        details["operationId"]
        for _place, method, details in operations(document)
        if method == "post"
        and "Idempotency-Key" not in {one["name"] for one in details["parameters"]}
    ]
    assert lacking == ["predict", "predict_best"]


def test_every_kind_of_problem_has_its_place_on_the_page(db: None) -> None:
    from common.problems import KINDS

    page = Client().get("/developers/problems/").text
    assert [kind.key for kind in KINDS if f'id="{kind.key}"' not in page] == []
