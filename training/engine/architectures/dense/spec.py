"""Dense: fully connected layers one after the other. For tables and drawings; takes any field."""

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
from training.engine.limits import DENSE_STEPS, NUMBER_WIDTH, ONE_HOT_LEVELS, REFIT_ROWS
from training.engine.moments import CYCLES
from training.engine.schema import TableSchema

NUMBER_ENCODING = Setting(
    "number_encoding", "Numbers", "choice", "piecewise", choices=("piecewise", "standard"),
    help="Piecewise: each number field becomes a small learned curve over its quantiles, which "
    "helps most tables. Standard: centred and scaled only.",
)  # fmt: skip
SETTINGS = (
    layers_setting(
        equal_layers(3, 256, "relu"),
        0,
        "Hidden layers from input to output, with units and activation of each. Without any layer "
        "the model is linear.",
    ),
    NUMBER_ENCODING,
    *COMMON_SETTINGS,
)

#: Weights that the first layer of the recipe has at most: most of what a network may have.
FIRST_LAYER = 4_000_000
#: A longer vector is learned from as pictures are.
WIDE_VECTOR = 32


def default_settings(schema: TableSchema, rows: int) -> dict[str, Any]:
    """The recipe that did best over the data sets tried, by kind and number of rows."""
    train = training_rows(rows)
    pixels = any(_is_wide(field) for field in schema.features)
    reached = inputs(schema)
    units = next((many for many in (256, 128, 64, 32) if many * reached <= FIRST_LAYER), 16)
    return {
        "layers": equal_layers(2 if pixels else 3, units, "relu"),
        "number_encoding": "piecewise",
        "dropout": 0.2 if pixels else 0.1,
        "epochs": 200 if train <= 10_000 else 100,
        "learning_rate": 0.001 if pixels else 0.002,
        "batch_size": batch_for(rows),
        "test_ratio": 0.2,
        "loss": LOSSES_OF_TASK.get(schema.task, ("MSE",))[0],
        "patience": 24 if train <= 2_000 else 16 if train <= 10_000 else 8,
        "refit": "yes" if rows <= REFIT_ROWS else "no",
        "seed": 0,
    }


def fits(schema: TableSchema) -> str | None:
    """Dense takes every schema."""
    return None


def inputs(schema: TableSchema) -> int:
    """The largest number of inputs that reach the first layer."""
    return sum(_field_inputs(field) for field in schema.features)


def _is_wide(field: FieldSpec) -> bool:
    return field.kind in STEPPED or (field.kind == "vector" and field.shape[0] > WIDE_VECTOR)


def _field_inputs(field: FieldSpec) -> int:
    if field.kind in PICTURES:
        return field.height * field.width * field.depth + 1
    if field.kind == "vector":
        return field.shape[0] + 1
    if field.kind == "datetime":
        return NUMBER_WIDTH + 1 + 2 * len(CYCLES)
    if field.kind == "sequence":
        steps = min(field.max_length or DENSE_STEPS, DENSE_STEPS)
        return field.channels * (steps + 4) + 2
    if field.kind == "category":
        return min(len(field.categories), ONE_HOT_LEVELS + 1) + 1 + field.ordered
    return NUMBER_WIDTH + 1


def parameters(settings: dict[str, Any], inputs: int, outputs: int) -> int:
    """Weights and biases of all layers (the curves of the number fields are few beside them)."""
    total, width = 0, inputs
    for units in [layer["units"] for layer in settings["layers"]] + [outputs]:
        total += (width + 1) * units
        width = units
    return total


DENSE = Architecture(
    key="dense",
    label="Dense",
    explain="Every unit of a layer sees every unit of the layer before. Good for tables and small "
    "drawings.",
    layout="flat",
    settings=SETTINGS,
    fits=fits,
    default_settings=default_settings,
    inputs=inputs,
    parameters=parameters,
)
