"""How long a training takes: a calculation, corrected by how the last trainings went. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from training.engine.architectures import Architecture, architecture_named
from training.engine.architectures.base import outputs_of
from training.engine.faults import EngineFault
from training.engine.fields import PICTURES, STEPPED
from training.engine.limits import FOLDED_STEPS, VALIDATION_SHARE
from training.engine.schema import TableSchema

#: Seconds for what every run does: start a process, load PyTorch, read rows, write predictions.
START_SECONDS = 2.0
#: Seconds of one step beside its arithmetic, by the architecture's layout.
STEP_SECONDS = {"flat": 0.0007, "steps": 0.0018}
#: Seconds for one parameter and one row (forwards, backwards), on a slow core.
PARAMETER_SECONDS = 1.5e-10
#: A final fit sees the training and validation rows, for up to a quarter more epochs.
REFIT_EPOCHS = 1.25
#: Before anything was measured: a run takes between these multiples of the calculation.
UNMEASURED = (0.5, 4.0)
#: Around the fastest and the slowest measured run: with one run, and with MANY or more.
ONE_RUN, MANY_RUNS, MANY = 1.8, 1.2, 4


@dataclass(frozen=True)
class Load:
    """What a training has to do; ``steps`` are the time steps of a row (1 in a flat network)."""

    layout: str
    rows: int
    parameters: int
    steps: int
    settings: Mapping[str, Any]

    @property
    def epochs(self) -> int:
        """The epochs that are planned."""
        return int(self.settings["epochs"])

    @property
    def fewest_epochs(self) -> int:
        """The first epoch after which patience can have ended, see ``engine.loop.fit``."""
        patience = int(self.settings.get("patience", self.epochs))
        return min(self.epochs, 1 + patience + max(2, patience // 2))


class Past(NamedTuple):
    """A finished training: what it had to do, in how many epochs, in how many seconds."""

    load: Load
    epochs: int
    seconds: float


class Span(NamedTuple):
    """Between how many seconds a training takes; ``measured`` says from how many others."""

    low: float
    high: float
    measured: int

    def __str__(self) -> str:
        """The span as a job keeps it; ``span_from`` reads it."""
        return f"{self.low:.1f} {self.high:.1f} {self.measured}"


def span_from(text: object) -> Span | None:
    """The span that ``str`` wrote; None when it is anything else."""
    try:
        low, high, measured = str(text).split()
        return Span(float(low), float(high), int(measured))
    except ValueError:
        return None


def load_of(
    architecture: Architecture, schema: TableSchema, rows: int, settings: Mapping[str, Any]
) -> Load:
    """What a training with these settings would have to do."""
    wanted = dict(settings)
    parameters = architecture.parameters(wanted, architecture.inputs(schema), outputs_of(schema))
    steps = steps_of(schema) if architecture.layout == "steps" else 1
    return Load(architecture.layout, rows, parameters, steps, wanted)


def past_load(
    architecture: str,
    schema: Mapping[str, Any],
    rows: int,
    parameters: int,
    settings: Mapping[str, Any],
) -> Load | None:
    """What a finished training had to do; None when its architecture or schema is no more."""
    try:
        layout = architecture_named(architecture).layout
        steps = steps_of(TableSchema.from_json(dict(schema))) if layout == "steps" else 1
    except EngineFault:
        return None
    return Load(layout, rows, parameters, steps, settings)


def steps_of(schema: TableSchema) -> int:
    """The most time steps that an LSTM goes through in one row."""
    lengths = [
        field.height
        if field.kind in PICTURES
        else min(field.max_length or FOLDED_STEPS, FOLDED_STEPS)
        for field in schema.features
        if field.kind in STEPPED
    ]
    return max(lengths, default=1)


def calculated(load: Load, epochs: int) -> float:
    """Seconds for so many epochs on a slow machine, by counting steps and arithmetic."""
    settings = load.settings
    train = max(1.0, load.rows * (1 - float(settings["test_ratio"]) - VALIDATION_SHARE))
    seconds = epochs * _epoch_seconds(load, train)
    if settings.get("refit") == "yes":
        both = load.rows * (1 - float(settings["test_ratio"]))
        seconds += epochs * REFIT_EPOCHS * _epoch_seconds(load, both)
    return START_SECONDS + seconds


def _epoch_seconds(load: Load, rows: float) -> float:
    batches = math.ceil(rows / int(load.settings["batch_size"]))
    arithmetic = rows * load.parameters * load.steps * PARAMETER_SECONDS
    return batches * STEP_SECONDS[load.layout] + arithmetic


def expected(load: Load, past: Sequence[Past], busy: float = 1.0) -> Span:
    """Between how many seconds the training takes, by the calculation and finished ones.

    ``busy`` is how many processes want each processor now: it counts while nothing was measured.

    Each finished training tells by which factor the calculation was wrong on this machine. The
    range goes from the fastest of them, ending as soon as patience can, to the slowest, going on
    to the last epoch. Trainings with the same epochs and patience tell when such ones really end.
    """
    fewest, most = _epochs(load, past)
    factors = [one.seconds / calculated(one.load, one.epochs) for one in past]
    if not factors:
        slow, quick = UNMEASURED[1] * max(1.0, busy), UNMEASURED[0]
    else:
        share = min(1.0, (len(factors) - 1) / (MANY - 1))
        around = ONE_RUN + (MANY_RUNS - ONE_RUN) * share
        slow, quick = max(factors) * around, min(factors) / around
    return Span(calculated(load, fewest) * quick, calculated(load, most) * slow, len(factors))


def _epochs(load: Load, past: Sequence[Past]) -> tuple[int, int]:
    """Between how many epochs it will take: from patience, narrowed by trainings alike."""
    alike = [one.epochs for one in past if _alike(one.load, load)]
    if not alike:
        return load.fewest_epochs, load.epochs
    fewest, most = math.floor(min(alike) * 0.75), math.ceil(max(alike) * 1.25)
    return max(load.fewest_epochs, min(fewest, load.epochs)), min(load.epochs, max(most, 1))


def _alike(one: Load, other: Load) -> bool:
    keys = ("epochs", "patience", "learning_rate", "batch_size")
    same = all(one.settings.get(key) == other.settings.get(key) for key in keys)
    return same and 0.5 <= (one.rows + 1) / (other.rows + 1) <= 2


def within(load: Load, seconds: float) -> int:
    """The most epochs (at least 1) that the calculation fits into so many seconds."""
    epochs = load.epochs
    while epochs > 1 and calculated(load, epochs) > seconds:
        epochs = max(1, epochs * 3 // 4)
    return epochs
