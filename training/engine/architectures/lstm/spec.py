"""LSTM: reads a sequence step by step with a memory. For sequences, and drawings row by row."""

from typing import Any

from training.engine.architectures.base import (
    COMMON_SETTINGS,
    LOSSES_OF_TASK,
    Architecture,
    Setting,
    batch_for,
    equal_layers,
    layers_setting,
    training_rows,
)
from training.engine.fields import PICTURES, STEPPED, FieldSpec
from training.engine.limits import FOLDED_STEPS, LSTM_STEPS, ONE_HOT_LEVELS
from training.engine.moments import CYCLES
from training.engine.schema import TableSchema

DIRECTION = Setting(
    "direction", "Direction", "choice", "both", choices=("both", "forward"),
    help="Both: one LSTM reads forwards and one backwards. Forward: half the time.",
)  # fmt: skip
SETTINGS = (
    layers_setting(
        equal_layers(1, 64, "none"),
        1,
        "LSTM layers from input to output: units in each direction, and what is applied to the "
        "outputs of the layer.",
    ),
    DIRECTION,
    *COMMON_SETTINGS,
)


def default_settings(schema: TableSchema, rows: int) -> dict[str, Any]:
    """The recipe that did best over the data sets tried, by number of rows."""
    train = training_rows(rows)
    return {
        "layers": equal_layers(1, 64, "none"),
        "direction": "both",
        "dropout": 0.2,
        "epochs": 150 if train <= 2_000 else 60,
        "learning_rate": 0.003,
        "batch_size": min(batch_for(rows), 64 if train <= 4_000 else 128),
        "test_ratio": 0.2,
        "loss": LOSSES_OF_TASK.get(schema.task, ("MSE",))[0],
        "patience": 24 if train <= 500 else 12 if train <= 2_000 else 6,
        "refit": "yes" if rows <= 12_000 else "no",
        "seed": 0,
    }


def fits(schema: TableSchema) -> str | None:
    """An LSTM needs something that has steps."""
    if any(field.kind in STEPPED for field in schema.features):
        return None
    return (
        "an LSTM reads steps and this table has no sequence or grid among its features: use dense"
    )


def inputs(schema: TableSchema) -> int:
    """The largest number of channels of one time step, and of values beside the steps."""
    channels = sum(_channels(field) for field in schema.features if field.kind in STEPPED)
    beside = sum(_beside(field) for field in schema.features if field.kind not in STEPPED)
    return channels + beside


def _channels(field: FieldSpec) -> int:
    if field.kind in PICTURES:
        return field.width * field.depth
    return field.channels * _fold(field)


def _beside(field: FieldSpec) -> int:
    if field.kind == "vector":
        return field.shape[0] + 1
    if field.kind == "datetime":
        return 2 + 2 * len(CYCLES)
    return min(len(field.categories), ONE_HOT_LEVELS + 1) + 1 + field.ordered


def _fold(field: FieldSpec) -> int:
    return -(-min(field.max_length or LSTM_STEPS, LSTM_STEPS) // FOLDED_STEPS)


def parameters(settings: dict[str, Any], inputs: int, outputs: int) -> int:
    """Four gates a unit, once in each direction, and the output layer on three poolings."""
    ways = 2 if settings["direction"] == "both" else 1
    total, width = 0, inputs
    for layer in settings["layers"]:
        total += ways * 4 * layer["units"] * (width + layer["units"] + 2)
        width = ways * layer["units"]
    return total + (3 * width + inputs + 1) * outputs


LSTM = Architecture(
    key="lstm",
    label="LSTM",
    explain="Reads one step after the other and keeps what matters in a memory. Good for strokes, "
    "movements and other sequences of any length.",
    layout="steps",
    settings=SETTINGS,
    fits=fits,
    default_settings=default_settings,
    inputs=inputs,
    parameters=parameters,
)
