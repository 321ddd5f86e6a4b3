"""Job kinds for the tests, gone again after each."""

from collections.abc import Iterator

import pytest

from jobs.kinds import KINDS, Kind
from tests.jobs import handlers


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    before = dict(KINDS)
    handlers.log.clear()
    names = (
        "works",
        "breaks",
        "refuses",
        "wants_again",
        "forgets",
        "is_robbed",
        "watches",
        "missing",
    )
    for name in names:
        KINDS[name] = Kind(
            name,
            "light",
            f"tests.jobs.handlers.{name}",
            on_failed="tests.jobs.handlers.note_failure",
        )
    KINDS["trains"] = Kind("trains", "training", "tests.jobs.handlers.works")
    yield
    KINDS.clear()
    KINDS.update(before)
