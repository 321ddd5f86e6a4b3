"""The rule at its edges: two yes and more than two thirds, mirrored for no, seven dispute."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.reviewing.rule import MOST_VOTES, Outcome, Tally

OPEN, ACCEPT, REJECT, DISPUTE = Outcome.OPEN, Outcome.ACCEPT, Outcome.REJECT, Outcome.DISPUTE


def plain(yes: int, no: int) -> Tally:
    return Tally(yes, no, float(yes), float(no))


def said_plainly(yes: int, no: int) -> Outcome:
    """The rule in the words that people read."""
    if yes >= 2 and 3 * yes > 2 * (yes + no):
        return ACCEPT
    if no >= 2 and 3 * no > 2 * (yes + no):
        return REJECT
    return DISPUTE if yes + no >= 7 else OPEN


@pytest.mark.parametrize(
    ("yes", "no", "outcome", "missing"),
    [
        (0, 0, OPEN, 2),
        (1, 0, OPEN, 1),
        (0, 1, OPEN, 1),
        (2, 0, ACCEPT, 1),
        (0, 2, REJECT, 1),
        (1, 1, OPEN, 2),
        (2, 1, OPEN, 1),
        (3, 1, ACCEPT, 1),
        (1, 3, REJECT, 1),
        (2, 2, OPEN, 3),
        (3, 2, OPEN, 2),
        (3, 3, OPEN, 1),
        (4, 2, OPEN, 1),
        (5, 2, ACCEPT, 0),
        (2, 5, REJECT, 0),
        (4, 3, DISPUTE, 0),
        (3, 4, DISPUTE, 0),
    ],
)
def test_edges(yes: int, no: int, outcome: Outcome, missing: int) -> None:
    tally = plain(yes, no)
    assert tally.outcome is outcome
    if outcome is OPEN:
        assert tally.missing == missing


def test_weights_of_one_are_the_plain_rule() -> None:
    for yes, no in product(range(MOST_VOTES + 1), repeat=2):
        if yes + no <= MOST_VOTES:
            assert plain(yes, no).outcome is said_plainly(yes, no), (yes, no)


def test_two_careless_ones_are_not_enough() -> None:
    assert Tally(2, 0, 0.4, 0).outcome is OPEN
    assert Tally(3, 0, 1.4, 0).outcome is OPEN
    assert Tally(3, 0, 1.5, 0).outcome is ACCEPT
    assert Tally(1, 0, 1.0, 0).outcome is OPEN, "one person never decides"


def test_a_careless_no_holds_up_nobody() -> None:
    assert Tally(2, 1, 2.0, 0.0).outcome is ACCEPT
    assert Tally(2, 1, 2.0, 0.9).outcome is ACCEPT
    assert Tally(2, 1, 2.0, 1.0).outcome is OPEN, "two thirds are not more than two thirds"


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), max_size=7))
def test_yes_and_no_are_mirrors_and_seven_end_it(votes: list[tuple[bool, float]]) -> None:
    yes = [weight for is_yes, weight in votes if is_yes]
    no = [weight for is_yes, weight in votes if not is_yes]
    tally = Tally(len(yes), len(no), sum(yes), sum(no))
    mirrored = Tally(len(no), len(yes), sum(no), sum(yes))
    mirror = {ACCEPT: REJECT, REJECT: ACCEPT, OPEN: OPEN, DISPUTE: DISPUTE}
    assert mirrored.outcome is mirror[tally.outcome]
    assert (len(votes) < MOST_VOTES) or tally.outcome is not OPEN
    if tally.outcome is OPEN:
        assert 1 <= tally.missing <= MOST_VOTES - tally.votes
