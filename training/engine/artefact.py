"""A model on disk: `model.safetensors` and `model.json`, each with its SHA-256; never pickle."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from training.engine.architectures import architecture_named
from training.engine.building import builder_of
from training.engine.faults import EngineFault, FaultList, shown
from training.engine.frame import Frame, column_of
from training.engine.loop import outputs_for
from training.engine.objectives import predictions_of
from training.engine.prepare import Preparation
from training.engine.schema import SPLITS, TableSchema
from training.engine.trainer import Outcome, Trainer, rows_of

FORMAT = 1
WEIGHTS, DESCRIPTION, PREDICTIONS = "model.safetensors", "model.json", "predictions.parquet"


@dataclass(frozen=True)
class Model:
    """A trained network with all that is needed to ask it."""

    schema: TableSchema
    preparation: Preparation
    network: nn.Module

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Ask the model about rows of {field name: value}, raw as a form or JSON gives them.

        A classification answers {"probabilities": {label: p}}, a regression {"value": x}. Absent,
        None and empty text are missing values, which the model fills as in training. Raises
        `EngineFault` for values the schema refuses, unknown fields, and rows without any value.
        """
        frame = frame_of_rows(rows, self.schema)
        inputs = self.preparation.inputs(frame)
        chosen = rows_of(inputs, np.arange(len(rows)), torch.zeros(len(rows))).inputs
        output = outputs_for(self.network, chosen)
        found = predictions_of(output, self.schema.task, self.preparation.target)
        if self.schema.task == "regression":
            return [{"value": float(value)} for value in found]
        labels = self.schema.classes
        return [
            {"probabilities": {k: float(p) for k, p in zip(labels, row, strict=True)}}
            for row in found
        ]


def frame_of_rows(rows: Sequence[Mapping[str, Any]], schema: TableSchema) -> Frame:
    """Raw rows as a frame of the schema's features, or `EngineFault`."""
    if not rows:
        raise EngineFault("no row was given to predict")
    faults = FaultList("")
    names = {field.name for field in schema.features}
    known = {field.name for field in schema.fields}
    for number, row in enumerate(rows, start=1):
        for name in row:
            if name not in known:
                faults.add(f"the model knows no field {shown(name)}", number)
        if all(row.get(name) in (None, "") for name in names):
            faults.add("no value was given: fill in at least one field", number)
    columns = {}
    for field in schema.features:
        raw = [None if (cell := row.get(field.name)) in (None, "") else cell for row in rows]
        columns[field.name] = column_of(field, raw, faults)
    faults.raise_if_any()
    return Frame(columns, np.arange(len(rows), dtype=np.int64))


def save_run(folder: Path, trainer: Trainer, architecture: str, outcome: Outcome) -> dict[str, str]:
    """Write the model and its predictions into `folder`; the SHA-256 of each file by name."""
    weights = {name: value.contiguous() for name, value in trainer.model.state_dict().items()}
    save_file(weights, folder / f"{WEIGHTS}.part")
    os.replace(folder / f"{WEIGHTS}.part", folder / WEIGHTS)
    description = {
        "format": FORMAT,
        "architecture": architecture,
        "settings": trainer.settings,
        "schema": trainer.schema.to_json(),
        "preparation": trainer.preparation.to_json(),
        "metrics": outcome.metrics,
        "baseline": {"name": trainer.baseline.name, "test": outcome.baseline},
        "parameters": trainer.parameters,
        "torch": torch.__version__,
    }
    (folder / DESCRIPTION).write_text(json.dumps(description, indent=1), encoding="utf-8")
    pq.write_table(prediction_table(trainer, outcome), folder / PREDICTIONS)
    return {name: sha256_of(folder / name) for name in (WEIGHTS, DESCRIPTION, PREDICTIONS)}


def prediction_table(trainer: Trainer, outcome: Outcome) -> pa.Table:
    """`_row`, `split`, `target`, `p_<code>` a class or `prediction`, and `loss` of every row."""
    found = outcome.predictions
    columns: dict[str, Any] = {
        "_row": trainer.frame.rows,
        "split": pa.array([SPLITS[code] for code in found.part], pa.string()),
        "target": trainer.truth,
    }
    if trainer.schema.task == "regression":
        columns["prediction"] = found.values
    else:
        columns |= {f"p_{code}": found.values[:, code] for code in range(found.values.shape[1])}
    return pa.table(columns | {"loss": found.loss})


def load_model(folder: Path, expected: Mapping[str, str] | None = None) -> Model:
    """Load a model that `save_run` wrote; `expected` SHA-256 sums are checked before.

    Raises `EngineFault` when a file is missing, changed or of another format.
    """
    for name in (WEIGHTS, DESCRIPTION):
        if not (folder / name).is_file():
            raise EngineFault(f"the model's file {name} is missing")
        if expected is not None and sha256_of(folder / name) != expected.get(name):
            raise EngineFault(f"the model's file {name} is not the one that was trained")
    description = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    if description.get("format") != FORMAT:
        raise EngineFault("the model was written by another version: train it again")
    schema = TableSchema.from_json(description["schema"])
    preparation = Preparation.from_json(description["preparation"])
    key = architecture_named(description["architecture"]).key
    network = builder_of(key)(description["settings"], preparation.shape(schema))
    network.load_state_dict(load_file(folder / WEIGHTS))
    network.eval()
    return Model(schema, preparation, network)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
