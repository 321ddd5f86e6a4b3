"""Which column a model is to predict: what was typed tells most, then names, then the place."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from datasets.field_types import type_named
from datasets.guessing.column import LEFT_OUT, Column, Guess

WORD = re.compile(r"[^\W\d_]{3,}")
#: Words of questions that say nothing of what is asked for.
IDLE_WORDS = (
    "the will what which how does are was were can could predict whether who when where enough "
    "from with and for that this many much its has have had get any one"
)
IDLE = frozenset(IDLE_WORDS.split())
USUAL = re.compile(
    r"(?:target|label|class|classes|y|outcome|result|answer|dependent|response|species|diagnosis"
    r"|survived|churn)",
    re.IGNORECASE,
)
#: Words this much alike at their beginning are one: watered, watering.
STEM = 4


class Target(NamedTuple):
    """The column's place, and why it was chosen, in one sentence."""

    place: int
    reason: str


def suggest_target(
    columns: Sequence[Column], guesses: Sequence[Guess], question: str
) -> Target | None:
    """The column that is probably to be predicted, or None when no column can be."""
    able = [
        place
        for place, guess in enumerate(guesses)
        if guess.role != LEFT_OUT and type_named(guess.kind).target_of is not None
    ]
    if not able:
        return None
    asked = [(_shared(columns[place].name, question), place) for place in able]
    best, place = max(asked)
    if best:
        reason = _("This is what you want to predict: “%(name)s” is in your question.")
        return Target(place, reason % {"name": columns[place].name})
    for place in able:
        if USUAL.fullmatch(columns[place].name.strip()):
            return Target(place, _("This is probably what you want to predict: so its name says."))
    return _last(columns, guesses, able)


def _last(columns: Sequence[Column], guesses: Sequence[Guess], able: list[int]) -> Target:
    """The last column with categories, else with numbers; one without gaps if there is one."""
    tasks = [type_named(guesses[place].kind).target_of for place in able]
    classes = [p for p, task in zip(able, tasks, strict=True) if task == "classification"]
    listed = classes or able
    whole = [place for place in listed if all(columns[place].cells)]
    if classes:
        reason = _("This is probably what you want to predict: the last column with categories.")
    else:
        reason = _("This is probably what you want to predict: the last column with numbers.")
    return Target((whole or listed)[-1], reason)


def _shared(name: str, question: str) -> int:
    """How many words of a column's name are in the question; the very word counts twice."""
    named, asked = _words(name), _words(question)
    return len(named & asked) + len(_stems(named) & _stems(asked))


def _words(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return {word for word in WORD.findall(plain) if word not in IDLE}


def _stems(words: set[str]) -> set[str]:
    return {word[: max(STEM, len(word) - 3)] for word in words}
