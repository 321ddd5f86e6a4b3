"""A fixed number of numbers as float32, such as measurements of one moment or an embedding."""

import math
import struct
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from common.limits import VECTOR_LENGTH
from datasets.field_types import option_labels as labels
from datasets.field_types import parsing
from datasets.field_types.base import FieldType, whole_option
from datasets.field_types.widgets import NumbersWidget, TypedField

Numbers = list[float]
LARGEST = 1e30
#: Numbers of a sketch: longer vectors are projected, which keeps their angles.
SKETCH_NUMBERS = 64
#: About so many numbers are drawn in a table.
LINE_STEPS = 64


class Vector(FieldType[Numbers]):
    """``length`` numbers; which stands where means something, neighbours need not be alike."""

    kind = "vector"
    label = gettext_lazy("vector")
    option_names = ("length",)
    likeness = "angle"
    whole_point = True
    stored_arrow = pa.binary()

    @classmethod
    def clean_options(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        return {"length": whole_option(raw, "length", labels.NUMBERS, (2, VECTOR_LENGTH), 8)}

    @classmethod
    def options_in(cls, entry: Mapping[str, Any]) -> dict[str, Any]:
        length = entry.get("cc:length")
        return {"length": length[-1] if isinstance(length, list) else length}

    @property
    def length(self) -> int:
        return int(self.options["length"])

    def parse(self, text: str) -> Numbers | None:
        text = text.strip()
        if not text:
            return self.missing()
        if text.startswith("["):
            numbers = parsing.json_list(text)
            if numbers is None:
                raise self._unreadable(text)
            return self.check(numbers)
        words = [word for line in parsing.number_lines(text) for word in line]
        if not all(parsing.is_number(word) for word in words):
            raise self._unreadable(text)
        return self.check([float(word) for word in words])

    def _unreadable(self, value: object) -> Exception:
        sentence = _(
            "%(field)s must be %(count)s finite numbers with spaces between them "
            "(you wrote “%(value)s”)."
        )
        return self.bad(sentence, value, count=self.length)

    def check(self, value: object) -> Numbers:
        if isinstance(value, np.ndarray):
            value = value.tolist()
        if not isinstance(value, list):
            raise self._unreadable(value)
        if len(value) != self.length:
            sentence = _("%(field)s must have %(count)s numbers; this has %(found)s.")
            raise self.bad(sentence, count=self.length, found=len(value))
        return [self._number(number) for number in value]

    def _number(self, number: object) -> float:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise self._not_a_number(number)
        try:
            wide = float(number)
        except OverflowError:
            raise self._not_a_number(number) from None
        if not math.isfinite(wide) or abs(wide) > LARGEST:
            raise self._not_a_number(number)
        (near,) = struct.unpack("<f", struct.pack("<f", wide))
        return float(near) + 0.0

    def _not_a_number(self, number: object) -> Exception:
        sentence = _("%(field)s must hold finite numbers only (one is “%(value)s”).")
        return self.bad(sentence, number)

    def show(self, value: Numbers) -> str:
        return " ".join(str(np.float32(number)).removesuffix(".0") for number in value)

    def column(self) -> "models.Field[Any, Any]":
        return models.BinaryField(null=True)

    def to_storage(self, value: Numbers) -> bytes:
        return bytes(np.array(value, dtype="<f4").tobytes())

    def from_storage(self, stored: Any) -> Numbers:
        found: Numbers = self._array(stored).astype(np.float64).tolist()
        return found

    def _array(self, stored: Any) -> NDArray[np.float32]:
        return np.frombuffer(bytes(stored), dtype="<f4")

    def near(self, value: Numbers) -> bytes:
        """Each number to three digits."""
        return " ".join(f"{number:.3g}" for number in value).encode()

    def sketch_size(self) -> int:
        return min(self.length, SKETCH_NUMBERS)

    def sketch(self, stored: Any) -> NDArray[np.float32]:
        """The vector, or its projection on 64 fixed random directions, of length one."""
        numbers = self._array(stored).astype(np.float64)
        if len(numbers) > SKETCH_NUMBERS:
            numbers = numbers @ _directions(len(numbers))
        length = float(np.linalg.norm(numbers))
        unit: NDArray[np.float32] = (numbers / (length or 1.0)).astype(np.float32)
        return unit

    def table_schema(self) -> dict[str, Any]:
        return {"type": "array", "cc:length": self.length}

    def arrow_type(self) -> pa.DataType:
        return pa.list_(pa.float32())

    def to_arrow(self, stored: pa.Array) -> pa.Array:
        blobs = stored.drop_null().to_pylist()
        numbers = pa.array(np.frombuffer(b"".join(blobs), dtype="<f4"))
        present = np.asarray(stored.is_valid())
        offsets = np.concatenate([[0], np.cumsum(present) * self.length]).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), numbers, mask=pa.array(~present))

    def cell(self, value: Numbers) -> str:
        first = ", ".join(str(np.float32(number)).removesuffix(".0") for number in value[:3])
        more = ", …" if len(value) > 3 else ""
        parts = {"count": len(value), "first": first + more}
        return _("%(count)s numbers: %(first)s") % parts

    def lines(self, value: Numbers) -> tuple[tuple[float, ...], ...]:
        return (tuple(value[:: max(1, self.length // LINE_STEPS)]),)

    def hint(self) -> str:
        return _("%(count)s numbers with spaces between them.") % {"count": self.length}

    def form_field(self) -> forms.Field:
        return TypedField(self, NumbersWidget(min(8, 1 + self.length // 12)))


@lru_cache(8)
def _directions(length: int) -> NDArray[np.float64]:
    """Random directions, the same ones in every process."""
    return np.random.default_rng(length).standard_normal((length, SKETCH_NUMBERS))
