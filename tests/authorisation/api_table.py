"""Who gets which answer from the API: written by hand, as ``table``, one line an operation.

The same states and people; each shows a token that opens everything, the first one shows none.
``scope`` is what a token needs: with any other one it is refused before anybody looks what is
there. A token that has ended or was taken back is refused everywhere; that of a removed member gets
what the stranger gets.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.authorisation.grids import Answers, grid
from tests.authorisation.table import READ

ANY, OPEN = "any", "open"

#: Whoever may see the project takes part in it; in a hidden one nobody does.
PARTICIPATE = grid("""
    public      401    ok   ok   ok   ok   ok
    unlisted    401    ok   ok   ok   ok   ok
    private     401    404  ok   ok   ok   404
    draft       401    404  ok   ok   ok   404
    hidden      401    404  404  404  403  404
    missing     401    404  404  404  404  404
""")
#: Into a draft only maintainers put rows, to try it.
CONTRIBUTE = grid("""
    public      401    ok   ok   ok   ok   ok
    unlisted    401    ok   ok   ok   ok   ok
    private     401    404  ok   ok   ok   404
    draft       401    404  409  ok   ok   404
    hidden      401    404  404  404  403  404
    missing     401    404  404  404  404  404
""")
MAINTAIN = grid("""
    public      401    403  403  ok   ok   403
    unlisted    401    403  403  ok   ok   403
    private     401    404  403  ok   ok   404
    draft       401    404  403  ok   ok   404
    hidden      401    404  404  404  403  404
    missing     401    404  404  404  404  404
""")
#: The file that the member sent is theirs alone; to everybody else it looks like none.
OWN_FILE = grid("""
    public      401    404  ok   404  404  404
    unlisted    401    404  ok   404  404  404
    private     401    404  ok   404  404  404
    draft       401    404  ok   404  404  404
    hidden      401    404  404  404  403  404
    missing     401    404  404  404  404  404
""")
CONFIRM = {**OWN_FILE, ("draft", "member"): "409"}
#: Publishing is the owner's, once.
PUBLISH = grid("""
    public      401    403  403  403  409  403
    unlisted    401    403  403  403  409  403
    private     401    404  403  403  409  404
    draft       401    404  403  403  ok   404
    hidden      401    404  404  404  403  404
    missing     401    404  404  404  404  404
""")
#: What the member made, in a project that they see.
BY_ITS_AUTHOR = grid("""
    public      401    403  ok   403  403  403
    unlisted    401    403  ok   403  403  403
    private     401    404  ok   403  403  404
    draft       401    404  ok   403  403  404
    hidden      401    404  404  404  403  404
    missing     401    404  404  404  404  404
""")
#: An own act is seen and taken back also by who lost sight of the project.
OWN_ACT = grid("""
    public      401    403  ok   403  403  403
    unlisted    401    403  ok   403  403  403
    private     401    404  ok   403  403  404
    draft       401    404  ok   403  403  404
    hidden      401    404  ok   404  403  404
    missing     401    404  404  404  404  404
""")
#: Who may end a run: the member who started it, and maintainers.
STEER = grid("""
    public      401    403  ok   ok   ok   403
    unlisted    401    403  ok   ok   ok   403
    private     401    404  ok   ok   ok   404
    draft       401    404  ok   ok   ok   404
    hidden      401    404  404  404  403  404
    missing     401    404  404  404  404  404
""")


def plain(cells: str) -> Answers:
    """The same line for every state: the operation names no project."""
    states = ("public", "unlisted", "private", "draft", "hidden", "missing")
    return grid("\n".join(f"{state} {cells}" for state in states))


EVERYBODY = plain("ok ok ok ok ok ok")
NOTHING = plain("404 404 404 404 404 404")
WITH_TOKEN = plain("401 ok ok ok ok ok")


@dataclass(frozen=True)
class ApiLine:
    """One operation.

    Attributes:
        scope: what a token must have; ``any``: every token will do; ``open``: no door at all.
        answers: who gets what.
        ok: the status of a success with the body below.
        body: what is sent.
    """

    scope: str
    answers: Answers
    ok: int = 200
    body: dict[str, Any] | None = field(default=None)


NEW = {
    "name": "Another one",
    "pitch": "To see who may",
    "licence": "CC0-1.0",
    "table_schema": {"fields": [{"name": "size", "type": "number"}]},
}
#: Refused behind the door only: nobody trains or asks a model in these tests.
TWO_WAYS = {"preset": "quick", "settings": {"epochs": 1}}
NO_FIELD = {"rows": [{"no such field": 1}]}

API_LINES: dict[str, ApiLine] = {
    "me": ApiLine(ANY, WITH_TOKEN),
    "list_projects": ApiLine("read", EVERYBODY),
    "create_project": ApiLine("admin", WITH_TOKEN, 201, NEW),
    "read_project": ApiLine("read", READ),
    "change_project": ApiLine("admin", MAINTAIN, 200, {"pitch": "Another one"}),
    "publish_project": ApiLine("admin", PUBLISH),
    "read_schema": ApiLine("read", READ),
    "list_versions": ApiLine("read", READ),
    "read_version": ApiLine("read", READ),
    "list_rows": ApiLine("read", READ),
    "read_row": ApiLine("read", READ),
    # The row has no field that is a photo.
    "read_photo": ApiLine("read", NOTHING),
    "add_rows": ApiLine(
        "contribute", CONTRIBUTE, 201, {"rows": [{"length": 777, "kind": "a"}], "agree": True}
    ),
    "list_contributions": ApiLine("read", WITH_TOKEN),
    "read_contribution": ApiLine("read", OWN_ACT),
    "list_given": ApiLine("read", BY_ITS_AUTHOR),
    "undo": ApiLine("contribute", OWN_ACT),
    "withdraw": ApiLine("contribute", OWN_ACT),
    "list_imports": ApiLine("read", PARTICIPATE),
    "send_import": ApiLine("contribute", CONTRIBUTE, 201),
    "read_import": ApiLine("read", OWN_FILE),
    "read_bad_rows": ApiLine("read", OWN_FILE),
    # Nothing in it is good.
    "confirm_import": ApiLine("contribute", CONFIRM, 422, {"agree": True}),
    "cancel_import": ApiLine("contribute", OWN_FILE),
    "list_snapshots": ApiLine("read", READ),
    "take_snapshot": ApiLine("contribute", PARTICIPATE, 201),
    "read_snapshot": ApiLine("read", READ),
    "read_file": ApiLine("read", READ),
    "list_runs": ApiLine("read", READ),
    "start_run": ApiLine("train", PARTICIPATE, 422, TWO_WAYS),
    "read_run": ApiLine("read", READ),
    "read_curve": ApiLine("read", READ),
    "stop_run": ApiLine("train", STEER),
    "list_models": ApiLine("read", READ),
    "read_board": ApiLine("read", READ),
    "read_model": ApiLine("read", READ),
    "read_model_file": ApiLine("read", READ),
    "read_script": ApiLine("read", READ),
    "predict": ApiLine("read", READ, 422, NO_FIELD),
    "predict_best": ApiLine("read", READ, 422, NO_FIELD),
}
#: Addresses that describe the others; the last one is none, and says so.
PAGES = {"openapi-json": 200, "openapi-view": 200, "api-root": 404}
