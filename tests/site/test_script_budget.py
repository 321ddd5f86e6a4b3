"""No page loads more than 60 kB of scripts (gzip), vendored ones and all imports included.

Pages are really asked for: whatever a stranger and an owner reach by links from the home page.
"""

import gzip
import posixpath
import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from accounts.models import User
from projects.models import Project
from tests.cast import client_of
from tests.training.finished import done

BUDGET = 60_000
#: Of pages that differ in a number or name only so many are looked at.
ALIKE = 3
MOST_PAGES = 150
IMPORT = re.compile(
    r"""\b(?:import|export)\b[^"'();]*?["'](\.{1,2}/[^"']+)["']|\bimport\(\s*["'](\.[^"']+)["']"""
)
NAMES = re.compile(r"\d+|(?<=^/p/)[^/]+|(?<=^/u/)[^/]+")
#: The page of the API is a tool of others, which no page of the site loads anything of.
NO_PAGES = ("/static/", "/demo/", "/accounts/logout/", "/api/v1/")
FILES = re.compile(r"\.(?:parquet|csv|jsonl|json|py|safetensors|atom|png|svg|arrow|zip|md)$")


class Page(HTMLParser):
    """The scripts and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "script" and found.get("src"):
            self.scripts.append(found["src"])
        if tag == "link" and found.get("rel") == "modulepreload":
            self.scripts.append(found["href"])
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])


def source(address: str) -> str:
    """The script behind an address under /static/, as it lies in the repository."""
    path = finders.find(urlsplit(address).path.removeprefix("/static/"))
    assert path, f"{address} is no file of the site"
    return Path(path).read_text(encoding="utf-8")


def graph(scripts: list[str], read: Callable[[str], str] = source) -> set[str]:
    """The scripts and everything that they import, however deep."""
    todo, known = [urlsplit(one).path for one in scripts], set[str]()
    while todo:
        one = todo.pop()
        if one in known:
            continue
        known.add(one)
        found = (first or second for first, second in IMPORT.findall(read(one)))
        todo += [posixpath.normpath(posixpath.join(posixpath.dirname(one), name)) for name in found]
    return known


@cache
def packed(address: str) -> int:
    return len(gzip.compress(source(address).encode(), 9))


def weight(scripts: list[str]) -> int:
    """Bytes of all scripts of a page, packed one by one as they are sent."""
    return sum(packed(one) for one in graph(scripts))


def walk(client: Client, start: list[str]) -> Iterator[tuple[str, Page]]:
    """Every page that can be reached, each kind of address a few times."""
    todo, seen, kinds = list(start), set(start), dict[str, int]()
    pages = 0
    while todo and pages < MOST_PAGES:
        address = todo.pop(0)
        answer = client.get(address)
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        pages += 1
        page = Page(answer.text)
        yield address, page
        for link in page.links:
            path = urljoin(address, link).partition("#")[0]
            kind = NAMES.sub("*", path.partition("?")[0])
            skip = not path.startswith("/") or path.startswith(NO_PAGES) or FILES.search(path)
            if path in seen or skip or kinds.get(kind, 0) >= ALIKE:
                continue
            seen.add(path)
            kinds[kind] = kinds.get(kind, 0) + 1
            todo.append(path)


def too_heavy(pages: Iterator[tuple[str, Page]], budget: int = BUDGET) -> dict[str, int]:
    """The pages over the budget, with their weight; at least one page must have been seen."""
    weights = {address: weight(page.scripts) for address, page in pages}
    assert weights
    return {address: bytes_ for address, bytes_ in weights.items() if bytes_ > budget}


@pytest.fixture
def start(digits: Project, strokes: Project, carol: User, tmp_path: Path) -> list[str]:
    """Pages that nothing may link to, beside the home page."""
    done(digits, carol, tmp_path)
    return ["/", "/search/?q=digits", "/styleguide/", "/nowhere/", "/projects/new/"]


def test_every_page_keeps_the_budget(start: list[str], alice: User):
    wanted = {"/projects/", "/p/digits/", "/p/strokes/contribute/", "/p/digits/train/"}
    for client in (client_of(None), client_of(alice)):
        pages = dict(walk(client, start))
        assert wanted <= set(pages), "the walk does not reach what it should"
        assert too_heavy(iter(pages.items())) == {}


def test_a_page_over_the_budget_is_caught_by_its_name():
    heavy = Page('<script src="/static/js/site.js"></script><script src="/static/js/cc-wall.js">')
    light = Page('<script src="/static/js/theme.js"></script>')
    pages = {"/heavy/": heavy, "/light/": light}
    assert list(too_heavy(iter(pages.items()), budget=2_000)) == ["/heavy/"]
    assert weight(heavy.scripts) > 5_000


def test_imports_are_followed_in_every_form():
    files = {
        "/static/a.js": 'import { x } from "./b.js";\nexport * from "./c.js";import "./d.js"',
        "/static/b.js": 'const e = await import("./e.js"); import {\n  y,\n} from "./f.js"',
        **{f"/static/{name}.js": "" for name in "cdef"},
    }
    assert graph(["/static/a.js?v=1"], files.__getitem__) == set(files)


def test_what_no_file_has_is_an_error():
    with pytest.raises(AssertionError, match="no file of the site"):
        weight(["/static/js/nowhere.js"])
