"""Which column a model is to predict: what was typed tells most, then names, then the place."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from datasets.field_types import type_named
from datasets.guessing.column import LEFT_OUT, Guess

WORD = re.compile(r"[^\W\d_]{3,}")
#: Words of questions that say nothing of what is asked for.
IDLE_WORDS = (
    "the will what which how does are was were can could predict whether who when where enough "
    "from with and for that this many much its has have had get any one"
)
IDLE = frozenset(IDLE_WORDS.split())
USUAL = re.compile(
    r"(?:target|label|class|classes|y|outcome|result|answer|dependent|response)", re.IGNORECASE
)
#: Words this much alike at their beginning are one: watered, watering.
STEM = 4


class Target(NamedTuple):
    """The column's place, and why it was chosen, in one sentence."""

    place: int
    reason: str


def suggest_target(names: Sequence[str], guesses: Sequence[Guess], question: str) -> Target | None:
    """The column that is probably to be predicted, or None when no column can be."""
    able = [
        index
        for index, guess in enumerate(guesses)
        if guess.role != LEFT_OUT and type_named(guess.kind).target_of is not None
    ]
    if not able:
        return None
    asked = [(_shared(names[index], question), index) for index in able]
    best, index = max(asked, key=lambda pair: (pair[0], pair[1]))
    if best:
        reason = _("This is what you want to predict: “%(name)s” is in your question.")
        return Target(index, reason % {"name": names[index]})
    for index in able:
        if USUAL.fullmatch(names[index].strip()):
            return Target(index, _("This is probably what you want to predict: so its name says."))
    classes = [i for i in able if type_named(guesses[i].kind).target_of == "classification"]
    if classes:
        reason = _("This is probably what you want to predict: the last column with categories.")
        return Target(classes[-1], reason)
    return Target(able[-1], _("This is probably what you want to predict: the last number."))


def _shared(name: str, question: str) -> int:
    """How many words of a column's name are in the question; the very word counts twice."""
    named, asked = _words(name), _words(question)
    return len(named & asked) + len(_stems(named) & _stems(asked))


def _words(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return {word for word in WORD.findall(plain) if word not in IDLE}


def _stems(words: set[str]) -> set[str]:
    return {word[: max(STEM, len(word) - 3)] for word in words}
