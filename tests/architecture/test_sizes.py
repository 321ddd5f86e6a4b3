"""Functions and files stay small enough to be read at once."""

import ast
from itertools import chain
from pathlib import Path

import pytest

from tests.architecture.sources import LAYERS, ROOT, named, python_files, tree_of

FUNCTION_LINES = 60
FUNCTION_LINES_P90 = 30
FILE_LINES = 500
FILE_LINES_P90 = 300
TEMPLATE_LINES = 150
#: A table of thousands of answers is read line by line, never at once.
TABLES = {"tests/authorisation/table.py"}

PRODUCT = (*LAYERS, "scripts", "benchmarks")


def functions(path: Path) -> list[tuple[str, int]]:
    """Name and length of every function in the file, its docstring left out."""
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            found.append(
                (f"{named(path)}:{node.lineno} {node.name}", lines - docstring_lines(node))
            )
    return found


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    if ast.get_docstring(node) is None:
        return 0
    return (first.end_lineno or first.lineno) - first.lineno + 1


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def ninth_decile(numbers: list[int]) -> int:
    return sorted(numbers)[int(len(numbers) * 0.9)]


def test_no_function_is_long() -> None:
    found = chain.from_iterable(functions(path) for path in python_files(*PRODUCT, "tests"))
    assert [f"{name}: {lines}" for name, lines in found if lines > FUNCTION_LINES] == []


@pytest.mark.parametrize("folder", PRODUCT)
def test_most_functions_are_short(folder: str) -> None:
    lengths = [lines for path in python_files(folder) for _, lines in functions(path)]
    assert ninth_decile(lengths) <= FUNCTION_LINES_P90


def test_no_file_is_long() -> None:
    files = [path for path in python_files(*PRODUCT, "tests") if named(path) not in TABLES]
    assert [named(path) for path in files if lines_of(path) > FILE_LINES] == []


def test_most_files_are_short() -> None:
    assert ninth_decile([lines_of(path) for path in python_files(*PRODUCT)]) <= FILE_LINES_P90


def test_no_template_is_long() -> None:
    templates = sorted((ROOT / "templates").rglob("*.html"))
    assert templates
    assert [named(path) for path in templates if lines_of(path) > TEMPLATE_LINES] == []
