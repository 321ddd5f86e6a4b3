"""Reads that may cost much are ended after a few seconds: the reader gets a sentence instead."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, OperationalError, connection
from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import VIEW_SECONDS

#: SQLite asks after so many steps of its machine: about every 0.2 ms.
STEPS = 20_000
#: PostgreSQL's code of a statement that was ended, and SQLite's words.
CANCELLED = "57014"
INTERRUPTED = "interrupted"


class TooSlow(Refused):
    """The read was ended; ``status`` 503: the same may work with fewer rows, or a little later."""

    def __init__(self) -> None:
        sentence = _(
            "This took longer than %(seconds)s seconds and was ended. Take a filter away, or look "
            "at the rows in the order in which they came."
        )
        super().__init__(sentence % {"seconds": VIEW_SECONDS}, status=503, retry_after=60)


@contextmanager
def within(seconds: float = VIEW_SECONDS) -> Iterator[None]:
    """End the statements inside after so many seconds: each on PostgreSQL, together on SQLite.

    Raises:
        TooSlow: one was ended.
    """
    limited = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    try:
        with limited(seconds):
            yield
    except OperationalError as error:
        if _was_ended(error):
            raise TooSlow from error
        raise


def _was_ended(error: OperationalError) -> bool:
    code = getattr(error.__cause__, "sqlstate", None) or getattr(error.__cause__, "pgcode", None)
    return code == CANCELLED or str(error) == INTERRUPTED


@contextmanager
def _on_postgresql(seconds: float) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, false)", [f"{seconds * 1000:.0f}"]
        )
    try:
        yield
    finally:
        _lift()


def _lift() -> None:
    """The connection serves other pages after this one."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout TO DEFAULT")
    except DatabaseError:
        # In a transaction that failed; its rollback takes the setting back as well.
        if not connection.in_atomic_block:
            connection.close()


@contextmanager
def _on_sqlite(seconds: float) -> Iterator[None]:
    connection.ensure_connection()
    opened = connection.connection
    deadline = time.monotonic() + seconds
    opened.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
    try:
        yield
    finally:
        opened.set_progress_handler(None, 0)
