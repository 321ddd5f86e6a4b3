"""What a curve says, in one sentence."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.reading import Reading, Verdict, read_curve

LOSSES = st.lists(st.floats(0, 1e6), min_size=0, max_size=60)
FALLING = [3 * math.exp(-n / 8) + 0.2 for n in range(12)]


def verdict(train: list[float], validation: list[float]) -> Verdict:
    return read_curve(train, validation).verdict


def test_a_falling_curve_is_still_improving() -> None:
    validation = [*FALLING[:9], FALLING[7]]
    reading = read_curve(FALLING[:10], validation)
    assert reading == Reading(Verdict.IMPROVING, 4, 5)
    assert reading.sentence() == "Still improving: validation loss fell in 4 of the last 5 epochs."


def test_training_down_and_validation_up_is_overfitting() -> None:
    validation = [1.0, 0.8, 0.6, 0.5, 0.55, 0.6, 0.66, 0.7, 0.74]
    train = [1.0, 0.8, 0.6, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05]
    reading = read_curve(train, validation)
    assert reading == Reading(Verdict.OVERFITTING, 4)
    assert reading.sentence().startswith("Overfitting since epoch 4:")


def test_validation_up_while_training_is_up_too_is_not_overfitting() -> None:
    validation = [1.0, 0.8, 0.6, 0.5, 0.55, 0.6, 0.66, 0.7, 0.74]
    assert verdict(validation, validation) is not Verdict.OVERFITTING


def test_nothing_moves_any_more() -> None:
    reading = read_curve([1.0] * 12, [2.0, 1.5, *[1.0] * 10])
    assert reading == Reading(Verdict.FLAT, 3)
    assert reading.sentence() == "Flat since epoch 3: more epochs will hardly help."


def test_up_and_down_is_jumping_about() -> None:
    jumps = [1.0, 2.0] * 6
    assert read_curve(jumps, jumps).sentence() == "Jumping about: try a lower learning rate."


def test_small_turns_are_no_jumps() -> None:
    steps = [loss + 0.001 * (-1) ** n for n, loss in enumerate(FALLING)]
    assert verdict(steps, steps) is Verdict.IMPROVING


@pytest.mark.parametrize("epochs", [0, 1, 2])
def test_too_early_to_tell(epochs: int) -> None:
    assert verdict([1.0] * epochs, [1.0] * epochs) is Verdict.YOUNG


@settings(max_examples=50, deadline=None)
@given(LOSSES, st.integers(-6, 6))
def test_every_curve_has_a_sentence_and_scale_does_not_matter(
    losses: list[float], power: int
) -> None:
    reading = read_curve(losses, losses)
    assert reading.sentence()
    assert 0 <= reading.number <= max(len(losses), 1)
    # By powers of two: other factors would round.
    scaled = [loss * 2.0**power for loss in losses]
    if all(loss == 0 or loss > 1e-200 for loss in losses):
        assert read_curve(scaled, scaled) == reading
