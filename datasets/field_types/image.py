"""Photos and pictures: a file in the storage, and the small grid of it that models learn from."""

import base64
import binascii
import math
import re
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

from common.errors import Refused
from common.limits import IMAGE_BYTES, IMAGE_GRID_SIDE, IMAGE_PIXELS
from datasets import pictures
from datasets.field_types import option_labels as labels
from datasets.field_types import parsing
from datasets.field_types.base import FieldType, shown, whole_option
from datasets.field_types.grid import shrunk
from datasets.field_types.widgets import PhotoWidget, TypedField
from datasets.images import encoding, store
from datasets.images.encoding import BadPicture, Encoded

COLOURS = {"colour": 3, "grey": 1}
DATA_URI = re.compile(r"data:image/(?:png|jpeg|webp|gif);base64,", re.IGNORECASE)
#: Before the levels of the grid stand the ending of the file and the hash that names it.
ENDINGS = {b"j": "jpg", b"p": "png"}
HEAD = 33
NEAR_SIDE = 8
SKETCH_SIDE = 12
#: The wall shows pictures at most so large.
TILE_SIDE = 32


class Picture(str):
    """A picture's key in the storage, with the levels of its grid.

    ``encoded`` is the picture itself as long as it is not kept yet.
    """

    __slots__ = ("encoded", "levels")
    levels: bytes
    encoded: Encoded | None

    def __new__(cls, key: str, levels: bytes, encoded: Encoded | None = None) -> "Picture":
        """Make one from its key and the bytes of its grid, row by row."""
        made = super().__new__(cls, key)
        made.levels = levels
        made.encoded = encoded
        return made


