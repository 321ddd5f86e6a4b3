"""docs/limits.md shows every limit with its value, and no other."""

import re

from common import limits as site
from tests.docs.pages import first_cells
from training.engine import limits as engine


def constants(module: object) -> dict[str, float]:
    return {name: value for name, value in vars(module).items() if name.isupper()}


def documented() -> dict[str, float]:
    """Name → value as the page shows it; spaces group digits, and units follow the number."""
    shown = {}
    for name, value, *_ in first_cells("docs/limits.md"):
        shown[name.strip("`")] = number(value)
    return shown


def number(text: str) -> float:
    match = re.match(r"[0-9][0-9 ]*(?:\.[0-9]+)?", text)
    assert match, f"{text!r} does not start with a number"
    return float(match[0].replace(" ", ""))


def test_the_page_shows_every_limit() -> None:
    assert documented() == {**constants(site), **constants(engine)}


def test_each_says_what_it_limits() -> None:
    for name, _value, what in first_cells("docs/limits.md"):
        assert len(what.split()) >= 3, name
