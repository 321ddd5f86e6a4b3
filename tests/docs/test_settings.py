"""Every variable of the environment is documented, and nothing else is."""

import ast
import re

from tests.docs.pages import first_cells, text_of

READERS = {"text", "boolean", "integer", "words", "choice", "folder"}


def read_by_settings() -> set[str]:
    """The variables that the settings read, from the calls ``env.<reader>("NAME", …)``."""
    names = set()
    for node in ast.walk(ast.parse(text_of("crowdcontrolled/settings.py"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of_env = isinstance(node.func.value, ast.Name) and node.func.value.id == "env"
        if of_env and node.func.attr in READERS:
            assert isinstance(node.args[0], ast.Constant)
            names.add(str(node.args[0].value))
    return names


def test_the_page_lists_what_the_settings_read() -> None:
    documented = {row[0].strip("`") for row in first_cells("docs/settings.md")}
    assert documented == read_by_settings()


def test_the_example_file_lists_them_too() -> None:
    names = set(re.findall(r"^#?([A-Z_]+)=", text_of(".env.example"), re.MULTILINE))
    assert names == read_by_settings() - {"ENV_FILE"}


def test_each_has_an_explanation() -> None:
    for variable, _default, what in first_cells("docs/settings.md"):
        assert len(what.split()) >= 3, variable


def test_only_settings_read_the_environment_through_env() -> None:
    assert read_by_settings() >= {"VAR", "DEBUG", "DATABASE_URL"}
