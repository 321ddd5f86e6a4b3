"""Every word that a visitor reads in a template goes through gettext."""

import re
from html.parser import HTMLParser

from tests.architecture.sources import ROOT, named

#: Blocks whose text is translated, and what holds no text for people.
TRANSLATED = re.compile(
    r"\{% *blocktranslate\b.*?\{% *endblocktranslate *%\}|\{#.*?#\}"
    r"|\{% *comment\b.*?\{% *endcomment *%\}|\{% *verbatim\b.*?\{% *endverbatim *%\}"
    # A block that fills a class attribute holds names of classes.
    r"|\{% *block +\w*class *%\}.*?\{% *endblock\b.*?%\}",
    re.S,
)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
WORD = re.compile(r"[^\W\d_]{2,}")
READ_ALOUD = ("title", "alt", "aria-label", "placeholder", "aria-description")
#: Names and codes that are the same in every language.
SAME_EVERYWHERE = {
    "CrowdControlled",
    "CSV",
    "JSON",
    "Lines",
    "Parquet",
    "Arrow",
    "train",
    "py",
}
NO_TEXT_INSIDE = {"script", "style", "code", "kbd", "pre", "title-code"}


class Words(HTMLParser):
    """Collects the words of a page that stand outside of template tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in NO_TEXT_INSIDE
        for name, value in attrs:
            if name in READ_ALOUD and value:
                self.collect(value)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in NO_TEXT_INSIDE

    def handle_data(self, data: str) -> None:
        if self.silent <= 0:
            self.collect(data)

    def collect(self, text: str) -> None:
        self.found += [word for word in WORD.findall(text) if word not in SAME_EVERYWHERE]


def bare_words(template: str) -> list[str]:
    """The words of a template that no translation reaches."""
    words = Words()
    words.feed(TAG.sub("", TRANSLATED.sub("", template)))
    words.close()
    return words.found


def test_every_word_goes_through_gettext() -> None:
    found = {}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        words = bare_words(path.read_text(encoding="utf-8"))
        if words:
            found[named(path)] = words
    assert found == {}


def test_a_bare_word_would_be_seen() -> None:
    assert bare_words("<p>{{ name }} Hello {% translate 'there' %}</p>") == ["Hello"]
    assert bare_words('<img alt="Picture">') == ["Picture"]
    assert bare_words('<p title="{% translate "Fine" %}">12 · {{ n }}</p>') == []
    assert bare_words("{% blocktranslate %}Fine {{ n }}{% endblocktranslate %}") == []
