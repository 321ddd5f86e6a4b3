"""What all labels of a project come to together, and how good each labeller is. NumPy, no loops.

Labellers and items explain each other: who agrees with the consensus is good, and the consensus is
what good labellers say. Expectation and maximisation by turns find both (A. P. Dawid and
A. M. Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm",
Applied Statistics 28, 1979). Two forms:

- *one coin*: one number a labeller, how often they are right. It costs as much as there are labels,
  however many classes there are.
- *confusion*: which class a labeller says for which, K x K numbers a labeller, drawn towards their
  one coin by a Dirichlet prior: with few labels it is the one coin, with many it knows that
  somebody says 7 for every 1. For few classes. It begins where the one coin ends.

Classes are equally frequent beforehand: with few labels a frequency that is learnt as well draws
everything to the class that spammers name. Figures: ``docs/decisions/0005-consensus-of-labels.md``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.labelling.opinions import LEAST_SKILL, MOST_SKILL, RIVALS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
#: Of Beta(8, 2): what is believed of a labeller before anything is known.
PRIOR_RIGHT, PRIOR_WRONG = 8.0, 2.0
#: Labels of one class that the prior of a row of a confusion matrix is worth.
PRIOR_LABELS = 10.0
#: Up to so many classes a labeller has a confusion matrix.
CONFUSION_CLASSES = 16
#: … when on average they gave so many labels of each class,
LABELS_PER_CLASS = 20
#: … and up to so many labels in all, for which it takes a few seconds.
CONFUSION_LABELS = 200_000
ROUNDS = 50
#: The turns end when no posterior moves by more.
STILL = 1e-4


@dataclass(frozen=True)
class Labels:
    """Labels as three columns of equal length, and the answers that are known.

    Attributes:
        items: 0 … number of items - 1.
        people: 0 … number of labellers - 1.
        values: classes, 0 … ``classes`` - 1.
        classes: how many there are, at least 2.
        known: an item's class where it is known (gold), else -1; one an item.
    """

    items: Ints
    people: Ints
    values: Ints
    classes: int
    known: Ints

    @property
    def crowd(self) -> int:
        """How many labellers there are."""
        return int(self.people.max()) + 1 if len(self.people) else 0


@dataclass(frozen=True)
class Consensus:
    """What the labels come to.

    Attributes:
        values: the most probable class of each item.
        certainty: its posterior probability.
        skill: how probably each labeller is right.
    """

    values: Ints
    certainty: Floats
    skill: Floats


def consensus(labels: Labels) -> Consensus:
    """The consensus of all labels: by confusion where there are enough of them, else by one coin.

    Every item must have a label, and every labeller from 0 on.
    """
    given = len(labels.values)
    enough = given >= LABELS_PER_CLASS * labels.classes * labels.crowd
    few = labels.classes <= CONFUSION_CLASSES and given <= CONFUSION_LABELS
    return by_confusion(labels) if few and enough else by_one_coin(labels)


def by_one_coin(labels: Labels) -> Consensus:
    """One number a labeller; memory and time in proportion to the labels."""
    pairs, pair_of = np.unique(labels.items * labels.classes + labels.values, return_inverse=True)
    item_of_pair, class_of_pair = pairs // labels.classes, pairs % labels.classes
    starts = np.flatnonzero(np.diff(item_of_pair, prepend=-1))
    seen = np.diff(starts, append=len(pairs))
    rivals = min(labels.classes, RIVALS)
    unseen = np.maximum(0, rivals - seen)
    given = labels.known[item_of_pair]
    posterior = _shares(np.bincount(pair_of).astype(np.float64), item_of_pair)
    skill = np.zeros(0)
    for _round in range(ROUNDS):
        posterior = np.where(given >= 0, (given == class_of_pair).astype(np.float64), posterior)
        skill = _skill(labels, posterior[pair_of])
        odds = np.log(skill * (rivals - 1) / (1 - skill))
        scores = np.bincount(pair_of, weights=np.maximum(odds, 0)[labels.people])
        highest = np.maximum.reduceat(scores, starts)
        lifted = np.exp(scores - highest[item_of_pair])
        mass = np.add.reduceat(lifted, starts) + unseen * np.exp(-highest)
        before, posterior = posterior, lifted / mass[item_of_pair]
        if np.abs(posterior - before).max() < STILL:
            break
    best = _first_best(posterior, item_of_pair, starts)
    known = labels.known >= 0
    return Consensus(
        np.where(known, labels.known, class_of_pair[best]),
        np.where(known, 1.0, posterior[best]),
        skill,
    )


def by_confusion(labels: Labels) -> Consensus:
    """K x K numbers a labeller, drawn towards one coin by their prior."""
    classes, crowd, items = labels.classes, labels.crowd, len(labels.known)
    order = np.argsort(labels.items, kind="stable")
    item, person, value = labels.items[order], labels.people[order], labels.values[order]
    starts = np.flatnonzero(np.diff(item, prepend=-1))
    cell = (person * classes + value).astype(np.int64)
    same = np.eye(classes)
    clamp = same[np.maximum(labels.known, 0)]
    known = labels.known >= 0
    first = by_one_coin(labels)
    posterior = np.repeat((1 - first.certainty)[:, None] / (classes - 1), classes, axis=1)
    posterior[np.arange(items), first.values] = first.certainty
    skill = np.zeros(0)
    for _round in range(ROUNDS):
        posterior[known] = clamp[known]
        skill = _skill(labels, posterior[labels.items, labels.values])
        # said[w, l, k]: how often w said l where it was k; the prior is w's one coin.
        said = (
            np.stack(
                [
                    np.bincount(cell, weights=posterior[item, k], minlength=crowd * classes)
                    for k in range(classes)
                ],
                axis=1,
            )
            .reshape(crowd, classes, classes)
            .astype(np.float64)
        )
        right, wrong = skill[:, None, None], ((1 - skill) / (classes - 1))[:, None, None]
        said = said + PRIOR_LABELS * (same * right + (1 - same) * wrong)
        said = said / said.sum(axis=1, keepdims=True)
        by_label = np.log(said).reshape(crowd * classes, classes)[cell]
        scores = np.add.reduceat(by_label, starts, axis=0)
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        before, posterior = posterior, scores / scores.sum(axis=1, keepdims=True)
        if np.abs(posterior - before)[~known].max(initial=0.0) < STILL:
            break
    posterior[known] = clamp[known]
    best = posterior.argmax(axis=1)
    return Consensus(best, posterior[np.arange(items), best], skill)


def _skill(labels: Labels, agreed: Floats) -> Floats:
    """How probably each labeller is right; ``agreed`` is each label's posterior."""
    right = np.bincount(labels.people, weights=agreed) + PRIOR_RIGHT
    seen = np.bincount(labels.people) + PRIOR_RIGHT + PRIOR_WRONG
    skill: Floats = np.clip(right / seen, LEAST_SKILL, MOST_SKILL)
    return skill


def _shares(amounts: Floats, groups: Ints) -> Floats:
    shares: Floats = amounts / np.bincount(groups, weights=amounts)[groups]
    return shares


def _first_best(values: Floats, groups: Ints, starts: Ints) -> Ints:
    """The place of the largest value of each group; the first of equals."""
    highest = np.maximum.reduceat(values, starts)[groups]
    places = np.where(values >= highest, np.arange(len(values)), len(values))
    best: Ints = np.minimum.reduceat(places, starts)
    return best
