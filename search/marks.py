"""Answers with the words in them marked, safe to be shown."""

import re

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from search.words import Asked, key

_WORD = re.compile(r"\w+|[^\w\s]")
SNIPPET = 160


def marked(text: str, wanted: Asked) -> SafeString:
    """The text with every word marked that begins with a word that was looked for."""
    parts: list[str] = []
    last = 0
    for match in _WORD.finditer(text):
        if _is_wanted(match[0], wanted):
            parts += [escape(text[last : match.start()]), format_html("<mark>{}</mark>", match[0])]
            last = match.end()
    parts.append(escape(text[last:]))
    return mark_safe("".join(parts))  # noqa: S308 - every part was escaped just now


def snippet(text: str, wanted: Asked) -> SafeString:
    """About 160 characters of the text around the first word that was looked for, marked."""
    at = next((m.start() for m in _WORD.finditer(text) if _is_wanted(m[0], wanted)), 0)
    start = 0 if at < SNIPPET // 2 else text.rfind(" ", 0, at - SNIPPET // 3) + 1
    cut = text[start : start + SNIPPET]
    if start + SNIPPET < len(text):
        cut = cut.rsplit(" ", 1)[0] + " …"
    return marked(("… " if start else "") + " ".join(cut.split()), wanted)


def _is_wanted(word: str, wanted: Asked) -> bool:
    return any(part.startswith(wanted.words) for part in key(word).split())
