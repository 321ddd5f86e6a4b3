"""What the labels of one item come to. Pure; costs as much as the item has labels.

The model is the one-coin model of Dawid and Skene (Applied Statistics 28, 1979): whoever labels is
right with probability a, and otherwise names each of the K - 1 other classes equally often. With
classes equally frequent beforehand the log posterior of a class is a sum over those who named it,

    score(k) = sum of log(a (K - 1) / (1 - a)) over the labels k,

so one more label is one more addend. Who is no better than chance counts nothing.

Errors do not fall on all classes alike: a 4 is taken for a 9, not for a 0. So K is taken to be four
at most: of ten classes, two labels against one are no more convincing than of four.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

#: Nobody is taken to be surer, or less sure, than this.
LEAST_SKILL, MOST_SKILL = 0.02, 0.98
#: As many classes, the true one among them, are taken for each other at most.
RIVALS = 4
#: Two numbers agree that are no further apart than this share of the field's range, or of the
#: median where the field has no range.
TOLERANCE = 0.05
#: As many answers are taken to be possible for a number: what the tolerance leaves of a range.
NUMBER_CLASSES = round(1 / TOLERANCE)


class Opinion(NamedTuple):
    """The answer that leads, and its posterior probability; None and 0 without labels."""

    value: float | None
    certainty: float


class Said(NamedTuple):
    """One label: the class's code or the number, and how probably its author is right."""

    value: float
    skill: float


def weight(skill: float, classes: int) -> float:
    """What one label adds to the score of its class; 0 for who is no better than chance."""
    classes = min(classes, RIVALS)
    skill = min(MOST_SKILL, max(LEAST_SKILL, skill))
    return max(0.0, math.log(skill * (classes - 1) / (1 - skill)))


def of_classes(said: Sequence[Said], classes: int) -> Opinion:
    """The leading class of so many, and how probable the labels make it.

    Of classes that lead together the one with the lowest code is named; neither is sure then.
    """
    if not said:
        return Opinion(None, 0.0)
    scores: dict[float, float] = {}
    for one in said:
        scores[one.value] = scores.get(one.value, 0.0) + weight(one.skill, classes)
    best = max(sorted(scores), key=lambda value: scores[value])
    highest = scores[best]
    mass = sum(math.exp(score - highest) for score in scores.values())
    mass += max(0, min(classes, RIVALS) - len(scores)) * math.exp(-highest)
    return Opinion(best, 1 / mass)


def of_numbers(said: Sequence[Said], span: float | None = None) -> Opinion:
    """The weighted median of the numbers that agree, and how probable it is.

    Labels within the tolerance of the weighted median of all name one class; each of the others
    is a class of its own. ``span`` is the field's largest value less its smallest, if it has both.
    """
    if not said:
        return Opinion(None, 0.0)
    centre = weighted_median(said)
    near = [one for one in said if agrees(one.value, centre, span)]
    apart = [one for one in said if not agrees(one.value, centre, span)]
    coded = [Said(0, one.skill) for one in near]
    coded += [Said(place, one.skill) for place, one in enumerate(apart, start=1)]
    sure = of_classes(coded, max(NUMBER_CLASSES, len(coded) + 1))
    return Opinion(weighted_median(near), sure.certainty if sure.value == 0 else 0.0)


def agrees(value: float, with_value: float, span: float | None = None) -> bool:
    """Whether two numbers are the same but for the tolerance."""
    reach = TOLERANCE * (span if span else abs(with_value))
    return abs(value - with_value) <= reach


def weighted_median(said: Sequence[Said]) -> float:
    """The least number that half of the weight does not exceed: always one that was said."""
    ordered = sorted(said, key=lambda one: one.value)
    weights = [weight(one.skill, NUMBER_CLASSES) for one in ordered]
    if not any(weights):
        weights = [1.0] * len(ordered)
    half, reached = sum(weights) / 2, 0.0
    for one, its in zip(ordered, weights, strict=True):
        reached += its
        if reached >= half:
            return one.value
    return ordered[-1].value
