"""A frame to the arrays a network reads, with everything fitted on training rows only."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.engine.encoders import (
    ENCODERS,
    Encoder,
    MomentEncoder,
    NumberEncoder,
    SequenceEncoder,
    encoder_from_json,
    encoder_to_json,
)
from training.engine.fields import PICTURES, STEPPED
from training.engine.frame import Column, Frame
from training.engine.limits import FOLDED_STEPS, LSTM_STEPS
from training.engine.schema import TableSchema

#: Kinds whose first input is a scaled number.
NUMBERS = ("number", "integer", "datetime")


@dataclass(frozen=True)
class Inputs:
    """What a network reads of n rows, all float32 without NaN.

    `flat` (n, width): number fields first, one column each, then everything else. `steps` (n, time,
    channels), zeros after the end of a row, and `lengths` (n,) are there in the layout "steps".
    """

    flat: NDArray[np.float32]
    steps: NDArray[np.float32] | None = None
    lengths: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Shape:
    """What a module must know to be built: widths, the edges of the number fields, outputs."""

    flat: int
    edges: tuple[tuple[float, ...], ...]
    channels: int
    outputs: int


@dataclass(frozen=True)
class Target:
    """How the target is scaled: not at all for classes; mean, spread and range for a regression."""

    mean: float = 0.0
    scale: float = 1.0
    low: float = 0.0
    high: float = 0.0

    @classmethod
    def fit(cls, truth: NDArray[Any], task: str) -> "Target":
        """From the targets of the training rows."""
        if task == "classification":
            return cls()
        scale = float(truth.std())
        scale = scale if scale > 1e-12 * max(1.0, float(np.abs(truth).max())) else 1.0
        return cls(float(truth.mean()), scale, float(truth.min()), float(truth.max()))

    def scaled(self, truth: NDArray[np.float64]) -> NDArray[np.float32]:
        """Targets as a network learns them."""
        return ((truth - self.mean) / self.scale).astype(np.float32)

    def restored(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        """Outputs in the target's own unit, kept inside the range that training saw."""
        return np.clip(scaled * self.scale + self.mean, self.low, self.high)


@dataclass(frozen=True)
class Preparation:
    """The encoders of all features, and the scaling of the target."""

    layout: str
    encoders: dict[str, Encoder]
    target: Target
    outputs: int

    @classmethod
    def fit(cls, frame: Frame, schema: TableSchema, layout: str) -> "Preparation":
        """Fit on a frame that holds training rows only."""
        encoders: dict[str, Encoder] = {}
        for field in schema.features:
            column = frame.columns[field.name]
            if layout == "steps" and field.kind == "sequence":
                encoders[field.name] = SequenceEncoder.fit(column, LSTM_STEPS, FOLDED_STEPS)
            else:
                encoders[field.name] = ENCODERS[field.kind](column)
        target = Target.fit(frame.truth(schema), schema.task)
        return cls(layout, encoders, target, len(schema.classes) or 1)

    def inputs(self, frame: Frame) -> Inputs:
        """The arrays of a frame's rows."""
        columns = [frame.columns[name] for name in self.encoders]
        if self.layout == "flat":
            return Inputs(self._flat(columns, len(frame)))
        beside = [column for column in columns if column.field.kind not in STEPPED]
        stepped = [column for column in columns if column.field.kind in STEPPED]
        series = [self._series(column) for column in stepped]
        steps, lengths = padded(series, [column.field.kind in PICTURES for column in stepped])
        return Inputs(self._flat(beside, len(frame)), steps, lengths)

    def _flat(self, columns: list[Column], rows: int) -> NDArray[np.float32]:
        numbers: list[NDArray[np.float32]] = []
        others: list[NDArray[np.float32]] = []
        for column in columns:
            encoded = self.encoders[column.field.name].encode(column)
            if column.field.kind in NUMBERS:
                numbers.append(encoded[:, :1])
                encoded = encoded[:, 1:]
            others.append(encoded)
        empty = np.zeros((rows, 0), dtype=np.float32)
        return np.concatenate([empty, *numbers, *others], axis=1)

    def _series(self, column: Column) -> list[NDArray[np.float32]]:
        encoder = self.encoders[column.field.name]
        if isinstance(encoder, SequenceEncoder):
            return list(encoder.series(column))
        height = column.field.height
        return list(encoder.encode(column).reshape(-1, height, encoder.width // height))

    def shape(self, schema: TableSchema) -> Shape:
        """What the network's module is built from."""
        flat, channels = 0, 0
        edges: list[tuple[float, ...]] = []
        for field in schema.features:
            encoder = self.encoders[field.name]
            if self.layout == "steps" and field.kind in STEPPED:
                step = encoder.width // max(1, field.height)
                channels += encoder.channels if isinstance(encoder, SequenceEncoder) else step
                continue
            flat += encoder.width
            if isinstance(encoder, NumberEncoder | MomentEncoder) and field.kind in NUMBERS:
                edges.append(encoder.edges)
        return Shape(flat, tuple(edges), channels, self.outputs)

    def to_json(self) -> dict[str, Any]:
        """Everything that was fitted, as JSON."""
        encoders = {name: encoder_to_json(encoder) for name, encoder in self.encoders.items()}
        target = [self.target.mean, self.target.scale, self.target.low, self.target.high]
        return {
            "layout": self.layout,
            "encoders": encoders,
            "target": target,
            "outputs": self.outputs,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Preparation":
        """The preparation that `to_json` wrote."""
        encoders = {name: encoder_from_json(entry) for name, entry in data["encoders"].items()}
        return cls(data["layout"], encoders, Target(*data["target"]), data["outputs"])


def padded(
    series: list[list[NDArray[np.float32]]], fixed: list[bool]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Rows of several stepped fields side by side: (n, longest, all channels), and row lengths.

    The length of a row is that of its longest field; zeros stand after the end of each field.
    """
    counts = [[len(steps) for steps in rows] for rows in series]
    lengths = np.max(np.array(counts, dtype=np.int64), axis=0)
    channels = sum(rows[0].shape[1] for rows in series if rows)
    steps = np.zeros((len(lengths), int(lengths.max(initial=1)), channels), dtype=np.float32)
    start = 0
    for rows, uniform in zip(series, fixed, strict=True):
        width = rows[0].shape[1] if rows else 0
        if uniform and rows:
            steps[:, : rows[0].shape[0], start : start + width] = np.stack(rows)
        else:
            for place, values in enumerate(rows):
                steps[place, : len(values), start : start + width] = values
        start += width
    return steps, lengths
