"""Numbers over time in one or more channels, as float32; short or long inside its limits."""

import math
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from common.errors import Refused
from common.limits import SEQUENCE_CHANNELS, SEQUENCE_STEPS
from datasets.field_types import option_labels as labels
from datasets.field_types import parsing
from datasets.field_types.base import FieldType, whole_option
from datasets.field_types.widgets import StrokeWidget, TypedField

Channels = list[list[float]]
#: Before the numbers stand two words: channels and steps.
HEAD = struct.Struct("<II")
LARGEST = 1e30
NEAR_STEPS = 8
#: Steps to which a sequence is resampled before it is compared with others.
SKETCH_STEPS = 16
#: About so many steps of a line are drawn in a table.
LINE_STEPS = 64


class Sequence(FieldType[Channels]):
    """``channels`` lines of equally many numbers, ``min_length`` to ``max_length`` each."""

    kind = "sequence"
    label = gettext_lazy("sequence")
    option_names = ("channels", "min_length", "max_length")
    likeness = "angle"
    whole_point = True
    drawn = True
    stored_arrow = pa.binary()

    @classmethod
    def clean_options(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        options = {
            "channels": whole_option(raw, "channels", labels.CHANNELS, (1, SEQUENCE_CHANNELS), 1),
            "min_length": whole_option(raw, "min_length", labels.SHORTEST, (1, SEQUENCE_STEPS), 1),
            "max_length": whole_option(
                raw, "max_length", labels.LONGEST, (1, SEQUENCE_STEPS), SEQUENCE_STEPS
            ),
        }
        if options["min_length"] > options["max_length"]:
            message = _("The shortest length must not be above the longest.")
            raise Refused(message, field="max_length")
        return options

    @classmethod
    def options_in(cls, entry: Mapping[str, Any]) -> dict[str, Any]:
        length = entry.get("cc:length")
        shortest, longest = length if isinstance(length, list) else (length, length)
        return {
            "channels": entry.get("cc:channels"),
            "min_length": shortest,
            "max_length": longest,
        }

    @property
    def channels(self) -> int:
        return int(self.options["channels"])

    @property
    def shortest(self) -> int:
        return int(self.options["min_length"])

    @property
    def longest(self) -> int:
        return int(self.options["max_length"])

    def _size(self) -> dict[str, int]:
        return {"channels": self.channels, "low": self.shortest, "high": self.longest}

    def parse(self, text: str) -> Channels | None:
        text = text.strip()
        if not text:
            return self.missing()
        if text.startswith("["):
            lists = parsing.json_list(text)
            if lists is None:
                raise self._unreadable(text)
            return self.check(lists if lists and isinstance(lists[0], list) else [lists])
        return self.check([self._line(words, text) for words in parsing.number_lines(text)])

    def _line(self, words: list[str], text: str) -> list[float]:
        if not all(parsing.is_number(word) for word in words):
            raise self._unreadable(text)
        return [float(word) for word in words]

    def _unreadable(self, text: str) -> Exception:
        sentence = _(
            "%(field)s must be finite numbers with spaces between them, one line for each of "
            "%(channels)s channels (you wrote “%(value)s”)."
        )
        return self.bad(sentence, text, **self._size())

    def check(self, value: object) -> Channels:
        if isinstance(value, np.ndarray):
            value = value.tolist()
        if not isinstance(value, list) or not all(isinstance(line, list) for line in value):
            raise self._unreadable(str(value))
        self._check_shape(value)
        return [[self._number(number) for number in line] for line in value]

    def _check_shape(self, lines: list[list[object]]) -> None:
        lengths = [len(line) for line in lines]
        if len(lines) != self.channels:
            sentence = _(
                "%(field)s must have %(channels)s channels, one a line; this has %(found)s."
            )
            raise self.bad(sentence, found=len(lines), **self._size())
        if len(set(lengths)) != 1:
            sentence = _(
                "%(field)s must have equally many numbers in every channel; this has %(found)s."
            )
            raise self.bad(sentence, found=", ".join(map(str, lengths[:8])))
        if not self.shortest <= lengths[0] <= self.longest:
            sentence = _(
                "%(field)s must have %(low)s to %(high)s numbers in every channel; "
                "this has %(found)s."
            )
            raise self.bad(sentence, found=lengths[0], **self._size())

    def _number(self, number: object) -> float:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise self._not_a_number(number)
        try:
            wide = float(number)
        except OverflowError:
            raise self._not_a_number(number) from None
        if not math.isfinite(wide) or abs(wide) > LARGEST:
            raise self._not_a_number(number)
        (near,) = struct.unpack("<f", struct.pack("<f", wide + 0.0))
        return float(near) + 0.0

    def _not_a_number(self, number: object) -> Exception:
        sentence = _("%(field)s must hold finite numbers only (one is “%(value)s”).")
        return self.bad(sentence, number)

    def show(self, value: Channels) -> str:
        return "\n".join(" ".join(self._short(number) for number in line) for line in value)

    def _short(self, number: float) -> str:
        return str(np.float32(number)).removesuffix(".0")

    def column(self) -> "models.Field[Any, Any]":
        return models.BinaryField(null=True)

    def to_storage(self, value: Channels) -> bytes:
        head = HEAD.pack(len(value), len(value[0]))
        return head + bytes(np.array(value, dtype="<f4").tobytes())

    def from_storage(self, stored: Any) -> Channels:
        data = bytes(stored)
        shape = HEAD.unpack_from(data)
        lines = np.frombuffer(data, dtype="<f4", offset=HEAD.size).reshape(shape)
        found: Channels = lines.astype(np.float64).tolist()
        return found

    def near(self, value: Channels) -> bytes:
        """Each channel at 8 steps, scaled to its own range, in sixteenths."""
        small = _resampled(np.array(value, dtype=np.float64), NEAR_STEPS)
        low, high = small.min(axis=1, keepdims=True), small.max(axis=1, keepdims=True)
        scaled = (small - low) / np.where(high > low, high - low, 1.0)
        return bytes(np.round(scaled * 16).astype(np.uint8).tobytes())

    def sketch_size(self) -> int:
        return self.channels * SKETCH_STEPS

    def sketch(self, stored: Any) -> NDArray[np.float32]:
        """Each channel at 16 steps, its mean taken away; all together of length one."""
        data = bytes(stored)
        lines = np.frombuffer(data, dtype="<f4", offset=HEAD.size).reshape(HEAD.unpack_from(data))
        small = _resampled(lines.astype(np.float64), SKETCH_STEPS)
        centred = (small - small.mean(axis=1, keepdims=True)).ravel()
        length = float(np.linalg.norm(centred))
        unit: NDArray[np.float32] = (centred / (length or 1.0)).astype(np.float32)
        return unit

    def table_schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "cc:channels": self.channels,
            "cc:length": [self.shortest, self.longest],
        }

    def arrow_type(self) -> pa.DataType:
        return pa.list_(pa.list_(pa.float32()))

    def to_arrow(self, stored: pa.Array) -> pa.Array:
        blobs = stored.to_pylist()
        shapes = [HEAD.unpack_from(blob) if blob is not None else (0, 0) for blob in blobs]
        numbers = np.frombuffer(b"".join(b[HEAD.size :] for b in blobs if b is not None), "<f4")
        counts = np.array([channels for channels, _steps in shapes], dtype=np.int64)
        lengths = np.repeat(np.array([steps for _channels, steps in shapes]), counts)
        lines = pa.ListArray.from_arrays(_offsets(lengths), pa.array(numbers))
        absent = pa.array([blob is None for blob in blobs], pa.bool_())
        return pa.ListArray.from_arrays(_offsets(counts), lines, mask=absent)

    def lines(self, value: Channels) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(line[:: max(1, len(line) // LINE_STEPS)]) for line in value)

    def cell(self, value: Channels) -> str:
        parts = {"channels": len(value), "steps": len(value[0])}
        return _("%(channels)s × %(steps)s numbers") % parts

    def hint(self) -> str:
        if self.shortest == self.longest:
            sentence = _("%(channels)s lines of %(low)s numbers, one line a channel.")
        else:
            sentence = _("%(channels)s lines of %(low)s to %(high)s numbers, one line a channel.")
        return sentence % self._size()

    def form_field(self) -> forms.Field:
        return TypedField(self, StrokeWidget(self.channels, self.shortest, self.longest))


def _resampled(lines: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Each line at so many steps, equally far apart from its first to its last number."""
    at = np.linspace(0, lines.shape[1] - 1, count)
    steps = np.arange(lines.shape[1])
    return np.stack([np.interp(at, steps, line) for line in lines])


def _offsets(lengths: Any) -> pa.Array:
    """Where each of several lists laid end to end begins, and where the last ends."""
    return pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
