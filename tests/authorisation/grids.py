"""How the table is written: one line a state of the object, one column a role."""

from dataclasses import dataclass, field
from typing import Any

ROLES = ("anonymous", "stranger", "member", "maintainer", "owner", "moderator")
STATES = ("public", "unlisted", "private", "draft", "hidden", "missing")

#: Answers that are words: sent to the sign-in page, and the code that the line calls its success.
LOGIN, OK = "login", "ok"
Answers = dict[tuple[str, str], str]


def grid(text: str) -> Answers:
    """(state, role) → answer, from six lines of six words after the state's name."""
    answers: Answers = {}
    for line in text.strip().splitlines():
        state, *cells = line.split()
        assert state in STATES, line
        assert len(cells) == len(ROLES), line
        answers |= {(state, role): cell for role, cell in zip(ROLES, cells, strict=True)}
    assert len(answers) == len(ROLES) * len(STATES), text
    return answers


@dataclass(frozen=True)
class Line:
    """What one route answers.

    Attributes:
        answers: method → answers; the methods that are not named here get 405.
        ok: method → the status of a success with the body below.
        body: what a POST sends.
        thing: which of the world's things the address names besides the project.
    """

    answers: dict[str, Answers]
    ok: dict[str, int] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PlainLine:
    """What a route without a project answers: method → one answer a role."""

    answers: dict[str, str]
    ok: dict[str, int] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for cells in self.answers.values():
            assert len(cells.split()) == len(ROLES), cells

    def answer(self, method: str, role: str) -> str:
        return self.answers[method].split()[ROLES.index(role)]
