"""What the labels of one item come to: arithmetic, held against a slow model."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.labelling.growth import FIRST, step_of
from datasets.labelling.opinions import (
    LEAST_SKILL,
    MOST_SKILL,
    Said,
    agrees,
    of_classes,
    of_numbers,
    weight,
    weighted_median,
)
from datasets.labelling.rule import MOST_LABELS, SURE, verdict, wanted
from datasets.models import Item

OPEN, SETTLED, DISPUTED = Item.State.OPEN, Item.State.SETTLED, Item.State.DISPUTED
skills = st.floats(0.3, 0.99)


@pytest.mark.parametrize(
    ("labels", "certainty", "redundancy", "state"),
    [
        (2, 1.0, 3, OPEN),
        (3, SURE, 3, SETTLED),
        (3, math.nextafter(SURE, 0), 3, OPEN),
        (MOST_LABELS - 1, 0.5, 3, OPEN),
        (MOST_LABELS, 0.5, 3, DISPUTED),
        (MOST_LABELS, SURE, 3, SETTLED),
        (MOST_LABELS + 1, 0.94, 3, DISPUTED),
        (7, 0.5, 9, OPEN),
        (9, 0.5, 9, DISPUTED),
        (1, 0.96, 1, SETTLED),
        (0, 0.0, 3, OPEN),
    ],
)
def test_the_rule_at_its_edges(labels: int, certainty: float, redundancy: int, state: str) -> None:
    assert verdict(labels, certainty, redundancy) == state


@pytest.mark.parametrize(("labels", "wants"), [(0, 3), (2, 1), (3, 1), (6, 1)])
def test_how_many_may_have_it_at_once(labels: int, wants: int) -> None:
    assert wanted(labels, 3) == wants


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 3), skills), min_size=1, max_size=7))
def test_the_posterior_is_bayes_by_hand(labels: list[tuple[int, float]]) -> None:
    classes = 4
    said = [Said(value, skill) for value, skill in labels]
    likelihood = []
    for truth in range(classes):
        product = 1.0
        for value, skill in labels:
            # Who is worse than chance says nothing.
            right = min(MOST_SKILL, max(LEAST_SKILL, skill, 1 / classes))
            product *= right if value == truth else (1 - right) / (classes - 1)
        likelihood.append(product)
    opinion = of_classes(said, classes)
    best = max(likelihood)
    assert opinion.certainty == pytest.approx(best / sum(likelihood), rel=1e-6)
    assert likelihood[int(opinion.value or 0)] == pytest.approx(best, rel=1e-6)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 3), skills), max_size=6),
    st.integers(0, 3),
    st.floats(0.5, 0.99),
    st.randoms(use_true_random=False),
)
def test_order_does_not_matter_and_one_more_vote_never_hurts(
    labels: list[tuple[int, float]], value: int, skill: float, random: "st.DrawFn"
) -> None:
    said = [Said(*one) for one in labels]
    mixed = list(said)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert of_classes(mixed, 4).certainty == pytest.approx(of_classes(said, 4).certainty)
    before = of_classes([*said, Said(value, 0.25)], 4)
    after = of_classes([*said, Said(value, skill)], 4)
    if before.value == value:
        assert after.certainty >= before.certainty - 1e-12


def test_nothing_comes_to_nothing() -> None:
    assert of_classes([], 3) == (None, 0.0)
    assert of_numbers([]) == (None, 0.0)


def test_whoever_guesses_counts_nothing() -> None:
    assert weight(0.5, 2) == 0
    assert weight(0.1, 2) == 0
    assert weight(0.3, 10) > 0 == weight(0.2, 10)
    sure = of_classes([Said(0, 0.5)] * 7, 2)
    assert sure.certainty == 0.5


def test_among_many_classes_two_against_one_are_not_sure_and_three_are() -> None:
    two = [Said(4, 0.8), Said(9, 0.8), Said(4, 0.8)]
    assert of_classes(two, 10).certainty == of_classes(two, 4).certainty < SURE
    assert of_classes([*two, Said(4, 0.8)], 10).certainty > SURE
    assert of_classes([Said(value, 0.8) for value in range(6)], 10).certainty < 0.2


def test_two_of_two_classes_are_not_yet_sure_and_three_are() -> None:
    assert of_classes([Said(1, 0.8)] * 2, 2).certainty == pytest.approx(0.9412, abs=1e-4)
    assert of_classes([Said(1, 0.8)] * 3, 2).certainty == pytest.approx(0.9846, abs=1e-4)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), skills), min_size=1, max_size=7))
def test_a_number_is_one_that_was_said(labels: list[tuple[float, float]]) -> None:
    said = [Said(*one) for one in labels]
    opinion = of_numbers(said, 2e6)
    assert opinion.value in {one.value for one in said}
    assert 0 <= opinion.certainty <= 1
    assert min(one.value for one in said) <= weighted_median(said) <= max(one.value for one in said)


@pytest.mark.parametrize(
    ("value", "with_value", "span", "same"),
    [
        (105, 100, None, True),
        (105.1, 100, None, False),
        (5, 0, 100, True),
        (5.01, 0, 100, False),
        (0, 0, None, True),
        (0.1, 0, None, False),
        (-105, -100, None, True),
    ],
)
def test_numbers_agree_within_the_tolerance(
    value: float, with_value: float, span: float | None, same: bool
) -> None:
    assert agrees(value, with_value, span) is same


def test_one_who_is_far_off_moves_no_median() -> None:
    near = [Said(10.0, 0.8), Said(10.2, 0.8)]
    assert of_numbers([*near, Said(1e9, 0.8)]).value == 10.0 or of_numbers(
        [*near, Said(1e9, 0.8)]
    ).value == pytest.approx(10.2)
    apart = [Said(1.0, 0.8), Said(50.0, 0.8), Said(90.0, 0.8)]
    assert of_numbers(apart, 100).certainty < SURE


def test_looks_at_all_labels_come_with_a_tenth_more() -> None:
    assert [step_of(n) for n in (0, FIRST - 1, FIRST, 99, 100)] == [0, 0, 1, 1, 2]
    steps = [step_of(n) for n in range(20_000)]
    assert all(after - before in (0, 1) for before, after in pairwise(steps))
    assert step_of(20_000) < 70
