"""One field's column to numbers a network can read. Fitted on training rows, kept with the model.

Each encoder gives float32 without NaN, and can be written to JSON and read back without loss.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from training.engine.cell_encoders import (
    GridEncoder,
    PaletteEncoder,
    VectorEncoder,
    picture_encoder,
)
from training.engine.frame import Column, Float32s
from training.engine.limits import DENSE_STEPS, NUMBER_BINS, ONE_HOT_LEVELS
from training.engine.moments import CYCLES, hand, turns

SCALED_LIMIT = 1_000.0


class Encoder(Protocol):
    """Turns a column into (n, width) numbers; `width` is fixed when it is fitted."""

    @property
    def width(self) -> int: ...
    def encode(self, column: Column) -> Float32s: ...


@dataclass(frozen=True)
class NumberEncoder:
    """(value - mean) / scale; missing becomes the median, with an indicator where training saw one.

    Scaled values end at ±SCALED_LIMIT, so that no question can drive a network to infinity.

    `edges` are the quantiles (of the scaled values) between which a network may learn a curve.
    """

    median: float
    mean: float
    scale: float
    indicator: bool
    edges: tuple[float, ...]

    @classmethod
    def fit(cls, column: Column) -> "NumberEncoder":
        """Median, mean and spread of the values that are there (0 and 1 when there are none)."""
        values = column.values[~column.missing]
        if not len(values):
            return cls(0.0, 0.0, 1.0, False, (0.0, 1.0))
        mean, scale = float(values.mean()), float(values.std())
        scale = scale if scale > 1e-12 * max(1.0, abs(mean)) else 1.0
        edges = quantile_edges((values - mean) / scale)
        return cls(float(np.median(values)), mean, scale, bool(column.missing.any()), edges)

    @property
    def width(self) -> int:
        """The scaled value, and the indicator where there is one."""
        return 2 if self.indicator else 1

    def encode(self, column: Column) -> Float32s:
        """(n, width): the scaled value first."""
        filled = np.where(column.missing, self.median, column.values)
        parts = [np.clip((filled - self.mean) / self.scale, -SCALED_LIMIT, SCALED_LIMIT)]
        if self.indicator:
            parts.append(column.missing.astype(np.float64))
        return np.stack(parts, axis=1).astype(np.float32)

    def decode(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scaled values back in the field's own unit."""
        return scaled * self.scale + self.mean


@dataclass(frozen=True)
class MomentEncoder:
    """Elapsed time as a number, and the hands of the clocks that go round in the training rows.

    `cycles` are those of "day", "week" and "year" whose hand is not always at one place; each is
    two inputs, sine and cosine. They go by the local clock, elapsed time by UTC.
    """

    time: dict[str, Any]
    cycles: tuple[str, ...]

    @classmethod
    def fit(cls, column: Column) -> "MomentEncoder":
        """Mean and spread of the times that are there, and which hands turn."""
        local = column.values[~column.missing, 1]
        cycles = tuple(name for name in CYCLES if turns(name, local))
        return cls(asdict(NumberEncoder.fit(_elapsed(column))), cycles)

    @property
    def elapsed(self) -> NumberEncoder:
        """How elapsed time is encoded."""
        return NumberEncoder(**{**self.time, "edges": tuple(self.time["edges"])})

    @property
    def edges(self) -> tuple[float, ...]:
        """The quantiles of elapsed time between which a network may learn a curve."""
        return self.elapsed.edges

    @property
    def width(self) -> int:
        """Elapsed time, an indicator where training saw gaps, and two inputs a hand."""
        return self.elapsed.width + 2 * len(self.cycles)

    def encode(self, column: Column) -> Float32s:
        """(n, width): elapsed time first; a missing moment has no hands."""
        parts: list[NDArray[Any]] = [self.elapsed.encode(_elapsed(column))]
        parts += [hand(name, column.values[:, 1]) for name in self.cycles]
        encoded: Float32s = np.nan_to_num(np.concatenate(parts, axis=1)).astype(np.float32)
        return encoded


