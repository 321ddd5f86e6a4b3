"""Every operation of the API answers as its table says, to people and to tokens of each kind."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from ninja.operation import Operation

from accounts import tokens
from accounts.models import ApiToken, User
from api.v1 import api
from datasets.models import SchemaVersion
from projects.models import Membership, Project
from tests.api.asking import ALL, Program, token_for, told
from tests.authorisation.api_table import ANY, API_LINES, PAGES
from tests.authorisation.grids import OK, ROLES, STATES
from tests.authorisation.test_private_equals_missing import seen
from tests.authorisation.test_table import routes_in
from tests.authorisation.world import World
from tests.cast import person

#: Address part → which of the world's things it names.
PARTS = {
    "row_id": "row",
    "contribution_id": "contribution",
    "run_id": "run",
    "model_id": "model",
    "import_id": "file",
    "field_id": "row",
}
#: Who sees nothing where: one of each reason, since all go through one door.
BLIND = (
    ("private", "anonymous"),
    ("private", "stranger"),
    ("draft", "stranger"),
    ("hidden", "member"),
)
#: What differs from request to request of one and the same answer.
COUNTED = ("RateLimit",)


@pytest.fixture(scope="module")
def programs(world: World) -> dict[str, str]:
    """Role → a token that opens everything; none for the anonymous."""
    made = {}
    for role in ROLES:
        user = world.users[role]
        made[role] = "" if user is None else token_for(user)
    for state in STATES:
        if state != "missing":
            project = Project.objects.get(slug=world.things[state]["slug"])
            about: dict[str, Any] = {"table_schema": {}, "author": world.users["owner"]}
            SchemaVersion.objects.get_or_create(project=project, number=1, defaults=about)
    return made


def operations() -> Iterator[tuple[Operation, str]]:
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield operation, path


FOUND = {operation.view_func.__name__: operation for operation, _path in operations()}


def address(name: str, things: dict[str, Any]) -> str:
    wanted = {part: PARTS.get(part, part) for part in converters(name)}
    values = {part: things.get(thing, 1) for part, thing in wanted.items()}
    return reverse(f"api:{name}", kwargs=values)


def converters(name: str) -> list[str]:
    return list(routes_in("api")[name].pattern.converters)


@cache
def program(token: str) -> Program:
    """Kept, since each new one loads the middleware again."""
    return Program(token)


def ask(token: str, name: str, path: str, **headers: str) -> Any:
    """The answer; whatever it changed is undone, and nothing is counted."""
    [method] = FOUND[name].methods
    with transaction.atomic():
        send = program(token).send if name == "send_import" else program(token).ask
        answer = send(
            method, f"http://testserver{path}", API_LINES[name].body, X_Request_ID="one", **headers
        )
        b"".join(answer) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return answer


def test_every_operation_has_a_line_and_every_line_an_operation() -> None:
    assert set(FOUND) == set(API_LINES)
    assert set(routes_in("api")) == {*API_LINES, *PAGES}


def test_the_document_names_the_same_scopes() -> None:
    document = api.get_openapi_schema()
    listed = {
        one["operationId"]: one.get("x-scope", ANY)
        for methods in document["paths"].values()
        for one in methods.values()
    }
    assert listed == {name: line.scope for name, line in API_LINES.items()}


@pytest.mark.parametrize("name", API_LINES)
def test_an_operation_answers_as_its_line_says(
    world: World, programs: dict[str, str], name: str
) -> None:
    line, wrong = API_LINES[name], []
    for state in STATES if converters(name) else STATES[:1]:
        path = address(name, world.things[state])
        for role in ROLES:
            cell = line.answers[state, role]
            wanted = line.ok if cell == OK else int(cell)
            answer = ask(programs[role], name, path)
            if answer.status_code != wanted:
                wrong.append(f"{state} {role}: {answer.status_code}, not {wanted}")
            if wanted >= 400:
                told(answer)
    assert wrong == []


@pytest.mark.parametrize("name", API_LINES)
def test_a_token_opens_what_its_scope_says(
    world: World, programs: dict[str, str], name: str
) -> None:
    """The owner's tokens, asked before anybody looks whether the thing is there."""
    line, owner = API_LINES[name], world.users["owner"]
    assert owner is not None
    path = address(name, world.things["missing"])
    with transaction.atomic():
        lacking = [scope for scope in ALL if scope != line.scope]
        if line.scope != ANY:
            answer = ask(token_for(owner, *lacking), name, path)
            assert told(answer) == (403, "scope-missing")
            assert f'scope="{line.scope}"' in answer["WWW-Authenticate"]
        ended = token_for(owner, days=30)
        ApiToken.objects.filter(user=owner).update(expires=timezone.now() - timedelta(seconds=1))
        for token in (ended, "cc_00000000_" + 43 * "x", "nonsense"):
            assert told(ask(token, name, path)) == (401, "token-invalid")
        transaction.set_rollback(True)


