"""A file's name says what it is about; a package's __init__ holds names or a registry."""

import ast
from pathlib import Path

from tests.architecture.sources import LAYERS, named, python_files, tree_of

SAY_NOTHING = {"utils", "util", "helpers", "helper", "misc", "tools", "stuff"}
#: These hold a registry: adding one kind of thing means one name there.
REGISTRIES = {
    "datasets/checking/__init__.py",
    "datasets/field_types/__init__.py",
    "datasets/schema_changes/__init__.py",
    "training/engine/architectures/__init__.py",
}


def test_no_file_name_says_nothing() -> None:
    files = python_files(*LAYERS, "scripts", "benchmarks", "tests")
    assert [named(path) for path in files if SAY_NOTHING & set(path.stem.split("_"))] == []


def test_a_package_starts_with_names_only() -> None:
    starts = (path for path in python_files(*LAYERS) if path.name == "__init__.py")
    assert {named(path) for path in starts if has_code(path)} <= REGISTRIES


def has_code(path: Path) -> bool:
    """Whether there is more than a docstring, imports and ``__all__``."""
    return not all(
        isinstance(node, ast.Expr | ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
        for node in tree_of(path).body
    )
