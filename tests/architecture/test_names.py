"""A file's name says what it is about; a package's __init__ holds nothing but a registry."""

from tests.architecture.sources import LAYERS, named, python_files

SAY_NOTHING = {"utils", "util", "helpers", "helper", "misc", "tools", "stuff"}
#: These hold a registry: adding one kind of thing means one name there.
REGISTRIES = {
    "datasets/field_types/__init__.py",
    "training/engine/architectures/__init__.py",
}


def test_no_file_name_says_nothing() -> None:
    files = python_files(*LAYERS, "scripts", "benchmarks", "tests")
    assert [named(path) for path in files if SAY_NOTHING & set(path.stem.split("_"))] == []


def test_a_package_starts_empty() -> None:
    starts = (path for path in python_files(*LAYERS) if path.name == "__init__.py")
    full = {named(path) for path in starts if path.read_text(encoding="utf-8").strip()}
    assert {name for name in full if not only_a_docstring(name)} <= REGISTRIES


def only_a_docstring(name: str) -> bool:
    import ast

    from tests.architecture.sources import ROOT

    body = ast.parse((ROOT / name).read_text(encoding="utf-8")).body
    return all(isinstance(node, ast.Expr) for node in body)
