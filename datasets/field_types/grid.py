"""Drawings: a grid of grey levels or of a palette's colours, one byte a cell."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from django import forms
from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from common.limits import GRID_SIDE
from datasets import pictures
from datasets.field_types import option_labels as labels
from datasets.field_types import palettes, parsing
from datasets.field_types.base import FieldType, whole_option
from datasets.field_types.widgets import PadWidget, TypedField

Rows = list[list[int]]
#: Side of the small picture by which near-duplicates are found.
NEAR_SIDE = 8
#: Side to which a larger drawing is shrunk before it is compared with others.
SKETCH_SIDE = 16


class Grid(FieldType[Rows]):
    """``height`` rows of ``width`` whole levels from 0 to ``max``.

    With the option ``palette`` a level is the number of one of its colours; the first is empty.
    """

    kind = "grid"
    label = gettext_lazy("drawing")
    option_names = ("height", "width", "max", "palette")
    wall_kind = "grid"
    likeness = "angle"
    whole_point = True
    drawn = True
    stored_arrow = pa.binary()

    @classmethod
    def clean_options(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        options: dict[str, Any] = {
            "height": whole_option(raw, "height", labels.HEIGHT, (2, GRID_SIDE), 8),
            "width": whole_option(raw, "width", labels.WIDTH, (2, GRID_SIDE), 8),
        }
        colours = palettes.clean(raw.get("palette"))
        if colours:
            return {**options, "max": len(colours) - 1, "palette": colours}
        return {**options, "max": whole_option(raw, "max", labels.LEVELS, (1, 255), 16)}

    @classmethod
    def options_in(cls, entry: Mapping[str, Any]) -> dict[str, Any]:
        limits = entry.get("cc:range")
        return {
            "height": entry.get("cc:height"),
            "width": entry.get("cc:width"),
            "max": None if limits is None else int(limits[1]),
            "palette": entry.get("cc:palette"),
        }

    @classmethod
    def typed_options(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        typed = dict(options)
        if options.get("palette"):
            typed["palette"] = " ".join(palettes.clean(options["palette"]))
        return typed

    @property
    def height(self) -> int:
        return int(self.options["height"])

    @property
    def width(self) -> int:
        return int(self.options["width"])

    @property
    def levels(self) -> int:
        """The highest level of a cell."""
        return int(self.options["max"])

    @property
    def palette(self) -> list[str]:
        """The colours as #rrggbb, the empty one first; none of a grey drawing."""
        return list(self.options.get("palette", []))

    def parse(self, text: str) -> Rows | None:
        text = text.strip()
        if not text:
            return self.missing()
        if text.startswith("["):
            rows = parsing.json_list(text)
            if rows is None:
                raise self._unreadable(text)
            return self.check(rows)
        return self.check([self._row(words, text) for words in parsing.number_lines(text)])

    def _row(self, words: list[str], text: str) -> list[int]:
        if not all(len(word) <= 4 and word.isascii() and word.isdigit() for word in words):
            raise self._unreadable(text)
        return [int(word) for word in words]

    def _unreadable(self, text: str) -> Exception:
        sentence = _(
            "%(field)s must be a drawing: %(height)s lines of %(width)s whole numbers from 0 to "
            "%(max)s (you wrote “%(value)s”)."
        )
        return self.bad(sentence, text, **self._size())

    def _size(self) -> dict[str, int]:
        return {"height": self.height, "width": self.width, "max": self.levels}

    def check(self, value: object) -> Rows:
        if isinstance(value, np.ndarray):
            value = value.tolist()
        if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
            raise self._unreadable(str(value))
        if len(value) != self.height or any(len(row) != self.width for row in value):
            sentence = _(
                "%(field)s must have %(height)s rows of %(width)s cells; this has %(found)s."
            )
            raise self.bad(sentence, found=self._found(value), **self._size())
        return [[self._level(cell) for cell in row] for row in value]

    def _found(self, rows: list[list[object]]) -> str:
        widths = sorted({len(row) for row in rows})
        if len(widths) == 1:
            return _("%(height)s rows of %(width)s") % {"height": len(rows), "width": widths[0]}
        if not widths:
            return _("none")
        parts = {"height": len(rows), "low": widths[0], "high": widths[-1]}
        return _("%(height)s rows of %(low)s to %(high)s") % parts

    def _level(self, cell: object) -> int:
        level = parsing.whole(cell)
        if level is None or not 0 <= level <= self.levels:
            sentence = _(
                "%(field)s must hold whole numbers from 0 to %(max)s in every cell "
                "(one is “%(value)s”)."
            )
            raise self.bad(sentence, cell, max=self.levels)
        return level

    def show(self, value: Rows) -> str:
        return "[" + ",".join("[" + ",".join(map(str, row)) + "]" for row in value) + "]"

    def column(self) -> "models.Field[Any, Any]":
        return models.BinaryField(null=True)

    def to_storage(self, value: Rows) -> bytes:
        return bytes(cell for row in value for cell in row)

    def from_storage(self, stored: Any) -> Rows:
        cells, width = bytes(stored), self.width
        return [list(cells[start : start + width]) for start in range(0, len(cells), width)]

    def near(self, value: Rows) -> bytes:
        """A perceptual hash: the picture shrunk to 8 x 8, each cell lighter or darker than all.

        Of a picture in colours so are its red, its green and its blue.
        """
        parts = [shrunk(part, NEAR_SIDE, NEAR_SIDE) for part in self._parts(np.array(value))]
        return b"".join(np.packbits(part > part.mean()).tobytes() for part in parts)

    def _parts(self, levels: NDArray[Any]) -> list[NDArray[np.float64]]:
        """The grey picture, or red, green and blue of one with a palette."""
        if not self.palette:
            return [levels.astype(np.float64)]
        colours = np.array([palettes.rgb(colour) for colour in self.palette], dtype=np.float64)
        return list(np.moveaxis(colours[levels], -1, 0))

    def _sketch_sides(self) -> tuple[int, int]:
        most = SKETCH_SIDE // 2 if self.palette else SKETCH_SIDE
        return min(self.height, most), min(self.width, most)

    def sketch_size(self) -> int:
        height, width = self._sketch_sides()
        return height * width * (3 if self.palette else 1)

    def sketch(self, stored: Any) -> NDArray[np.float32]:
        """The picture of at most 16 x 16 (8 x 8 in colours), its mean taken away, of length one."""
        levels = np.frombuffer(bytes(stored), dtype=np.uint8).reshape(-1, self.width)
        picture = np.stack([shrunk(part, *self._sketch_sides()) for part in self._parts(levels)])
        centred = (picture - picture.mean()).ravel()
        length = float(np.linalg.norm(centred))
        unit: NDArray[np.float32] = (centred / (length or 1.0)).astype(np.float32)
        return unit

    def table_schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "cc:height": self.height,
            "cc:width": self.width,
            "cc:range": [0, self.levels],
            **({"cc:palette": self.palette} if self.palette else {}),
        }

    def arrow_type(self) -> pa.DataType:
        return pa.list_(pa.list_(pa.uint8()))

    def to_arrow(self, stored: pa.Array) -> pa.Array:
        cells = np.frombuffer(b"".join(stored.drop_null().to_pylist()), dtype=np.uint8)
        present = np.asarray(stored.is_valid())
        inner_offsets = np.arange(0, len(cells) + 1, self.width, dtype=np.int32)
        rows = pa.ListArray.from_arrays(pa.array(inner_offsets), pa.array(cells))
        offsets = np.concatenate([[0], np.cumsum(present) * self.height]).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), rows, mask=pa.array(~present))

    def cell(self, value: Rows) -> str:
        filled = sum(1 for row in value for level in row if level)
        parts = {"height": self.height, "width": self.width, "filled": filled}
        return _("drawing %(height)s × %(width)s, %(filled)s cells filled") % parts

    def tile(self) -> dict[str, Any]:
        size = {"width": self.width, "height": self.height, "max": self.levels}
        return {**size, **({"palette": self.palette} if self.palette else {})}

    def tile_bytes(self, stored: Any) -> bytes:
        return bytes(stored)

    def picture(self, value: Rows, label: str) -> SafeString:
        return pictures.drawing(value, self.levels, label, self.palette)

    def hint(self) -> str:
        if self.palette:
            sentence = _("%(height)s rows of %(width)s cells, each one of %(count)s colours.")
            return sentence % {**self._size(), "count": len(self.palette)}
        sentence = _("%(height)s rows of %(width)s cells, each from 0 (empty) to %(max)s (full).")
        return sentence % self._size()

    def form_field(self) -> forms.Field:
        return TypedField(self, PadWidget(self.height, self.width, self.levels, self.palette))


def shrunk(picture: NDArray[np.float64], height: int, width: int) -> NDArray[np.float64]:
    """The picture at another size: each cell the mean of those that fall into it."""
    for axis, size in ((0, height), (1, width)):
        if size == picture.shape[axis]:
            continue
        edges = np.linspace(0, picture.shape[axis], size + 1)[:-1].astype(int)
        starts = np.minimum(edges, picture.shape[axis] - 1)
        sums = np.add.reduceat(picture, starts, axis=axis)
        counts = np.add.reduceat(np.ones(picture.shape[axis]), starts)
        picture = sums / (counts[:, None] if axis == 0 else counts)
    return picture
