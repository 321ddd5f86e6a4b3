"""A simulated crowd: of what it accepts, as much is good as the arithmetic of odds says."""

import random
from collections import Counter

import pytest

from datasets.models import Reviewer
from datasets.reviewing.reviewers import count_gold, weight_of
from datasets.reviewing.rule import Outcome, Tally

pytestmark = pytest.mark.long
ROWS = 60_000


def checked(
    rng: random.Random, crowd: list[tuple[float, float]]
) -> tuple[Counter[tuple[int, int]], Counter[tuple[int, int]], int]:
    """Good and bad accepted rows by their votes, and disputes; half of the rows are good.

    ``crowd`` are people's accuracies and their weights.
    """
    right: Counter[tuple[int, int]] = Counter()
    wrong: Counter[tuple[int, int]] = Counter()
    disputed = 0
    for _row in range(ROWS):
        good = rng.random() < 0.5
        tally = Tally()
        while tally.outcome is Outcome.OPEN:
            accuracy, weight = rng.choice(crowd)
            yes = (rng.random() < accuracy) == good
            tally = Tally(
                tally.yes + yes,
                tally.no + (not yes),
                tally.yes_weight + weight * yes,
                tally.no_weight + weight * (not yes),
            )
        if tally.outcome is Outcome.ACCEPT:
            (right if good else wrong)[tally.yes, tally.no] += 1
        disputed += tally.outcome is Outcome.DISPUTE
    return right, wrong, disputed


@pytest.mark.parametrize(
    ("accuracy", "votes", "share"),
    [(0.8, (2, 0), 0.941), (0.8, (3, 1), 0.941), (0.9, (2, 0), 0.988), (0.9, (3, 1), 0.988)],
)
def test_of_what_two_accept_so_much_is_good(
    accuracy: float, votes: tuple[int, int], share: float
) -> None:
    right, wrong, _disputed = checked(random.Random(7), [(accuracy, 1.0)])
    among = right[votes] + wrong[votes]
    assert among > 1_000
    assert right[votes] / among == pytest.approx(share, abs=0.012)


def test_few_are_disputed() -> None:
    for accuracy, most in ((0.8, 0.12), (0.9, 0.02)):
        _right, _wrong, disputed = checked(random.Random(7), [(accuracy, 1.0)])
        assert 0 < disputed < most * ROWS


def weighed(rng: random.Random, accuracy: float, gold: int) -> float:
    """The weight of somebody of that accuracy after so many gold rows."""
    record = Reviewer()
    record.save = lambda **_saved: None  # type: ignore[method-assign]
    for _row in range(gold):
        count_gold(record, right=rng.random() < accuracy)
    return weight_of(record)


def test_gold_takes_weight_from_the_careless() -> None:
    rng = random.Random(7)
    people = [0.9] * 20 + [0.5] * 20
    plain = [(accuracy, 1.0) for accuracy in people]
    gold = [(accuracy, weighed(rng, accuracy, 40)) for accuracy in people]
    shares = []
    for crowd in (plain, gold):
        right, wrong, _disputed = checked(random.Random(8), crowd)
        shares.append(right.total() / (right.total() + wrong.total()))
    assert shares[0] < 0.87 < 0.93 < shares[1], shares
