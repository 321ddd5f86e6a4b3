"""What a script sends that had to wait: added once, and refused in words."""

from typing import Any

import pytest
from django.test import Client

from datasets.queries import count_of, fields_of
from projects.models import Project
from tests.datasets.test_contributing import filled

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def send(client: Client, project: Project, form: dict[str, str], key: str = "key-1") -> Any:
    headers = {**JSON, "Idempotency-Key": key}
    return client.post(f"/p/{project.slug}/contribute/", form, headers=headers)


def test_the_same_key_adds_once_and_answers_the_same(digits: Project, dave_client: Client) -> None:
    answers = [send(dave_client, digits, filled(digits)) for _try in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["undo"].endswith("/undo/")
    assert count_of(digits).accepted == 61


def test_the_header_goes_before_the_form_s_own_key(digits: Project, dave_client: Client) -> None:
    for field in ("a", "b"):
        send(dave_client, digits, filled(digits, idempotency_key=field))
    assert count_of(digits).accepted == 61


def test_a_key_that_was_used_for_something_else_is_refused(
    digits: Project, dave_client: Client
) -> None:
    label = fields_of(digits)[1].column
    send(dave_client, digits, filled(digits))
    answer = send(dave_client, digits, filled(digits, **{label: "4"}))
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert count_of(digits).accepted == 61


def test_what_does_not_fit_is_said_in_words(digits: Project, dave_client: Client) -> None:
    label = fields_of(digits)[1].column
    answer = send(dave_client, digits, filled(digits, **{label: "13", "agree": None}))
    assert answer.status_code == 422
    said = answer.json()["detail"]
    assert "must be one of" in said
    assert "Tick this" in said


def test_whoever_is_signed_out_is_asked_to_sign_in(digits: Project, erin_client: Client) -> None:
    answer = send(erin_client, digits, filled(digits))
    assert answer.status_code == 401
    assert "Sign in" in answer.json()["detail"]
    assert count_of(digits).accepted == 60


def test_too_fast_says_when_to_come_back(
    digits: Project, dave_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasets.services.contributing.CONTRIBUTIONS_PER_MINUTE", 1)
    send(dave_client, digits, filled(digits))
    answer = send(dave_client, digits, filled(digits), key="key-2")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
