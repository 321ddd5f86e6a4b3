"""Few dependencies, pinned, each used and each with a sentence that says why."""

import re
import sys
from importlib.metadata import packages_distributions

from tests.architecture.sources import LAYERS, ROOT, imported_by, python_files

MOST = 25
#: Used without an import: by a setting, a driver's address, or a package that imports them.
USED_BY_NAME = {
    "adbc-driver-manager": "adbc-driver-sqlite loads it",
    "psycopg": "Django's engine for DATABASE_URL",
    "redis": "Django's cache and django-q2's broker for REDIS_URL",
    "whitenoise": "a middleware named in the settings",
    "channels": "an app named in the settings",
    "daphne": "an app named in the settings",
}
#: Part of a package's own interface: that is built on it and documents it.
COMES_WITH = {"asgiref": "django", "pydantic": "django-ninja"}
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s+]+)$")


def requirements(name: str) -> dict[str, str]:
    """The file's own pins: canonical name → version."""
    pins = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith(("#", "-")):
            match = PIN.match(line.strip())
            assert match, f"{name}: {line!r} is not pinned as name==version without a local label"
            pins[canonical(match[1])] = match[2]
    return pins


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def documented() -> set[str]:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    return {canonical(name) for name in re.findall(r"^\| `([^`]+)` \|", text, re.M)}


def test_there_are_few() -> None:
    assert len(requirements("requirements.txt")) <= MOST


def test_each_has_a_sentence_and_nothing_else_has() -> None:
    files = ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt")
    wanted = set().union(*(requirements(name) for name in files))
    assert documented() == wanted


def test_constraints_hold_the_same_versions() -> None:
    held = requirements("constraints.txt")
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt"):
        for package, version in requirements(name).items():
            assert held[package] == version


def test_the_site_imports_nothing_that_is_not_required() -> None:
    homes = packages_distributions()
    known = {canonical(name) for name in requirements("requirements.txt")}
    own = {*LAYERS, *sys.stdlib_module_names, *COMES_WITH}
    stray: dict[str, str] = {}
    for path in python_files(*LAYERS):
        for module in imported_by(path) - own:
            packages = {canonical(name) for name in homes.get(module, [module])}
            if not packages & known:
                stray.setdefault(module, str(path.relative_to(ROOT)))
    assert stray == {}


def test_nothing_is_required_that_the_site_does_not_use() -> None:
    homes = packages_distributions()
    used = set(USED_BY_NAME)
    for path in python_files(*LAYERS):
        for module in imported_by(path):
            used |= {canonical(name) for name in homes.get(module, [])}
    # The settings name apps by strings.
    used |= {"django-allauth", "django-q2"}
    assert set(requirements("requirements.txt")) - used == set()


def test_hugging_faces_datasets_never_comes_in() -> None:
    assert "datasets" not in requirements("constraints.txt")
