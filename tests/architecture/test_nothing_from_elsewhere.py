"""Pages load nothing from another host, and carry nothing that the strict CSP would refuse."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, named

#: A name of a format, never fetched.
NAMESPACES = ("http://www.w3.org/", "https://www.w3.org/")
ADDRESS = re.compile(r"(?:https?:|wss?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
COMMENTS = re.compile(r"/\*.*?\*/|\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.S)
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)|<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:",
    re.IGNORECASE,
)
#: Data for scripts: the browser runs none of it.
DATA_SCRIPT = re.compile(r"<script[^>]*type=\"application/json\"")


def files(folder: str, *endings: str) -> list[Path]:
    return [
        path
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in endings and "vendor" not in path.parts
    ]


def addresses(text: str) -> list[str]:
    """The addresses of other hosts in a text, comments left out."""
    found = ADDRESS.finditer(COMMENTS.sub("", text))
    return [match[0] for match in found if not text[match.start() :].startswith(NAMESPACES)]


@pytest.mark.parametrize("folder", ["templates", "static"])
def test_no_host_is_named(folder: str) -> None:
    paths = files(folder, ".html", ".css", ".js", ".svg", ".json", ".txt")
    assert paths
    found = {named(path): addresses(path.read_text(encoding="utf-8")) for path in paths}
    assert {name: hosts for name, hosts in found.items() if hosts} == {}


def test_a_host_would_be_seen() -> None:
    assert addresses('<script src="https://cdn.example.org/x.js">') == ["https://cdn.example.org"]
    assert addresses("url(//fonts.example.org/a)") == ["//fonts.example.org"]


def test_no_template_has_inline_script_or_style() -> None:
    found = {}
    for path in files("templates", ".html"):
        text = TAGS.sub("", COMMENTS.sub("", path.read_text(encoding="utf-8")))
        hits = [match[0] for match in INLINE.finditer(text) if not DATA_SCRIPT.match(match[0])]
        if hits:
            found[named(path)] = hits
    assert found == {}


@pytest.mark.parametrize(
    "bad", ["<script>x()</script>", '<p style="color:red">', '<a onclick="x()">', "<style>"]
)
def test_inline_script_and_style_would_be_seen(bad: str) -> None:
    assert INLINE.search(bad)
