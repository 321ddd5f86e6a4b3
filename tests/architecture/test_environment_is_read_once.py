"""Settings come from one module: nothing else reads the environment."""

import ast
from pathlib import Path

from tests.architecture.sources import LAYERS, named, python_files, tree_of

#: The reader itself.
READER = "crowdcontrolled/env.py"
#: What an entry point sets for Django, and the environment handed on to a child.
FOR_CHILDREN = {
    "crowdcontrolled/asgi.py",
    "crowdcontrolled/wsgi.py",
    "crowdcontrolled/supervisor/child.py",
    "crowdcontrolled/supervisor/cluster.py",
    "crowdcontrolled/supervisor/web.py",
    # The engine's processes know no Django, and so no settings.
    "training/engine/work.py",
    "training/engine/serve.py",
}


def reads_environment(path: Path) -> list[int]:
    """The lines on which the file touches ``os.environ`` or ``os.getenv``."""
    lines = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}:
            if isinstance(node.value, ast.Name) and node.value.id == "os":
                lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            names = {alias.name for alias in node.names}
            if names & {"environ", "environb", "getenv"}:
                lines.append(node.lineno)
    return lines


def test_nothing_else_reads_the_environment() -> None:
    found = []
    for path in python_files(*LAYERS):
        if named(path) == READER or named(path) in FOR_CHILDREN:
            continue
        found += [f"{named(path)}:{line}" for line in reads_environment(path)]
    assert found == []


def test_the_reader_is_seen() -> None:
    reader = next(path for path in python_files("crowdcontrolled") if named(path) == READER)
    assert reads_environment(reader)
