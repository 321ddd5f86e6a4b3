"""The project's own Markdown pages, for the tests that keep them honest."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```", re.DOTALL)


def pages() -> list[Path]:
    """Every Markdown page of the repository."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def first_cells(name: str) -> list[list[str]]:
    """The rows of the page's tables, cell by cell, heads and rulers left out."""
    rows = [line for line in text_of(name).splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def links_of(page: Path) -> list[str]:
    """Where the page's links lead, code blocks left out."""
    return LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
