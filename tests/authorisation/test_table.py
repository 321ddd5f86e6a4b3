"""Every route and topic answers as the table says, and each has a line there."""

from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from live import topics
from tests.authorisation.grids import LOGIN, OK, ROLES, STATES
from tests.authorisation.table import PLAIN_LINES, PROJECT_LINES, TOPIC_LINES
from tests.authorisation.world import World

METHODS = ("GET", "POST", "PUT", "DELETE")
#: Address part → which of the world's things it names; most are named alike.
PARTS = {
    "chat_delete": {"pk": "message"},
    "chat_hide": {"pk": "message"},
    "project_invite_revoke": {"pk": "invitation"},
    "contribution": {"pk": "contribution"},
    "contribution_undo": {"pk": "contribution"},
    "contribution_withdraw": {"pk": "contribution"},
    "contribution_reject": {"pk": "contribution"},
    "contribution_restore": {"pk": "contribution"},
    "row": {"pk": "row"},
    "row_photo": {"pk": "row", "field": "photo"},
    "row_thumbnail": {"pk": "row", "field": "photo"},
    "example_add": {"pk": "row"},
    "example_remove": {"pk": "row"},
    "row_edit": {"pk": "row"},
    "row_judge": {"pk": "row"},
    "row_stand": {"pk": "row"},
    "row_gold": {"pk": "row"},
    "row_gold_remove": {"pk": "row"},
    "label_decide": {"pk": "row"},
    "label_gold_remove": {"pk": "row"},
    "run": {"pk": "run"},
    "run_stop": {"pk": "run"},
    "run_next": {"pk": "run"},
    "lesson": {"slug": "lesson"},
    "run_cancel": {"pk": "run"},
    "run_champion": {"pk": "run"},
    "model": {"pk": "model"},
    "model_predict": {"pk": "model"},
    "model_file": {"pk": "model"},
    "model_script": {"pk": "model"},
    "version_part": {"name": "part"},
    "latest_part": {"name": "part"},
    "version_changes": {"before": "number"},
    "settings_session_end": {"pk": "session"},
    "settings_token_revoke": {"pk": "api_token"},
    "mfa_edit_webauthn": {"pk": "no_key"},
    "mfa_remove_webauthn": {"pk": "no_key"},
}


def routes() -> dict[str, URLPattern]:
    """Every route of the site by its name, without the admin's and the API's (see test_api)."""
    return dict(_routes(get_resolver()))


def routes_in(namespace: str) -> dict[str, URLPattern]:
    """The routes of one namespace, by their names."""
    [found] = [one for one in _resolvers(get_resolver()) if one.namespace == namespace]
    return dict(_routes(found))


def _resolvers(resolver: URLResolver) -> Iterator[URLResolver]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield pattern
            yield from _resolvers(pattern)


def _routes(resolver: URLResolver) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern), pattern
        elif pattern.namespace not in ("admin", "api"):
            yield from _routes(pattern)


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    assert set(routes()) == {*PROJECT_LINES, *PLAIN_LINES}


def test_every_topic_has_a_line() -> None:
    assert set(topics._registered) == set(TOPIC_LINES)


def address(name: str, things: dict[str, Any]) -> str:
    pattern = routes()[name].pattern
    named = PARTS.get(name, {})
    # The number of a key stands in the part of the address that its routes share.
    wanted = {*(pattern.converters or pattern.regex.groupindex), *named}
    return reverse(name, kwargs={part: things[named.get(part, part)] for part in wanted})


def answered(response: HttpResponseBase) -> str:
    """The answer in the table's words; a success is a number here."""
    to_login = response.status_code == 302 and response["Location"].startswith("/accounts/login/")
    return LOGIN if to_login else str(response.status_code)


def ask(world: World, role: str, method: str, path: str, body: dict[str, Any]) -> HttpResponseBase:
    """The answer; whatever it changed is undone."""
    client = world.clients[role]
    session = SimpleCookie(client.cookies)
    try:
        with transaction.atomic():
            response = client.generic(method, path) if method != "POST" else client.post(path, body)
            transaction.set_rollback(True)
    finally:
        client.cookies = session
    return response


def expected(cell: str, ok: int) -> str:
    return str(ok) if cell == OK else cell


@pytest.mark.parametrize("name", PROJECT_LINES)
def test_a_project_route_answers_as_its_line_says(world: World, name: str) -> None:
    line = PROJECT_LINES[name]
    wrong = []
    for state in STATES:
        path = address(name, world.things[state])
        for method in line.answers:
            for role in ROLES:
                wanted = expected(line.answers[method][state, role], line.ok.get(method, 200))
                got = answered(ask(world, role, method, path, line.body))
                if got != wanted:
                    wrong.append(f"{method} {state} {role}: {got}, not {wanted}")
    assert wrong == []


@pytest.mark.parametrize("name", PLAIN_LINES)
def test_a_plain_route_answers_as_its_line_says(world: World, name: str) -> None:
    line = PLAIN_LINES[name]
    path = address(name, world.things["public"])
    wrong = []
    for method in line.answers:
        for role in ROLES:
            wanted = expected(line.answer(method, role), line.ok.get(method, 200))
            got = answered(ask(world, role, method, path, line.body))
            if got != wanted:
                wrong.append(f"{method} {role}: {got}, not {wanted}")
    assert wrong == []


#: Pages of allauth, which takes an unknown method for a GET.
NOT_OURS = ("account_", "mfa_", "usersessions_", "socialaccount_")


@pytest.mark.parametrize(
    "name", [name for name in (*PROJECT_LINES, *PLAIN_LINES) if not name.startswith(NOT_OURS)]
)
def test_other_methods_are_refused(world: World, name: str) -> None:
    line = PROJECT_LINES.get(name) or PLAIN_LINES[name]
    path = address(name, world.things["public"])
    others = [method for method in METHODS if method not in line.answers]
    got = {method: answered(ask(world, "owner", method, path, {})) for method in others}
    assert got == dict.fromkeys(others, "405")


@pytest.mark.parametrize("prefix", TOPIC_LINES)
def test_a_topic_answers_as_its_line_says(world: World, prefix: str) -> None:
    topic = topics._registered[prefix]
    wrong = []
    for (state, role), cell in TOPIC_LINES[prefix].items():
        things = world.things[state]
        number = things["run" if prefix == "run" else "project"]
        may = topic.may_listen(world.users[role] or AnonymousUser(), number)
        if may != (cell == "yes"):
            wrong.append(f"{state} {role}: {may}")
    assert wrong == []
