"""When an item has enough labels. Pure: numbers in, a verdict out.

An item is labelled by N people at least (``DataTable.redundancy``). From then on it is settled as
soon as its labels make one answer 95 % sure; with seven labels and no such answer it is disputed,
and a maintainer decides. Whoever asks for more than seven people gets the verdict at their N.
"""

from datasets.models import Item

#: How sure the labels must make an answer, 0 to 1.
SURE = 0.95
#: Labels after which an item that is not settled is disputed.
MOST_LABELS = 7


def verdict(labels: int, certainty: float, redundancy: int) -> Item.State:
    """What becomes of an item with so many labels, whose leading answer is so sure."""
    if labels < redundancy:
        return Item.State.OPEN
    if certainty >= SURE:
        return Item.State.SETTLED
    return Item.State.DISPUTED if labels >= max(MOST_LABELS, redundancy) else Item.State.OPEN


def wanted(labels: int, redundancy: int) -> int:
    """How many more labels an open item may be handed out for at once.

    Up to N all that are missing; beyond it one at a time, since each may settle it.
    """
    return max(1, redundancy - labels)
