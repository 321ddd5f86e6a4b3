"""One world for all lines: each asks inside a savepoint that is rolled back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.authorisation.world import World, build


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once for the file, rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        # Before the rollback: on PostgreSQL the cache's table is part of this transaction.
        cache.clear()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def unblocked(world: World, django_db_blocker: Any) -> Iterator[None]:
    """The database, and a clean slate of rate limits."""
    with django_db_blocker.unblock():
        yield
        cache.clear()
