"""Fills in and checks the settings of a run. No torch: forms call this in the web process."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from training.engine.architectures.base import (
    ACTIVATIONS,
    LOSSES_OF_TASK,
    Architecture,
    Setting,
    outputs_of,
)
from training.engine.faults import EngineFault, Fault, shown
from training.engine.limits import MAX_LAYERS, MAX_PARAMETERS, MAX_UNITS, MIN_ROWS
from training.engine.schema import TableSchema


def check_settings(
    architecture: Architecture, settings: Mapping[str, Any], schema: TableSchema, rows: int
) -> dict[str, Any]:
    """All settings of a run: the given ones checked, the rest filled in with the best recipe.

    `rows` is the number of rows that have a target. Raises `EngineFault` with one fault a setting
    (its key as `column`), each with the reason and the way out.
    """
    schema.check_trainable()
    reason = architecture.fits(schema)
    if reason is not None:
        raise EngineFault(Fault(reason, column="architecture"))
    if rows < MIN_ROWS:
        raise EngineFault(f"{rows} rows with a target: at least {MIN_ROWS} are needed to train")
    faults = _unknown_keys(architecture, settings)
    filled = architecture.default_settings(schema, rows)
    for setting in architecture.settings:
        if setting.key in settings:
            try:
                filled[setting.key] = _checked(setting, settings[setting.key])
            except ValueError as error:
                value = shown(settings[setting.key])
                faults.append(Fault(str(error), column=setting.key, value=value))
    if not faults:
        faults = _misfits(architecture, filled, schema, rows)
    if faults:
        raise EngineFault(*faults)
    return filled


def _unknown_keys(architecture: Architecture, settings: Mapping[str, Any]) -> list[Fault]:
    known = {setting.key for setting in architecture.settings}
    listed = ", ".join(sorted(known))
    return [
        Fault(f"{architecture.label} has no such setting; it has: {listed}", column=str(key))
        for key in settings
        if key not in known
    ]


def _misfits(
    architecture: Architecture, settings: dict[str, Any], schema: TableSchema, rows: int
) -> list[Fault]:
    """Settings that are each allowed but do not fit this table or each other."""
    faults: list[Fault] = []
    fitting = LOSSES_OF_TASK[schema.task]
    if settings["loss"] not in fitting:
        reason = f"this loss does not fit a {schema.task}: use {' or '.join(fitting)}"
        faults.append(Fault(reason, column="loss", value=shown(settings["loss"])))
    if settings["batch_size"] > rows:
        reason = f"a batch cannot hold more than the {rows} rows there are"
        faults.append(Fault(reason, column="batch_size", value=str(settings["batch_size"])))
    count = architecture.parameters(settings, architecture.inputs(schema), outputs_of(schema))
    if count > MAX_PARAMETERS:
        reason = (
            f"this network would have {count:,} parameters; at most {MAX_PARAMETERS:,} are "
            "allowed: use fewer layers or units"
        )
        faults.append(Fault(reason, column="layers"))
    return faults


def _checked(setting: Setting, value: Any) -> Any:
    return CHECKS[setting.kind](setting, value)


def _check_whole(setting: Setting, value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("not a whole number")
    _check_bounds(setting, value)
    return value


def _check_float(setting: Setting, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    _check_bounds(setting, value)
    return float(value)


def _check_bounds(setting: Setting, value: float) -> None:
    low, high = setting.minimum, setting.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(f"outside {low} … {high}")


def _check_choice(setting: Setting, value: Any) -> str:
    if not isinstance(value, str) or value not in setting.choices:
        raise ValueError(f"none of {', '.join(setting.choices)}")
    return value


def _check_layers(setting: Setting, value: Any) -> list[dict[str, Any]]:
    example = '[{"units": 64, "activation": "relu"}]'
    if not isinstance(value, list):
        raise ValueError(f"not a list of layers such as {example}")
    smallest = int(setting.minimum or 0)
    if not smallest <= len(value) <= MAX_LAYERS:
        raise ValueError(f"{len(value)} layers: {smallest} to {MAX_LAYERS} are allowed")
    return [_check_layer(number, layer, example) for number, layer in enumerate(value, start=1)]


def _check_layer(number: int, layer: Any, example: str) -> dict[str, Any]:
    if not isinstance(layer, Mapping) or set(layer) != {"units", "activation"}:
        raise ValueError(f"layer {number} is not of the form {example}")
    units = layer["units"]
    if isinstance(units, float) and units.is_integer():
        units = int(units)
    if isinstance(units, bool) or not isinstance(units, int) or not 1 <= units <= MAX_UNITS:
        raise ValueError(f"layer {number}: units is a whole number from 1 to {MAX_UNITS}")
    if layer["activation"] not in ACTIVATIONS:
        raise ValueError(f"layer {number}: activation is none of {', '.join(ACTIVATIONS)}")
    return {"units": units, "activation": layer["activation"]}


CHECKS: dict[str, Callable[[Setting, Any], Any]] = {
    "int": _check_whole,
    "seed": _check_whole,
    "float": _check_float,
    "choice": _check_choice,
    "layers": _check_layers,
}
