"""The style guide shows every component and every tag; one that is missing there fails here."""

import re
from pathlib import Path

from django.test import Client

from common.templatetags import ui
from projects.models import Project

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))


def rendered(digits: Project) -> set[str]:
    """The templates of which the page is made."""
    return {str(one.name) for one in Client().get("/styleguide/").templates}


def written() -> str:
    """The templates of the page as their authors wrote them, comments left out."""
    found = [*sorted((TEMPLATES / "styleguide").glob("*.html")), TEMPLATES / "layouts/base.html"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in found)
    return re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.S)


def missing(known: set[str], shown: set[str]) -> set[str]:
    return known - shown


def test_every_component_is_shown(digits: Project):
    known = {f"components/{path.name}" for path in COMPONENTS}
    assert missing(known, rendered(digits)) == set()


def test_every_tag_and_filter_is_shown():
    text = written()
    tags = {name for name in ui.register.tags if not re.search(rf"\{{% {name}\b", text)}
    filters = {name for name in ui.register.filters if not re.search(rf"\|{name}\b", text)}
    assert (tags, filters) == (set(), set())


def test_one_that_is_not_shown_would_be_seen(digits: Project):
    known = {"components/_new.html", "components/_empty.html"}
    assert missing(known, rendered(digits)) == {"components/_new.html"}


def test_it_works_without_any_data(db: None):
    page = Client().get("/styleguide/")
    assert page.status_code == 200
    assert "Walls are drawn of real data only." in page.text


def test_specimens_do_nothing(db: None):
    client = Client()
    answer = client.post("/styleguide/", {"new-name": "x"}, follow=True)
    assert answer.redirect_chain == [("/styleguide/", 302)]
    assert "Nothing was done: this is a specimen." in answer.text
    assert not Project.objects.exists()
