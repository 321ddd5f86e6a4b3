"""A mark that stands while the demo is being filled in, and stays when that was killed."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


def unfinished() -> bool:
    """Whether the demo was begun and never completed."""
    return bool((settings.VAR / "seed.unfinished").exists())


@contextmanager
def standing() -> Iterator[None]:
    """Set the mark, and take it away when everything inside is done."""
    mark = settings.VAR / "seed.unfinished"
    mark.touch()
    yield
    mark.unlink(missing_ok=True)
