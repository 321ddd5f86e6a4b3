"""What a loss curve says, in one sentence. Pure: losses in, a verdict out."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

#: How many of the last epochs are looked at.
WINDOW = 5
#: Fewer epochs say nothing yet.
FEWEST = 3
#: A loss that fell by less than this share of itself over the window is flat.
FLAT = 0.005
#: The validation loss has to be so much above its best, with training going down, to overfit.
ABOVE = 0.03
#: Epochs in which "jumping about" is looked for, and how often it has to turn there.
JUMP_WINDOW = 8
JUMP_TURNS = 5
#: The smallest turn that counts, as a share of the loss.
JUMP_SIZE = 0.08


class Verdict(Enum):
    """What the curve does."""

    YOUNG = "young"
    IMPROVING = "improving"
    OVERFITTING = "overfitting"
    FLAT = "flat"
    JUMPING = "jumping"


@dataclass(frozen=True)
class Reading:
    """A verdict; ``number`` is the epoch since when, or in how many of the last ``of`` epochs."""

    verdict: Verdict
    number: int = 0
    of: int = 0

    def sentence(self) -> str:
        """The reading in the active language."""
        return _SENTENCES[self.verdict](self)


def read_curve(train: Sequence[float], validation: Sequence[float]) -> Reading:
    """Read a curve of finite, non-negative losses, the first epoch first; both equally long.

    Scaling all losses by the same number changes nothing.
    """
    if len(validation) < FEWEST:
        return Reading(Verdict.YOUNG)
    if _turns(validation[-JUMP_WINDOW:]) >= JUMP_TURNS:
        return Reading(Verdict.JUMPING)
    best = min(range(len(validation)), key=lambda at: validation[at])
    if _overfits(train, validation, best):
        return Reading(Verdict.OVERFITTING, best + 1)
    since = _flat_since(validation)
    if since is not None:
        return Reading(Verdict.FLAT, since)
    recent = validation[-WINDOW - 1 :]
    return Reading(Verdict.IMPROVING, _falls(recent), len(recent) - 1)


def _falls(losses: Sequence[float]) -> int:
    return sum(after < before for before, after in itertools.pairwise(losses))


def _turns(losses: Sequence[float]) -> int:
    """How often the loss turns from falling to rising or back, by more than a little."""
    steps = [after - before for before, after in itertools.pairwise(losses)]
    level = max(losses, default=0.0)
    return sum(
        first * second < 0 and min(abs(first), abs(second)) > JUMP_SIZE * level
        for first, second in itertools.pairwise(steps)
    )


def _overfits(train: Sequence[float], validation: Sequence[float], best: int) -> bool:
    waited = len(validation) - 1 - best
    if waited < WINDOW:
        return False
    recent = min(validation[-WINDOW:])
    return recent > validation[best] * (1 + ABOVE) and train[-1] < train[best]


def _flat_since(validation: Sequence[float]) -> int | None:
    """The epoch (from 1) since when the loss stays within a hair of its last value, or None."""
    last = validation[-1]
    start = len(validation)
    while start and abs(validation[start - 1] - last) <= FLAT * last:
        start -= 1
    if len(validation) - start > WINDOW:
        return start + 1
    waited = len(validation) - 1 - min(range(len(validation)), key=lambda at: validation[at])
    return len(validation) - waited if waited >= 2 * WINDOW else None


def _young(_reading: Reading) -> str:
    return _("Too early to tell: the curve has hardly begun.")


def _improving(reading: Reading) -> str:
    parts = {"falls": reading.number, "of": reading.of}
    if reading.number * 2 < reading.of:
        sentence = _("Slow: validation loss fell in %(falls)d of the last %(of)d epochs.")
    else:
        sentence = _(
            "Still improving: validation loss fell in %(falls)d of the last %(of)d epochs."
        )
    return sentence % parts


def _overfitting(reading: Reading) -> str:
    return _(
        "Overfitting since epoch %(since)d: the training loss still falls, the validation loss "
        "does not. More data, more dropout or fewer units help."
    ) % {"since": reading.number}


def _flat(reading: Reading) -> str:
    sentence = _("Flat since epoch %(since)d: more epochs will hardly help.")
    return sentence % {"since": reading.number}


def _jumping(_reading: Reading) -> str:
    return _("Jumping about: try a lower learning rate.")


_SENTENCES = {
    Verdict.YOUNG: _young,
    Verdict.IMPROVING: _improving,
    Verdict.OVERFITTING: _overfitting,
    Verdict.FLAT: _flat,
    Verdict.JUMPING: _jumping,
}