class Image(FieldType[Picture]):
    """A picture as its key; the column holds the key and the picture at ``height`` x ``width``."""

    kind = "image"
    label = gettext_lazy("photo or picture")
    option_names = ("height", "width", "colours")
    wall_kind = "grid"
    likeness = "angle"
    whole_point = True
    has_file = True
    stored_arrow = pa.binary()

    @classmethod
    def clean_options(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        colours = str(raw.get("colours") or "colour")
        if colours not in COLOURS:
            message = _("Pictures are learned from in %(known)s, not in “%(value)s”.")
            parts = {"known": ", ".join(COLOURS), "value": shown(colours)}
            raise Refused(message % parts, field="colours")
        side = (4, IMAGE_GRID_SIDE)
        return {
            "height": whole_option(raw, "height", labels.SEEN_HEIGHT, side, 32),
            "width": whole_option(raw, "width", labels.SEEN_WIDTH, side, 32),
            "colours": colours,
        }

    @classmethod
    def options_in(cls, entry: Mapping[str, Any]) -> dict[str, Any]:
        named = {channels: name for name, channels in COLOURS.items()}
        return {
            "height": entry.get("cc:height"),
            "width": entry.get("cc:width"),
            "colours": named.get(entry.get("cc:channels", 3)),
        }

    @property
    def height(self) -> int:
        return int(self.options["height"])

    @property
    def width(self) -> int:
        return int(self.options["width"])

    @property
    def channels(self) -> int:
        """Three in colour, one in grey."""
        return COLOURS[self.options["colours"]]

    def parse(self, text: str) -> Picture | None:
        text = text.strip()
        if not text:
            return self.missing()
        if DATA_URI.match(text):
            return self._from_uri(text)
        if text.startswith("["):
            return self.check(parsing.json_list(text) or [])
        found = None
        if store.KEY.fullmatch(text) and self.project_id is not None:
            found = store.load(self.project_id, text)
        if found is None:
            sentence = _(
                "%(field)s must be a picture: a PNG, JPEG, WebP or GIF file, or its data as "
                "data:image/png;base64,… (it was “%(value)s”)."
            )
            raise self.bad(sentence, text)
        return Picture(text, self._levels(found))

    def _from_uri(self, text: str) -> Picture:
        if len(text) > 40 + IMAGE_BYTES * 4 // 3:
            raise self._refused("bytes")
        try:
            raw = base64.b64decode(text.partition(",")[2], validate=True)
        except (binascii.Error, ValueError):
            raise self._refused("unreadable") from None
        return self.check(raw)

    def check(self, value: object) -> Picture:
        if isinstance(value, Picture):
            if len(value.levels) != self.height * self.width * self.channels:
                raise self._refused("unreadable")
            return value
        if isinstance(value, str):
            found = self.parse(value)
            assert found is not None
            return found
        if isinstance(value, Mapping):
            value = value.get("bytes")
        if isinstance(value, list | np.ndarray):
            value = self._from_cells(value)
        if not isinstance(value, bytes | bytearray | memoryview):
            raise self._refused("unreadable")
        try:
            encoded = encoding.encode(bytes(value))
        except BadPicture as bad:
            raise self._refused(bad.reason) from bad
        return Picture(encoded.key, self._levels(encoded.data), encoded)

    def _from_cells(self, value: Any) -> bytes:
        """A file of the grid itself, as snapshots have it."""
        shape = (self.height, self.width, self.channels)
        try:
            cells = np.array(value)
        except ValueError:
            raise self._bad_cells(value) from None
        whole = cells.dtype.kind in "iu" and cells.size == math.prod(shape)
        if not whole or cells.shape not in (shape, shape[:2]):
            raise self._bad_cells(value)
        if cells.min() < 0 or cells.max() > 255:
            raise self._bad_cells(value)
        return encoding.file_of(cells.reshape(shape).astype(np.uint8))

    def _bad_cells(self, value: object) -> Exception:
        sentence = _(
            "%(field)s must be a picture, or the levels 0 to 255 of %(height)s rows of %(width)s "
            "cells (it was “%(value)s”)."
        )
        return self.bad(sentence, value, height=self.height, width=self.width)

    def _levels(self, data: bytes) -> bytes:
        return encoding.pixels(data, self.height, self.width, self.channels).tobytes()

    def _refused(self, reason: str) -> Exception:
        sentences = {
            "bytes": _("%(field)s must have at most %(megabytes)s MB: choose a smaller picture."),
            "pixels": _(
                "%(field)s must have at most %(pixels)s million pixels: choose a smaller picture."
            ),
            "empty": _("%(field)s is an empty file: choose the picture again."),
        }
        usual = _("%(field)s must be a picture that opens: a PNG, JPEG, WebP or GIF file.")
        parts = {"megabytes": IMAGE_BYTES // 2**20, "pixels": IMAGE_PIXELS // 1_000_000}
        return self.bad(sentences.get(reason, usual), **parts)

    def keep(self, value: Picture) -> None:
        if value.encoded is not None and self.project_id is not None:
            store.save(self.project_id, value.encoded)

    def show(self, value: Picture) -> str:
        return str(value)

    def column(self) -> "models.Field[Any, Any]":
        return models.BinaryField(null=True)

    def to_storage(self, value: Picture) -> bytes:
        digest, _dot, ending = value.partition(".")
        return ending[:1].encode() + bytes.fromhex(digest) + value.levels

    def from_storage(self, stored: Any) -> Picture:
        data = bytes(stored)
        return Picture(f"{data[1:HEAD].hex()}.{ENDINGS[data[:1]]}", data[HEAD:])

    def near(self, value: Picture) -> bytes:
        """A perceptual hash: 8 x 8, each cell lighter or darker than all."""
        small = shrunk(self._grey(value.levels), NEAR_SIDE, NEAR_SIDE)
        return np.packbits(small > small.mean()).tobytes()

    def _array(self, levels: bytes) -> NDArray[np.uint8]:
        return np.frombuffer(levels, np.uint8).reshape(self.height, self.width, self.channels)

    def _grey(self, levels: bytes) -> NDArray[np.float64]:
        grey: NDArray[np.float64] = self._array(levels).mean(axis=2, dtype=np.float64)
        return grey

    def sketch_size(self) -> int:
        return min(self.height, SKETCH_SIDE) * min(self.width, SKETCH_SIDE)

    def sketch(self, stored: Any) -> NDArray[np.float32]:
        """The grey picture of at most 12 x 12, its mean taken away, of length one."""
        height, width = min(self.height, SKETCH_SIDE), min(self.width, SKETCH_SIDE)
        small = shrunk(self._grey(bytes(stored)[HEAD:]), height, width)
        centred = (small - small.mean()).ravel()
        length = float(np.linalg.norm(centred))
        unit: NDArray[np.float32] = (centred / (length or 1.0)).astype(np.float32)
        return unit

    def table_schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "cc:height": self.height,
            "cc:width": self.width,
            "cc:channels": self.channels,
            "cc:range": [0, 255],
            **self._file_template(),
        }

    def _file_template(self) -> dict[str, str]:
        """Where the picture of a row lies: a URI template below the project's address."""
        if self.field_id is None:
            return {}
        return {"cc:file": f"rows/{{_row}}/photos/{self.field_id}/"}

    def arrow_type(self) -> pa.DataType:
        """Rows of cells; in colour each cell is red, green and blue."""
        row = pa.list_(pa.uint8()) if self.channels == 1 else pa.list_(pa.list_(pa.uint8()))
        return pa.list_(row)

    def to_arrow(self, stored: pa.Array) -> pa.Array:
        blobs = [blob[HEAD:] for blob in stored.drop_null().to_pylist()]
        cells: pa.Array = pa.array(np.frombuffer(b"".join(blobs), np.uint8))
        present = np.asarray(stored.is_valid())
        for size in (self.channels, self.width):
            if size > 1:
                offsets = np.arange(0, len(cells) + 1, size, dtype=np.int32)
                cells = pa.ListArray.from_arrays(pa.array(offsets), cells)
        offsets = np.concatenate([[0], np.cumsum(present) * self.height]).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), cells, mask=pa.array(~present))

    def asked(self, value: Picture) -> Any:
        cells = self._array(value.levels)
        return (cells if self.channels > 1 else cells[:, :, 0]).tolist()

    def tile(self) -> dict[str, Any]:
        height, width = self._tile_sides()
        return {"width": width, "height": height, "max": 255, "channels": self.channels}

    def _tile_sides(self) -> tuple[int, int]:
        return min(self.height, TILE_SIDE), min(self.width, TILE_SIDE)

    def tile_bytes(self, stored: Any) -> bytes:
        levels = bytes(stored)[HEAD:]
        sides = self._tile_sides()
        if sides == (self.height, self.width):
            return levels
        parts = np.moveaxis(self._array(levels).astype(np.float64), -1, 0)
        small = np.stack([shrunk(part, *sides) for part in parts], axis=-1)
        return bytes(small.round().astype(np.uint8).tobytes())

    def picture(self, value: Picture, label: str) -> SafeString:
        return pictures.photo(self._array(value.levels), label)

    def cell(self, value: Picture) -> str:
        return _("picture %(name)s") % {"name": value[:8]}

    def retype(self, given: Any) -> str:
        """The picture's data as long as it is not kept, so that no error elsewhere loses it."""
        try:
            encoded = encoding.encode(given) if isinstance(given, bytes) else given.encoded
        except BadPicture:
            return ""
        if encoded is None:
            return self.show(given)
        data = base64.b64encode(encoded.data).decode()
        return f"data:{store.TYPES[encoded.ending]};base64,{data}"

    def hint(self) -> str:
        sentence = _(
            "A PNG, JPEG, WebP or GIF file of up to %(megabytes)s MB. What the camera wrote into "
            "it, such as the place, is removed. Models see it at %(width)s × %(height)s."
        )
        parts = {"width": self.width, "height": self.height}
        return sentence % {**parts, "megabytes": IMAGE_BYTES // 2**20}

    def form_field(self) -> forms.Field:
        return TypedField(self, PhotoWidget())
