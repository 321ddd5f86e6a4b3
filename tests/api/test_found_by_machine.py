"""schemathesis reads the OpenAPI document and tries to break what it promises: 0 failures."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path
from hypothesis import HealthCheck, Phase, given, settings
from ninja import NinjaAPI, Schema
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.engine import events, from_schema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import User
from crowdcontrolled.pooled import PooledASGIHandler
from datasets.models import Contribution
from datasets.queries import Purpose, rows
from datasets.services import take_snapshot
from projects.models import Project
from tests.api.asking import token_for

FEW = settings(
    max_examples=2,
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
#: What each answer must keep.
PROMISES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Budgets are tried elsewhere: here they would hide what is behind them."""

    def free(*_scope: object, **_limit: object) -> None:
        return None

    monkeypatch.setattr("common.ratelimit.spend", free)
    monkeypatch.setattr("api.door.spend", free)
    monkeypatch.setattr("api.routers.models.spend", free)
    monkeypatch.setattr("projects.services.PROJECTS_PER_PERSON_PER_DAY", 10**9)


def parameters(project: Project) -> dict[str, Any]:
    """Things that are there: otherwise every address would be nobody's."""
    given_ = Contribution.objects.filter(project=project)[0]
    return {
        "slug": project.slug,
        "row_id": rows(project, Purpose.TABLE).values_list("pk", flat=True)[0],
        "contribution_id": given_.pk,
        "number": take_snapshot(project).number,
        "ext": "csv",
    }


def config_for(token: str, found: dict[str, Any], **generation: Any) -> SchemathesisConfig:
    """A configuration of our own, whatever lies in the folder."""
    return SchemathesisConfig.from_dict(
        {
            "headers": {"Authorization": f"Bearer {token}"},
            "parameters": {f"path.{name}": value for name, value in found.items()},
            "generation": {"database": "none", "deterministic": True, **generation},
            "phases": {"stateful": {"max-steps": 5}},
            "checks": {
                # A cursor is signed and rows must fit their project: the document cannot say that.
                "positive_data_acceptance": {"enabled": False},
            },
        }
    )


def failures(app: object, config: SchemathesisConfig) -> list[str]:
    """What schemathesis finds wrong, in all its phases."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, config=config)
    found = []
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            found += [
                f"{event.phase.value} {check.name}: {check.failure_info.failure.title} {label}\n"
                f"{check.failure_info.failure.message}\n{check.failure_info.code_sample}"
                for label, checks in event.recorder.checks.items()
                for check in checks
                if check.failure_info is not None
            ]
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.append(f"{vars(event)}")
    return found


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_nothing_is_found(
    penguins: Project, alice: User, unlimited: None, full_counts: bool
) -> None:
    found = parameters(penguins)
    config = config_for(token_for(alice), found, **{"max-examples": 50 if full_counts else 10})
    app = PooledASGIHandler(threads=1)
    try:
        assert failures(app, config) == []
    finally:
        app.close()


def smoke(app: object, document: str, user: User, found: dict[str, Any]) -> list[str]:
    """The same in this thread, two requests an operation, each of them undone."""
    token = token_for(user)
    schema = schemathesis.openapi.from_wsgi(document, app, config=config_for(token, found))
    wrong: list[str] = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        named = {one: value for one, value in found.items() if f"{{{one}}}" in operation.path}

        @FEW
        @given(case=operation.as_strategy(path_parameters=named or None))
        def ask(case: Any) -> None:
            with transaction.atomic():
                answer = case.call(headers={"Authorization": f"Bearer {token}"})
                transaction.set_rollback(True)
            try:
                case.validate_response(answer, checks=PROMISES)
            except (AssertionError, BaseExceptionGroup) as failure:
                wrong.append(f"{case.method} {case.path}: {failure!r} {answer.text[:300]}")

        ask()
    return wrong


@pytest.fixture
def kept_open() -> Iterator[None]:
    """The end of a request would close the connection whose transaction the test undoes."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def test_little_is_asked_and_nothing_found(
    penguins: Project, alice: User, unlimited: None, kept_open: None
) -> None:
    assert smoke(get_wsgi_application(), "/api/v1/openapi.json", alice, parameters(penguins)) == []


def test_a_broken_operation_is_caught(alice: User, unlimited: None, kept_open: None) -> None:
    """The control: an API that answers what its document does not say, and one that breaks."""
    broken = NinjaAPI(urls_namespace="broken")
    broken.get("/liar", response=Truth, auth=None)(liar)
    broken.get("/clumsy", response=Truth, auth=None)(clumsy)
    routes = type("routes", (), {"urlpatterns": [path("broken/", broken.urls)]})
    with override_settings(ROOT_URLCONF=routes):
        found = smoke(get_wsgi_application(), "/broken/openapi.json", alice, {})
    assert len(found) == 2
    assert "is not of type" in found[0]
    assert "500" in found[1]


class Truth(Schema):
    """What both operations promise."""

    count: int


def liar(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b'{"count": "many"}', content_type="application/json")


def clumsy(request: HttpRequest) -> Truth:
    raise ZeroDivisionError
