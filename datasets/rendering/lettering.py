"""Words in pictures, in the site's two faces. Both hold Latin letters only."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from django.conf import settings
from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

#: Built of squares: names and the mark.
DISPLAY = "vendor/handjet/handjet-latin-700-normal.woff2"
#: Everything else; it varies, and FreeType draws its default weight.
TEXT = "vendor/atkinson-hyperlegible-next/atkinson-hyperlegible-next-latin-wght-normal.woff2"
TEXT_WEIGHT = 500
#: No font has it: what a font draws instead of a letter that it lacks.
NO_LETTER = "\U0010fffe"
ELLIPSIS = "…"


def display(size: int) -> FreeTypeFont:
    """The face of names, in pixels."""
    return ImageFont.truetype(_path(DISPLAY), size)


def text(size: int) -> FreeTypeFont:
    """The face of sentences, in pixels."""
    font = ImageFont.truetype(_path(TEXT), size)
    font.set_variation_by_axes([TEXT_WEIGHT])
    return font


def _path(name: str) -> str:
    return str(Path(settings.BASE_DIR) / "static" / name)


def drawable(words: str, font: FreeTypeFont) -> str:
    """The words as far as the font has their letters; an accent that it lacks is left out.

    Empty when less than two thirds of the letters are left: half a name misleads.
    """
    kept: list[str] = []
    lost = 0
    lacking = bytes(font.getmask(NO_LETTER))

    @cache
    def has(letter: str) -> bool:
        return letter.isprintable() and bytes(font.getmask(letter)) != lacking

    for letter in unicodedata.normalize("NFC", words):
        for candidate in (letter, _plain(letter)):
            if candidate.isspace() or has(candidate):
                kept.append(candidate)
                break
        else:
            lost += 1
    found = " ".join("".join(kept).split())
    letters = len("".join(words.split()))
    return found if lost * 3 <= letters else ""


def _plain(letter: str) -> str:
    """The letter without its accent or stroke."""
    base = unicodedata.normalize("NFKD", letter)[:1]
    name = unicodedata.name(base, "").partition(" WITH ")[0]
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return base


def wrapped(words: str, font: FreeTypeFont, width: int, lines: int) -> list[str] | None:
    """The words in at most that many lines of that width; None when they do not fit."""
    found = [""]
    for word in words.split():
        longer = f"{found[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            found[-1] = longer
        elif font.getlength(word) <= width and len(found) < lines:
            found.append(word)
        else:
            return None
    return found


def shortened(words: str, font: FreeTypeFont, width: int) -> str:
    """The words, or as many letters of them as fit before an ellipsis."""
    if font.getlength(words) <= width:
        return words
    while words and font.getlength(words.rstrip() + ELLIPSIS) > width:
        words = words[:-1]
    return words.rstrip() + ELLIPSIS


def fitted(
    words: str, width: int, *, sizes: Sequence[tuple[int, int]]
) -> tuple[FreeTypeFont, list[str]]:
    """The first of the sizes (pixels, lines) in which the words fit; the last one shortens them."""
    for size, lines in sizes:
        font = display(size)
        found = wrapped(words, font, width, lines)
        if found is not None:
            return font, found
    return font, [shortened(words, font, width)]
