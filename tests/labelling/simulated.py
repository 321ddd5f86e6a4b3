"""Crowds that are made up: people of different skill, some of whom confuse classes or guess."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.labelling.crowd import Labels


@dataclass(frozen=True)
class Crowd:
    """Labels, the truth that they were made of, and which people only guess."""

    labels: Labels
    truth: NDArray[np.int64]
    spammers: NDArray[np.bool_]


def simulated(
    seed: int,
    *,
    items: int,
    people: int,
    classes: int,
    labels: int,
    spam: float = 0.0,
    bias: bool = False,
) -> Crowd:
    """So many labels an item by people who are right with probability 0.6 to 0.95.

    A share ``spam`` of them says anything, or always the same; with ``bias`` three in ten take one
    class for another.
    """
    rng = np.random.default_rng(seed)
    truth = rng.integers(classes, size=items)
    skill = rng.uniform(0.6, 0.95, size=people)
    spammers = rng.random(people) < spam
    always = np.where(rng.random(people) < 0.5, rng.integers(classes, size=people), -1)
    takes = rng.integers(classes, size=people) if bias else np.full(people, -1)
    takes[rng.random(people) >= 0.3] = -1
    item = np.repeat(np.arange(items), labels)
    person = np.concatenate([rng.choice(people, labels, replace=False) for _item in range(items)])
    right = rng.random(len(item)) < skill[person]
    other = (truth[item] + rng.integers(1, classes, size=len(item))) % classes
    value = np.where(right, truth[item], other)
    confused = (truth[item] == takes[person]) & (rng.random(len(item)) < 0.9)
    value = np.where(confused, (truth[item] + 1) % classes, value)
    guess = np.where(always[person] >= 0, always[person], rng.integers(classes, size=len(item)))
    value = np.where(spammers[person], guess, value)
    return Crowd(Labels(item, person, value, classes, np.full(items, -1)), truth, spammers)


def majority(crowd: Crowd) -> float:
    """How often the most frequent label is right; ties are broken by chance."""
    labels = crowd.labels
    votes = np.random.default_rng(0).random((len(crowd.truth), labels.classes)) * 0.1
    np.add.at(votes, (labels.items, labels.values), 1.0)
    return float((votes.argmax(axis=1) == crowd.truth).mean())
