"""Every variable of the environment is documented, and nothing else is."""

import ast
import re

from tests.architecture.sources import python_files, tree_of
from tests.docs.pages import first_cells, text_of

READERS = {"text", "boolean", "integer", "words", "choice", "folder"}


def read_by_settings() -> set[str]:
    """The variables that the code reads, from the calls ``env.<reader>("NAME", …)``."""
    names = set()
    for path in python_files("crowdcontrolled"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and is_reader(node.func):
                assert isinstance(node.args[0], ast.Constant), path
                names.add(str(node.args[0].value))
    return names


def is_reader(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr in READERS
        and isinstance(function.value, ast.Name)
        and function.value.id == "env"
    )


def test_the_page_lists_what_the_settings_read() -> None:
    documented = {row[0].strip("`") for row in first_cells("docs/settings.md")}
    assert documented == read_by_settings()


def test_the_example_file_lists_them_too() -> None:
    names = set(re.findall(r"^#?([A-Z_]+)=", text_of(".env.example"), re.MULTILINE))
    assert names == read_by_settings() - {"ENV_FILE"}


def test_each_has_an_explanation() -> None:
    for variable, _default, what in first_cells("docs/settings.md"):
        assert len(what.split()) >= 3, variable


def test_the_reading_finds_them() -> None:
    assert read_by_settings() >= {"VAR", "DEBUG", "DATABASE_URL"}
