"""Fixtures that every test may use. People come from ``tests.cast``."""

import gc
from collections.abc import Iterator

import pytest
from django.core.management import call_command

pytest_plugins = [
    "tests.cast",
    "tests.projects_in_use",
    "tests.imports_in_use",
    "tests.jobs_turning",
]

#: A test that asks for one of these, or carries the marker ``django_db``, touches the database.
DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_setup", "live_server"})


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of `make test-postgres`, `make nightly` and `make shots`."""
    parser.addoption(
        "--only-database", action="store_true", help="leave out what needs no database"
    )
    parser.addoption("--full-counts", action="store_true", help="proofs by volume at full volume")
    parser.addoption("--shots", metavar="FOLDER", help="save a picture of every page there")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Open the cache's database too; with ``--only-database`` leave out what touches none."""
    for item in items:
        _open_every_database(item)
    if not config.getoption("--only-database"):
        return
    touching = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(touching)])
    items[:] = touching


def pytest_collection_finish() -> None:
    """Thousands of collected tests live to the end: the garbage collector need not visit them."""
    gc.collect()
    gc.freeze()


def _open_every_database(item: pytest.Item) -> None:
    # On SQLite the cache sits in a file of its own, and every rate limit reads it.
    marker = item.get_closest_marker("django_db")
    if marker is None and not _touches_database(item):
        return
    kwargs = {"databases": "__all__", **(marker.kwargs if marker else {})}
    item.add_marker(pytest.mark.django_db(*(marker.args if marker else ()), **kwargs), append=False)


def _touches_database(item: pytest.Item) -> bool:
    fixtures = DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session")
def full_counts(pytestconfig: pytest.Config) -> bool:
    """Whether proofs by volume run at full volume (`make nightly`) or within CI's budget."""
    return bool(pytestconfig.getoption("--full-counts"))


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


@pytest.fixture(autouse=True)
def no_project_tables_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Drop projects' tables before the flush of a test that commits: the flush knows them not."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or "live_server" in request.fixturenames
    if not commits and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    from tests.projects_in_use import drop_project_tables

    drop_project_tables()