def _elapsed(column: Column) -> Column:
    return Column(column.field, column.values[:, 0], column.missing)


def quantile_edges(scaled: NDArray[np.float64]) -> tuple[float, ...]:
    """Edges of at most NUMBER_BINS bins with equally many values.

    A value that fills more than a bin alone (the zeros of a zero-inflated field) is an edge itself
    and counted once, so that the rest of the range keeps its bins.
    """
    levels, counts = np.unique(scaled, return_counts=True)
    crowded = levels[counts > len(scaled) / NUMBER_BINS]
    rest = scaled[~np.isin(scaled, crowded)]
    edges = crowded if not len(rest) else np.concatenate([crowded, quantiles_of(rest)])
    edges = np.unique(np.round(edges, 6))
    if len(edges) < 2:
        edges = np.array([edges[0], edges[0] + 1.0])
    return tuple(float(edge) for edge in edges)


def quantiles_of(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles that cut the values into bins of at least four."""
    bins = int(min(NUMBER_BINS, max(2, len(values) // 4)))
    return np.asarray(np.quantile(values, np.linspace(0, 1, bins + 1)), dtype=np.float64)


@dataclass(frozen=True)
class CategoryEncoder:
    """One input a level that training saw; the rarest share one; missing is all zeros.

    Of an ordered scale with `places` levels one more input says how high a level stands.
    """

    levels: tuple[int, ...]
    others: bool
    places: int = 0

    @classmethod
    def fit(cls, column: Column) -> "CategoryEncoder":
        """The most frequent levels, at most ONE_HOT_LEVELS."""
        codes, counts = np.unique(column.values[~column.missing], return_counts=True)
        order = np.argsort(-counts, kind="stable")
        kept = sorted(int(code) for code in codes[order[:ONE_HOT_LEVELS]])
        places = len(column.field.categories) if column.field.ordered else 0
        return cls(tuple(kept), len(codes) > ONE_HOT_LEVELS, places)

    @property
    def width(self) -> int:
        """Inputs of this field."""
        return len(self.levels) + self.others + (self.places > 1)

    def encode(self, column: Column) -> Float32s:
        """(n, width) of zeros and ones; a level unseen in training is all zeros or "others"."""
        hot = column.values[:, None] == np.array(self.levels, dtype=np.int64)[None, :]
        if self.others:
            rest = ~hot.any(axis=1) & ~column.missing
            hot = np.concatenate([hot, rest[:, None]], axis=1)
        result: Float32s = hot.astype(np.float32)
        if self.places > 1:
            height = column.values / np.float32(self.places - 1) - np.float32(0.5)
            height[column.missing] = 0.0
            result = np.concatenate([result, height[:, None].astype(np.float32)], axis=1)
        return result


@dataclass(frozen=True)
class SequenceEncoder:
    """Each channel centred and scaled; longer sequences resampled to at most `steps` steps.

    For an LSTM `fold` neighbouring steps become one step with `fold` times the channels: nothing is
    lost, and a long sequence is read in a fraction of the time.
    """

    steps: int
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    length: float
    fold: int = 1

    @classmethod
    def fit(
        cls, column: Column, most: int = DENSE_STEPS, unfolded: int = DENSE_STEPS
    ) -> "SequenceEncoder":
        """Mean and spread of each channel over all training steps; the longest length, capped.

        At most `most` steps are kept, folded until no more than `unfolded` are left.
        """
        present = [values for values in column.values if values is not None]
        if not present:
            channels = column.field.channels
            return cls(1, (0.0,) * channels, (1.0,) * channels, 1.0)
        joined = np.concatenate(present).astype(np.float64)
        spread = joined.std(axis=0)
        spread[spread < 1e-12] = 1.0
        longest = max(len(values) for values in present)
        mean = tuple(float(m) for m in joined.mean(axis=0))
        steps = min(longest, most)
        fold = -(-steps // unfolded)
        return cls(steps, mean, tuple(float(s) for s in spread), float(longest), fold)

    @property
    def channels(self) -> int:
        """Channels of one step that an LSTM reads."""
        return len(self.mean) * self.fold

    @property
    def width(self) -> int:
        """Dense inputs: all steps of all channels, four summaries a channel, length, indicator."""
        return len(self.mean) * (self.steps + 4) + 2

    def scaled(self, values: Float32s | None) -> Float32s:
        """(time, channels) of one row, scaled; a missing sequence is one step of zeros."""
        if values is None:
            return np.zeros((1, len(self.mean)), dtype=np.float32)
        centred = values - np.array(self.mean, np.float32)
        return np.divide(centred, np.array(self.scale, np.float32), dtype=np.float32)

    def encode(self, column: Column) -> Float32s:
        """(n, width): every sequence stretched or shrunk to `steps`, and what that loses."""
        rows = np.zeros((len(column.values), self.width), dtype=np.float32)
        for row, values in enumerate(column.values):
            if values is None:
                rows[row, -1] = 1.0
                continue
            steps = self.scaled(values)
            summary = [steps.mean(0), steps.std(0), steps.min(0), steps.max(0)]
            flat: list[Any] = [resampled(steps, self.steps).reshape(-1), *summary]
            rows[row, :-2] = np.concatenate(flat)
            rows[row, -2] = len(values) / self.length - 0.5
        return rows

    def series(self, column: Column) -> list[Float32s]:
        """Each row as (time, channels): scaled, shrunk where it is longer than `steps`, folded."""
        rows = (self.scaled(values) for values in column.values)
        return [
            folded(r if len(r) <= self.steps else resampled(r, self.steps), self.fold) for r in rows
        ]


def folded(steps: Float32s, fold: int) -> Float32s:
    """(time, channels) as (time / fold, channels * fold); the last step fills up what is short."""
    if fold == 1:
        return steps
    short = -len(steps) % fold
    full = np.concatenate([steps, np.repeat(steps[-1:], short, axis=0)])
    return full.reshape(-1, fold * steps.shape[1])


def resampled(steps: Float32s, count: int) -> Float32s:
    """(time, channels) drawn at `count` evenly spaced moments, straight lines between the steps."""
    if len(steps) == count:
        return steps
    moments = np.linspace(0, len(steps) - 1, count)
    before = np.floor(moments).astype(np.int64)
    after = np.minimum(before + 1, len(steps) - 1)
    share = (moments - before).astype(np.float32)[:, None]
    drawn: Float32s = steps[before] * (1 - share) + steps[after] * share
    return drawn


ENCODERS: dict[str, Callable[[Column], Encoder]] = {
    "number": NumberEncoder.fit,
    "integer": NumberEncoder.fit,
    "boolean": NumberEncoder.fit,
    "category": CategoryEncoder.fit,
    "datetime": MomentEncoder.fit,
    "grid": picture_encoder,
    "image": picture_encoder,
    "sequence": SequenceEncoder.fit,
    "vector": VectorEncoder.fit,
}
CLASSES: dict[str, Callable[..., Encoder]] = {
    "NumberEncoder": NumberEncoder,
    "CategoryEncoder": CategoryEncoder,
    "GridEncoder": GridEncoder,
    "PaletteEncoder": PaletteEncoder,
    "SequenceEncoder": SequenceEncoder,
    "VectorEncoder": VectorEncoder,
    "MomentEncoder": MomentEncoder,
}


def encoder_to_json(encoder: Any) -> dict[str, Any]:
    """An encoder as JSON; Python writes floats so that they read back equal."""
    return {"encoder": type(encoder).__name__} | asdict(encoder)


def encoder_from_json(data: dict[str, Any]) -> Encoder:
    """The encoder that `encoder_to_json` wrote."""
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in data.items()}
    name = values.pop("encoder")
    return CLASSES[str(name)](**values)
