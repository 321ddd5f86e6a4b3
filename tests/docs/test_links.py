"""Links lead somewhere, commands exist, and nothing names the machine it was written on."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, links_of, pages, text_of

COMMAND = re.compile(r"`make ([a-z-]+)`|^make ([a-z-]+)$", re.MULTILINE)
#: Registries that pip and npm know by themselves; the index of PyTorch is the one exception.
# Put together here, so that this file passes its own test.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
    )
)
READ = {".py", ".md", ".toml", ".txt", ".html", ".js", ".css", ".yaml", ".json", ".example", ""}
OWN_FOLDERS = {".venv", ".venv-bench", ".git", "var", "shots", "node_modules", "staticfiles"}


@pytest.mark.parametrize("document", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    broken = []
    for link in links_of(document):
        target, _, _anchor = link.partition("#")
        if target and "://" not in target and not (document.parent / target).exists():
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_anchors_exist(document: Path) -> None:
    for link in links_of(document):
        target, _, anchor = link.partition("#")
        if not anchor or "://" in link:
            continue
        text = ((document.parent / target) if target else document).read_text(encoding="utf-8")
        heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        assert anchor in {slug_of(head) for head in heads}, link


def slug_of(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    for page in pages():
        named = {a or b for a, b in COMMAND.findall(page.read_text(encoding="utf-8"))}
        assert named <= targets, page


def test_nothing_names_a_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in own_files()
        for host in REGISTRIES
        if host in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []


def own_files() -> list[Path]:
    this = Path(__file__)
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and path.suffix in READ
        and path != this
        and not OWN_FOLDERS & set(path.relative_to(ROOT).parts)
        and not path.name.startswith(".coverage")
    ]
