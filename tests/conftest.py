"""Fixtures that every test may use. People come from ``tests.cast``."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command

pytest_plugins = ["tests.cast"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """The test databases, with the cache's table, which no migration makes."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("createcachetable", verbosity=0)


@pytest.fixture(autouse=True)
def fresh_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """No rate limit outlives its test."""
    yield
    if "django_db_blocker" in request.fixturenames and request.node.get_closest_marker("django_db"):
        from django.core.cache import cache

        blocker = request.getfixturevalue("django_db_blocker")
        with blocker.unblock():
            cache.clear()