def test_taking_a_token_back_ends_it_at_once(world: World, programs: dict[str, str]) -> None:
    member = world.users["member"]
    assert member is not None
    path = address("read_project", world.things["private"])
    with transaction.atomic():
        made = tokens.issue(member, name="short", scopes=["read"], days=None)
        assert ask(made.secret, "read_project", path).status_code == 200
        tokens.revoke(member, made.token.pk)
        assert told(ask(made.secret, "read_project", path)) == (401, "token-invalid")
        transaction.set_rollback(True)


def test_a_removed_members_token_is_a_strangers_at_once(world: World) -> None:
    path = address("read_project", world.things["private"])
    with transaction.atomic():
        guest = person("gwen")
        project = Project.objects.get(slug=world.things["private"]["slug"])
        membership = Membership.objects.create(project=project, user=guest, role=10)
        token = token_for(guest)
        assert ask(token, "read_project", path).status_code == 200
        membership.delete()
        assert told(ask(token, "read_project", path)) == (404, "not-found")
        transaction.set_rollback(True)


def test_a_closed_accounts_token_ends_at_once(world: World) -> None:
    path = address("list_projects", world.things["public"])
    with transaction.atomic():
        guest = person("gwen")
        token = token_for(guest)
        assert ask(token, "list_projects", path).status_code == 200
        User.objects.filter(pk=guest.pk).update(is_active=False)
        assert told(ask(token, "list_projects", path)) == (401, "token-invalid")
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", API_LINES)
def test_private_equals_missing_byte_for_byte(
    world: World, programs: dict[str, str], name: str
) -> None:
    missing = address(name, world.things["missing"])
    for state, role in BLIND:
        if API_LINES[name].answers[state, role] == OK:
            continue  # names no project, or an own act
        there = address(name, world.things[state])
        got, wanted = (bare(ask(programs[role], name, path), path) for path in (there, missing))
        assert got == wanted, f"{state} {role}"


def bare(answer: HttpResponse, path: str) -> list[str]:
    for name in COUNTED:
        del answer[name]
    return seen(answer, path)


def test_a_difference_would_be_seen(world: World, programs: dict[str, str]) -> None:
    """The control: a project that may be seen does not look missing."""
    paths = [address("list_rows", world.things[state]) for state in ("public", "missing")]
    there, missing = (bare(ask(programs["stranger"], "list_rows", one), one) for one in paths)
    assert there != missing
    assert there[0] == "200"


@pytest.mark.parametrize("name", [name for name, line in API_LINES.items() if line.scope == ANY])
def test_a_cookie_opens_nothing(world: World, name: str) -> None:
    path = address(name, world.things["public"])
    assert told(world.clients["owner"].get(path)) == (401, "token-missing")


def test_a_cookie_opens_no_private_project(world: World) -> None:
    for name in ("read_project", "list_rows", "read_file", "read_model_file"):
        path = address(name, world.things["private"])
        assert told(world.clients["owner"].get(path)) == (404, "not-found")
    path = address("add_rows", world.things["public"])
    sent = json.dumps(API_LINES["add_rows"].body)
    answer = world.clients["owner"].post(path, sent, content_type="application/json")
    assert told(answer) == (401, "token-missing")


def test_a_token_opens_no_page(world: World, programs: dict[str, str]) -> None:
    client = Client(headers={"authorization": f"Bearer {programs['owner']}"})
    assert client.get(f"/p/{world.things['private']['slug']}/").status_code == 404
    assert client.get("/settings/tokens/").status_code == 302


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_that_describe_it_are_open(world: World, name: str) -> None:
    assert world.clients["anonymous"].get(reverse(f"api:{name}")).status_code == PAGES[name]
