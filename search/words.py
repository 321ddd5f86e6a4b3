"""Words as the index compares them: the same on every database, so that answers are the same.

Case, accents and width do not count. What is left of a text is words of letters and digits with
single blanks between them; nothing in it can mean anything to a query language.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from common.limits import SEARCH_CHARACTERS, SEARCH_WORDS

LONGEST_WORD = 40
GRAM = 3
#: The same as the long way, a hundred times faster; most texts are such.
_ASCII_WORD = re.compile(r"[a-z0-9]+")
#: Letters that have no decomposition but are typed without their stroke.
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})


class Asked(NamedTuple):
    """What somebody looks for: ``words`` in the index's form, ``text`` as it was typed."""

    text: str
    words: tuple[str, ...]


def asked(text: str) -> Asked:
    """Read what was typed; what is longer than a search can be is cut off."""
    shown = " ".join(text.replace("\0", " ")[:SEARCH_CHARACTERS].split())
    return Asked(shown, tuple(dict.fromkeys(key(shown).split()))[:SEARCH_WORDS])


def fold(text: str) -> str:
    """The text without case, accents and differences of width."""
    wide = unicodedata.normalize("NFKD", text).casefold().translate(_STROKES)
    return "".join(c for c in wide if unicodedata.category(c) != "Mn")


def key(text: str) -> str:
    """The text's words as the index keeps them, with a blank between each two.

    A sign such as an emoji is a word of its own, written as its number.
    """
    if text.isascii():
        return " ".join(word[:LONGEST_WORD] for word in _ASCII_WORD.findall(text.lower()))
    return _key_of_any(text)


def _key_of_any(text: str) -> str:
    found: list[str] = []
    for c in fold(text):
        kind = unicodedata.category(c)
        if kind[0] in "LNM":
            found.append(c)
        elif kind == "So":
            found.append(f" u{ord(c):x} ")
        else:
            found.append(" ")
    return " ".join(word[:LONGEST_WORD] for word in "".join(found).split())


def grams(words: str) -> str:
    """The trigrams of each word of a key, its beginning marked: what survives a slip of a key."""
    found = dict.fromkeys(
        f"0{word}"[at : at + GRAM]
        for word in words.split()
        for at in range(max(1, len(word) + 2 - GRAM))
    )
    return " ".join(found)


def likeness(words: Sequence[str], known: str) -> float:
    """How much every word shares with the one of a key that is most like it: 0 nothing, 1 all.

    The lowest, over the words, of the highest Sørensen-Dice coefficient of their trigrams.
    """
    others = [set(grams(word).split()) for word in known.split()]
    return min(max((_dice(word, other) for other in others), default=0.0) for word in words)


def _dice(word: str, other: set[str]) -> float:
    own = set(grams(word).split())
    return 2 * len(own & other) / (len(own) + len(other))
