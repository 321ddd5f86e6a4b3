"""A program that asks the API, in the test's own process."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import tokens
from accounts.models import User

ALL = ["read", "contribute", "train", "admin"]


def token_for(user: User, *scopes: str, days: int | None = None) -> str:
    """The secret of a fresh token."""
    return tokens.issue(user, name="program", scopes=list(scopes or ALL), days=days).secret


class Program:
    """Asks with one token, or without; ``last`` is the last answer."""

    def __init__(self, token: str = "", **headers: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = dict(headers)
        if token:
            self.headers["authorization"] = f"Bearer {token}"

    def ask(
        self, method: str, path: str, body: Any = None, *, query: Any = None, **headers: str
    ) -> Any:
        """The answer to one request; ``path`` begins behind ``/api/v1``, or is a whole address."""
        address = path if path.startswith("http") else f"/api/v1{path}"
        data = "" if body is None else json.dumps(body)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            address.removeprefix("http://testserver"),
            data,
            content_type="application/json" if body is not None else "",
            headers={**self.headers, **sent},
            query_params=query,
        )

    def send(self, _method: str, path: str, _body: Any = None, **headers: str) -> Any:
        """The answer to a file of three rows."""
        file = SimpleUploadedFile("rows.csv", b"length,kind\n1,a\n2,b\n3,a\n")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        place = path.removeprefix("http://testserver")
        place = place if place.startswith("/api/v1") else f"/api/v1{place}"
        return self.client.post(place, {"file": file}, headers={**self.headers, **sent})

    def get(self, path: str, **query: Any) -> Any:
        return self.ask("GET", path, query=query or None)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)


def told(answer: Any) -> tuple[int, str]:
    """Status and kind of a problem."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["type"].partition("#")[2]
