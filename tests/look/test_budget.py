"""A page carries at most 60 kB of JavaScript and 14 kB of CSS, gzip."""

import re
from pathlib import Path

import pytest

from tests.look.files import STATIC, TEMPLATES, packed, templates, uncommented

SCRIPTS = 60_000
STYLES = 14_000
EXTENDS = re.compile(r"""\{% extends ["']([^"']+)["'] %\}""")
INCLUDES = re.compile(r"""\{% include ["']([^"']+)["']""")
SCRIPT = re.compile(r"""\{% static ["'](\S+?\.js)["'] %\}""")
SHEET = re.compile(r"""\{% static ["'](css/\S+?\.css)["'] %\}""")
IMPORT = re.compile(r"""^\s*(?:import|export)\b[^"']*["'](\.[^"']+)["']""", re.MULTILINE)


def scripts_of(
    name: str, seen: set[str] | None = None, wanted: re.Pattern[str] = SCRIPT
) -> set[Path]:
    """Every script (or style sheet) that a template names, in itself, its layouts and its parts."""
    seen = seen if seen is not None else set()
    path = TEMPLATES / name
    if name in seen or not path.exists():
        return set()
    seen.add(name)
    text = uncommented(path.read_text())
    found = {STATIC / script for script in wanted.findall(text)}
    for other in [*EXTENDS.findall(text), *INCLUDES.findall(text)]:
        found |= scripts_of(other, seen, wanted)
    return found


def graph(paths: set[Path]) -> set[Path]:
    """The scripts and all modules that they import."""
    todo, done = list(paths), set()
    while todo:
        path = todo.pop()
        if path in done or not path.exists():
            continue
        done.add(path)
        todo += [(path.parent / name).resolve() for name in IMPORT.findall(path.read_text())]
    return done


PAGES = [path.relative_to(TEMPLATES).as_posix() for path in templates()]


@pytest.mark.parametrize("name", PAGES)
def test_page_keeps_the_budget(name):
    modules = graph(scripts_of(name))
    size = sum(packed(path) for path in modules)
    assert size <= SCRIPTS, sorted((packed(path), path.name) for path in modules)


@pytest.mark.parametrize("name", PAGES)
def test_style_sheets_keep_the_budget(name):
    sheets = scripts_of(name, wanted=SHEET)
    assert sum(packed(path) for path in sheets) <= STYLES, sorted(path.name for path in sheets)


def test_the_sheets_of_a_page_are_found():
    found = {path.name for path in scripts_of("datasets/data.html", wanted=SHEET)}
    assert found == {"site.css", "data.css", "browse.css"}


def test_the_sum_follows_imports():
    named = {STATIC / "js" / "cc-wall.js"}
    assert {path.name for path in graph(named)} >= {"cc-wall.js", "wall-data.js", "colours.js"}


@pytest.mark.parametrize("path", sorted((STATIC / "js").glob("*.js")), ids=lambda p: p.name)
def test_every_import_leads_to_a_file(path):
    for name in IMPORT.findall(path.read_text()):
        assert (path.parent / name).resolve().exists(), name
