"""Imports for tests: received, checked and added as the jobs do it.

``decoded_here`` decodes in a thread of this process: a process for each file would take most of a
test's time. ``tests/datasets/test_bombs.py`` and the long tests start the real child.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

import pytest
from django.core.files.base import ContentFile

from accounts.models import User
from datasets.importing import decoder, decoding
from datasets.models import Import
from datasets.services import import_adding, import_checking, importing
from projects.models import Project


@contextmanager
def in_a_thread(file: IO[bytes], order: str) -> Iterator[tuple[IO[bytes], Callable[[], bool]]]:
    """As ``decoding.child``, without a process and its caps."""
    reading, writing = os.pipe()

    def speak() -> None:
        with suppress(BrokenPipeError), os.fdopen(writing, "wb") as out:
            decoder.main(json.loads(order), file, out)

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    with os.fdopen(reading, "rb") as pipe:
        yield pipe, lambda: False
    thread.join(5)


@pytest.fixture
def decoded_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process for each file."""
    monkeypatch.setattr(decoding, "child", in_a_thread)


def received(project: Project, user: User, data: bytes, **how: Any) -> Import:
    """A file that waits for its check."""
    return importing.receive(
        project=project, user=user, file=ContentFile(data), name="penguins.csv", **how
    )


def checked(project: Project, user: User, data: bytes, **how: Any) -> Import:
    """A file after its check."""
    made = received(project, user, data, **how)
    import_checking.check(made)
    made.refresh_from_db()
    return made


def added(project: Project, user: User, data: bytes, **how: Any) -> Import:
    """A file whose good rows are there."""
    made = checked(project, user, data, **how)
    importing.add(made)
    assert import_adding.add_rows(made)
    made.refresh_from_db()
    return made
