"""Encoders of values that are many cells: drawings, pictures and vectors."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.engine.frame import Column, Float32s

VECTOR_LIMIT = 1_000.0


@dataclass(frozen=True)
class GridEncoder:
    """Cells to 0 … 1 by the field's range, minus the mean picture, over the common spread."""

    low: float
    high: float
    mean: tuple[float, ...]
    scale: float

    @classmethod
    def fit(cls, column: Column) -> "GridEncoder":
        """Mean of each cell and one spread of all cells."""
        low, high = column.field.range
        cells = column.values[~column.missing].reshape(-1, math.prod(column.field.shape))
        return cls(low, high, *mean_and_spread((cells.astype(np.float32) - low) / (high - low)))

    @property
    def width(self) -> int:
        """Inputs of this field: one a cell, of a picture in colours three."""
        return len(self.mean)

    def encode(self, column: Column) -> Float32s:
        """(n, width), row by row; a missing drawing is the mean drawing."""
        cells = column.values.reshape(len(column.values), -1).astype(np.float32)
        scaled = (cells - np.float32(self.low)) / np.float32(self.high - self.low)
        return centred_cells(scaled, self.mean, self.scale, column.missing)


@dataclass(frozen=True)
class PaletteEncoder:
    """Numbers of colours to inputs, minus the mean drawing, over the common spread.

    `table` holds what each colour becomes: one input for each colour but the empty one, or red,
    green and blue where that would be too many (see `FieldSpec.depth`).
    """

    table: tuple[tuple[float, ...], ...]
    mean: tuple[float, ...]
    scale: float

    @classmethod
    def fit(cls, column: Column) -> "PaletteEncoder":
        """Mean of each input and one spread of all."""
        table = colour_table(column.field.palette, column.field.depth)
        return cls(table, *mean_and_spread(painted_cells(table, column.values[~column.missing])))

    @property
    def width(self) -> int:
        """Inputs of this field."""
        return len(self.mean)

    def encode(self, column: Column) -> Float32s:
        """(n, width), cell by cell; a missing drawing is the mean drawing."""
        cells = painted_cells(self.table, column.values)
        return centred_cells(cells, self.mean, self.scale, column.missing)


def colour_table(palette: tuple[str, ...], depth: int) -> tuple[tuple[float, ...], ...]:
    """What each colour of a palette becomes: `depth` inputs."""
    if depth == len(palette) - 1:
        return tuple(
            tuple(float(at == number) for at in range(1, depth + 1)) for number in range(depth + 1)
        )
    return tuple(tuple(int(c[at : at + 2], 16) / 255 for at in (1, 3, 5)) for c in palette)


def painted_cells(table: tuple[tuple[float, ...], ...], numbers: NDArray[np.generic]) -> Float32s:
    """(n, height, width) numbers of colours as (n, inputs)."""
    colours = np.array(table, dtype=np.float32)
    places = numbers.astype(np.int64).clip(0, len(table) - 1)
    size = math.prod(numbers.shape[1:]) * colours.shape[1]
    return colours.take(places, axis=0).reshape(len(numbers), size)


def picture_encoder(column: Column) -> GridEncoder | PaletteEncoder:
    """The encoder of a drawing or a picture, fitted."""
    return PaletteEncoder.fit(column) if column.field.palette else GridEncoder.fit(column)


@dataclass(frozen=True)
class VectorEncoder:
    """Each number centred and scaled by itself; missing is all means, with an indicator."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    indicator: bool

    @classmethod
    def fit(cls, column: Column) -> "VectorEncoder":
        """Mean and spread of each place."""
        present = column.values[~column.missing].astype(np.float64)
        size = column.field.shape[0]
        if not len(present):
            return cls((0.0,) * size, (1.0,) * size, False)
        mean, spread = present.mean(axis=0), present.std(axis=0)
        spread[spread <= 1e-12 * np.maximum(1.0, np.abs(mean))] = 1.0
        gaps = bool(column.missing.any())
        return cls(tuple(map(float, mean)), tuple(map(float, spread)), gaps)

    @property
    def width(self) -> int:
        """One input a number, and the indicator where training saw a gap."""
        return len(self.mean) + self.indicator

    def encode(self, column: Column) -> Float32s:
        """(n, width), cut at +-VECTOR_LIMIT so that no question drives a network to infinity."""
        centred = (column.values.astype(np.float64) - np.array(self.mean)) / np.array(self.scale)
        centred = centred.clip(-VECTOR_LIMIT, VECTOR_LIMIT)
        centred[column.missing] = 0.0
        parts = [centred, *([column.missing[:, None]] if self.indicator else [])]
        return np.concatenate(parts, axis=1).astype(np.float32)


def mean_and_spread(cells: Float32s) -> tuple[tuple[float, ...], float]:
    """Mean of each column, and one spread of all."""
    if not len(cells):
        return (0.0,) * cells.shape[1], 1.0
    mean = cells.mean(axis=0, dtype=np.float64)
    scale = float(np.sqrt(((cells - mean) ** 2).mean())) or 1.0
    return tuple(float(m) for m in mean), scale


def centred_cells(
    cells: Float32s, mean: tuple[float, ...], scale: float, missing: NDArray[np.bool_]
) -> Float32s:
    """The cells minus the mean, over the spread; zeros where a row is missing."""
    centred = cells - np.array(mean, np.float32)
    result: Float32s = (centred / np.float32(scale)).astype(np.float32)
    result[missing] = 0.0
    return result
