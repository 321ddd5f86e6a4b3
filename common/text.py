"""Text that people typed: names made harmless, Markdown made HTML."""

import re
import unicodedata

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_RENDERER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(
    ["table", "strikethrough"]
)
_BLOCKS = {"p", "br", "hr", "pre", "blockquote", "ul", "ol", "li", "h2", "h3", "h4", "h5", "h6"}
_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
_TAGS = _BLOCKS | _TABLES | {"a", "strong", "em", "s", "code"}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
#: Invisible or direction-changing characters that let one name look like another.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANKS = re.compile(r"\s+")


def markdown(source: str) -> SafeString:
    """Return sanitised HTML of a person's Markdown.

    Raw HTML is shown as text, images are dropped (the page loads nothing from other hosts),
    links carry ``rel="nofollow ugc noopener"`` and headings start at the second level.
    """
    html = _RENDERER.render(source.replace("\x00", ""))
    clean = nh3.clean(
        re.sub(r"<(/?)h1>", r"<\1h2>", html),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="nofollow ugc noopener",
    )
    return mark_safe(clean)  # noqa: S308 - nh3 has just cleaned it


def clean_name(value: str, most: int = 80) -> str:
    """Return a one-line name: NFKC, no control, bidi or zero-width characters, single blanks.

    The result has at most ``most`` characters; it may be empty, which the caller must refuse.
    """
    normal = unicodedata.normalize("NFKC", _BLANKS.sub(" ", value))
    shown = "".join(c for c in normal if unicodedata.category(c) not in _HIDDEN_CATEGORIES)
    return _BLANKS.sub(" ", shown).strip()[:most].rstrip()


def clean_text(value: str, most: int = 4000) -> str:
    """Return several lines of text without control and bidi characters (line ends stay).

    Line ends become ``\\n``, more than two empty lines become two, the ends are stripped.
    """
    normal = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(
        c for c in normal if c in "\n\t" or unicodedata.category(c) not in _HIDDEN_CATEGORIES
    )
    return re.sub(r"\n{4,}", "\n\n\n", kept).strip()[:most].rstrip()
