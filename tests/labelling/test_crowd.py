"""All labels together: the consensus beats counting votes, above all with spammers."""

import numpy as np
import pytest

from datasets.labelling.crowd import Consensus, Labels, by_confusion, by_one_coin, consensus
from tests.labelling.simulated import Crowd, majority, simulated


def accuracy(found: Consensus, crowd: Crowd) -> float:
    return float((found.values == crowd.truth).mean())


def test_where_all_agree_the_two_forms_and_the_majority_do() -> None:
    items = np.repeat(np.arange(6), 3)
    people = np.tile(np.arange(3), 6)
    values = np.repeat(np.array([0, 1, 2, 0, 1, 2]), 3)
    labels = Labels(items, people, values, 3, np.full(6, -1))
    for found in (by_one_coin(labels), by_confusion(labels)):
        assert found.values.tolist() == [0, 1, 2, 0, 1, 2]
        assert found.certainty.min() > 0.97
        assert found.skill.min() > 0.85


def test_known_answers_stand_and_say_who_is_good() -> None:
    # Two people against one: known answers say that the one is right.
    items = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3] * 3) + np.repeat([0, 4, 8], 12)
    people = np.tile([0, 1, 2], 12)
    values = np.tile([1, 0, 0], 12)
    known = np.full(12, -1)
    known[:10] = 1
    for form in (by_one_coin, by_confusion):
        found = form(Labels(items, people, values, 2, known))
        assert found.values.tolist() == [1] * 12
        assert found.skill[0] > 0.8 > 0.4 > found.skill[1]
    unknown = by_one_coin(Labels(items, people, values, 2, np.full(12, -1)))
    assert unknown.values.tolist() == [0] * 12


def test_many_classes_cost_no_matrix() -> None:
    crowd = simulated(seed=3, items=200, people=10, classes=5_000, labels=3)
    found = consensus(crowd.labels)
    assert accuracy(found, crowd) > majority(crowd) - 0.03
    assert accuracy(found, crowd) > 0.85


def test_spammers_are_found_out() -> None:
    crowd = simulated(seed=1, items=200, people=16, classes=4, labels=5, spam=0.4)
    found = consensus(crowd.labels)
    assert accuracy(found, crowd) > majority(crowd) + 0.03
    honest = found.skill[~crowd.spammers]
    assert honest.min() > found.skill[crowd.spammers].max() - 0.15
    assert honest.mean() > found.skill[crowd.spammers].mean() + 0.2


@pytest.mark.long
@pytest.mark.parametrize(
    ("classes", "labels", "spam", "bias", "least", "gain"),
    [
        (10, 3, 0.0, False, 0.91, 0.015),
        (10, 5, 0.3, False, 0.92, 0.05),
        (2, 5, 0.3, False, 0.87, 0.035),
        (10, 5, 0.0, True, 0.965, 0.005),
        (5, 5, 0.3, True, 0.86, 0.04),
    ],
)
def test_it_reaches_the_accuracy_of_the_decision_page(
    full_counts: bool, classes: int, labels: int, spam: float, bias: bool, least: float, gain: float
) -> None:
    """As in ``docs/decisions/0005-consensus-of-labels.md``."""
    crowds = [
        simulated(seed, items=500, people=25, classes=classes, labels=labels, spam=spam, bias=bias)
        for seed in range(24 if full_counts else 8)
    ]
    ours = np.mean([accuracy(consensus(crowd.labels), crowd) for crowd in crowds])
    votes = np.mean([majority(crowd) for crowd in crowds])
    assert ours >= least
    assert ours >= votes + gain


@pytest.mark.long
def test_what_is_called_95_percent_sure_is_right_as_often() -> None:
    right = sure = 0
    for seed in range(10):
        crowd = simulated(seed, items=500, people=25, classes=6, labels=4, spam=0.2)
        found = consensus(crowd.labels)
        certain = found.certainty >= 0.95
        right += int((found.values == crowd.truth)[certain].sum())
        sure += int(certain.sum())
    assert sure > 2_500
    assert right / sure >= 0.95
