"""Templates and static files as the tests of the look read them."""

import gzip
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


def templates() -> list[Path]:
    """Every template of our own."""
    return sorted(TEMPLATES.rglob("*.html"))


def own_static() -> list[Path]:
    """Every script and style sheet that we wrote."""
    return sorted([*(STATIC / "js").rglob("*.js"), *(STATIC / "css").rglob("*.css")])


def packed(path: Path) -> int:
    """How many bytes a file has on the wire."""
    return len(gzip.compress(path.read_bytes(), 9))


def uncommented(text: str) -> str:
    """A template without its comments."""
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.DOTALL)
    return re.sub(r"\{#.*?#\}", "", text)
