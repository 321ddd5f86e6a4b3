"""Who may not see a project cannot tell it from one that does not exist, byte for byte."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse

from tests.authorisation.table import PROJECT_LINES
from tests.authorisation.test_table import address, ask
from tests.authorisation.world import World

#: Differs from answer to answer of one and the same page.
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=|"X-CSRFToken": ?)"[^"]*"')
NONCE = re.compile(rb'(name="idempotency_key" value=)"[^"]*"')
BLIND = {
    "private": ("anonymous", "stranger", "moderator"),
    "draft": ("anonymous", "stranger", "moderator"),
    "hidden": ("anonymous", "stranger", "member", "maintainer", "moderator"),
}


def seen(response: HttpResponse, path: str) -> list[str]:
    """All of an answer that a visitor sees, with the address that they typed taken out."""
    body = getattr(response, "content", b"") or b"".join(getattr(response, "streaming_content", ()))
    body = TOKEN.sub(rb"\1", NONCE.sub(rb"\1", body))
    for typed in {path, quote(path, safe=""), quote(path)}:
        body = body.replace(typed.encode(), b"PATH")
    headers = {
        name: value.replace(path, "PATH").replace(quote(path, safe=""), "PATH")
        for name, value in response.headers.items()
        if name != "Content-Length"
    }
    # The order of its parts is another one each time, on one and the same page too.
    policy = headers.get("Content-Security-Policy", "")
    headers["Content-Security-Policy"] = "; ".join(sorted(policy.split("; ")))
    said = [f"{name}: {value}" for name, value in headers.items()]
    return [str(response.status_code), *said, *body.decode().splitlines()]


@pytest.mark.parametrize("name", PROJECT_LINES)
@pytest.mark.parametrize("state", BLIND)
def test_it_looks_missing(world: World, name: str, state: str) -> None:
    line = PROJECT_LINES[name]
    there, missing = address(name, world.things[state]), address(name, world.things["missing"])
    for role in BLIND[state]:
        for method in line.answers:
            if line.answers[method][state, role] == "ok":
                continue  # the secret in the address is the key
            got = seen(_asked(world, role, method, there, line.body), there)
            wanted = seen(_asked(world, role, method, missing, line.body), missing)
            assert got == wanted, f"{method} {there} as {role}"


def _asked(world: World, role: str, method: str, path: str, body: dict[str, Any]) -> Any:
    return ask(world, role, method, path, body)


def test_a_difference_would_be_seen(world: World) -> None:
    """The control: a project that may be seen does not look missing."""
    there = address("chat", world.things["public"])
    missing = address("chat", world.things["missing"])
    got = seen(_asked(world, "stranger", "GET", there, {}), there)
    assert got != seen(_asked(world, "stranger", "GET", missing, {}), missing)
    assert got[0] == "200"
