"""The OpenAPI document: what django-ninja finds out, and what all operations have in common."""

from collections.abc import Iterator
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from api.door import Token
from api.schemas.shared import ProblemOut
from common.problems import KINDS, MEDIA_TYPE

METHODS = ("get", "post", "patch", "put", "delete")
WRITES = ("post", "patch", "put", "delete")
SCHEME = "token"
DESCRIPTION = """\
Everything that the site does with data, for programs.

**Tokens.** Make one under Settings → Tokens and send it as `Authorization: Bearer cc_…`. Its scopes
say what it opens: `read`, `contribute`, `train`, `admin`. What everybody may see needs no token.
Cookies open nothing here.

**Errors** are problem documents (RFC 9457): `type` is an address that says the way out, `errors`
names every value that does not fit. What is private looks like what does not exist.

**Repeating.** Send an `Idempotency-Key` with each POST and the same one when you repeat it: it
happens once, and you get the first answer.

**Lists** come in pages: follow `next`, or the header `Link`. Items that come in meanwhile shift
nothing.

**Caching and changing.** Reads carry an `ETag`; `If-None-Match` saves the transfer, `If-Match`
keeps a change from overwriting somebody else's.

**Budgets** of reads and writes are told by `RateLimit-Policy` and `RateLimit` with each answer;
after 429 wait as `Retry-After` says.
"""
TAGS = {
    "me": "Whose token it is.",
    "projects": "Found, opened, read, changed.",
    "schema": "The fields of a project, and their versions.",
    "rows": "Datapoints: read and added.",
    "contributions": "What you gave: read, undone, withdrawn.",
    "imports": "Files of many datapoints: checked first, then added.",
    "snapshots": "Immutable versions of the data, and their files.",
    "runs": "Trainings: started, followed, stopped.",
    "models": "What trainings left: boards, figures, files.",
    "predictions": "Asking models.",
}
HEADERS = {
    "X-Request-ID": "The request, as the site's log calls it; what you send comes back.",
    "RateLimit-Policy": "The budget: its name, how many requests (q) in how many seconds (w).",
    "RateLimit": "What is left of it (r), and after how many seconds it is whole again (t).",
}
#: What each status means, for the answers that any operation may give.
REFUSALS = {
    kind.status: " · ".join(str(one.title) for one in KINDS if one.status == kind.status)
    for kind in KINDS
} | {416: "The range is not in the file"}


class Documented(NinjaAPI):
    """The API whose document says what all operations have in common; it is made once."""

    _document: dict[str, Any] | None = None

    def get_openapi_schema(self, **params: Any) -> OpenAPISchema:
        """The whole document."""
        if self._document is None:
            self._document = self._written(super().get_openapi_schema(**params))
        return self._document  # type: ignore[return-value]

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The view's own name: it is said once in the API."""
        return operation.view_func.__name__

    def _written(self, document: Any) -> dict[str, Any]:
        doors = dict(self._doors())
        for _path, method, details in operations(document):
            complete(details, method, doors[details["operationId"]])
        document["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
        parts = document["components"]
        parts["securitySchemes"] = {
            SCHEME: {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "cc_…",
                "description": "A token from Settings → Tokens.",
            }
        }
        parts["schemas"]["Problem"] = _problem_schema(parts["schemas"])
        parts["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in HEADERS.items()
        }
        parts["responses"] = {_name(status): _refusal(text) for status, text in REFUSALS.items()}
        return dict(document)

    def _doors(self) -> Iterator[tuple[str, Token]]:
        for router in self._get_bound_routers():
            for view in router.path_operations.values():
                for operation in view.operations:
                    [door] = operation.auth_callbacks
                    assert isinstance(door, Token)
                    yield self.get_openapi_operation_id(operation), door


def operations(document: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of each operation."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def complete(details: dict[str, Any], method: str, door: Token) -> None:
    """Say of an operation who may, how it refuses and which headers come."""
    wanted: list[dict[str, list[str]]] = [{SCHEME: []}]
    details["security"] = [{}, *wanted] if door.optional else wanted
    if door.scope:
        nobody = ", or no token for what everybody may see" if door.optional else ""
        details["description"] = (
            f"{details.get('description', '')}\n\nScope: `{door.scope}`{nobody}.".strip()
        )
        details["x-scope"] = door.scope
    answers = details["responses"]
    if not door.gives:
        answers[200] = {
            "description": "The file",
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    if method == "get":
        answers[304] = {"description": "You have it already (If-None-Match)"}
    for status in refusals_of(details, method, door):
        answers.setdefault(status, {"$ref": f"#/components/responses/{_name(status)}"})
    for status, answer in answers.items():
        if status < 400:
            answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}


def refusals_of(details: dict[str, Any], method: str, door: Token) -> list[int]:
    """The statuses with which this operation may refuse."""
    found = {400, 401, 404, 429, 500, 503}
    if door.scope:
        found.add(403)
    if door.gives:
        found.add(406)
    if details.get("parameters"):
        found.add(422)
    if method == "get":
        found |= {412} if door.gives else {410, 412, 416}
    if method in WRITES:
        found |= {409, 412, 415, 422}
    if "requestBody" in details:
        found |= {413, 507}
    return sorted(found)


def _problem_schema(schemas: dict[str, Any]) -> dict[str, Any]:
    schema = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schema["required"] = ["type", "title", "status", "detail"]
    return schema


def _refusal(text: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _name(status: int) -> str:
    return f"Refused{status}"
