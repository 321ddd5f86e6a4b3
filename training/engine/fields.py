"""One field of a data set: what a Table Schema with our `cc:` extras says of it, read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from training.engine.faults import EngineFault, Fault, shown
from training.engine.limits import MAX_GRID_CELLS, MAX_LEVELS, MAX_VECTOR, PALETTE_INPUTS
from training.engine.moments import seconds_of

KINDS = (
    "number",
    "integer",
    "boolean",
    "category",
    "text",
    "datetime",
    "grid",
    "image",
    "sequence",
    "vector",
)
#: Kinds whose values are rows of cells, and those that an LSTM reads step by step.
PICTURES = ("grid", "image")
STEPPED = ("grid", "image", "sequence")
ROLES = ("target", "feature", "ignore", "time", "split")
KIND_OF_TYPE = {
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "date": "datetime",
    "datetime": "datetime",
    "yearmonth": "datetime",
    "year": "integer",
}
COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII | re.IGNORECASE)
#: The `cc:` keys of a field that have a place of their own; all others are kept as they are.
KNOWN_KEYS = frozenset(
    (
        "cc:kind",
        "cc:role",
        "cc:unit",
        "cc:height",
        "cc:width",
        "cc:range",
        "cc:palette",
        "cc:channels",
        "cc:length",
        "cc:other",
    )
)


@dataclass(frozen=True)
class FieldSpec:
    """One field: its kind, its role, and the limits that its values keep.

    `height`, `width`, `range` belong to grids and images (rows x columns of numbers inside
    `range`), `palette` to grids whose numbers are those of colours; `channels` to images (1 or 3)
    and, with `min_length` and `max_length`, to sequences (channels x time); `max_length` is the
    length of a vector; both also bound a text's characters. `ordered` categories are a scale;
    `other` is the one that unknown labels become. `earliest` and `latest` bound a datetime.
    `None` means no limit. `extras` are the `cc:` keys that the engine does not know.
    """

    name: str
    kind: str
    role: str = "feature"
    unit: str = ""
    categories: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    height: int = 0
    width: int = 0
    range: tuple[float, float] = (0.0, 255.0)
    channels: int = 0
    min_length: int | None = None
    max_length: int | None = None
    required: bool = False
    palette: tuple[str, ...] = ()
    ordered: bool = False
    other: str = ""
    earliest: str = ""
    latest: str = ""
    extras: tuple[tuple[str, Any], ...] = ()

    @cached_property
    def codes(self) -> dict[str, int]:
        """Each category's place in the list."""
        return {label: code for code, label in enumerate(self.categories)}

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one value of a grid, an image or a vector."""
        if self.kind == "vector":
            return (self.max_length or 0,)
        if self.kind == "image" and self.channels > 1:
            return (self.height, self.width, self.channels)
        return (self.height, self.width)

    @property
    def depth(self) -> int:
        """Inputs that one cell of a grid or an image becomes."""
        if self.palette:
            colours = len(self.palette) - 1
            return colours if self.height * self.width * colours <= PALETTE_INPUTS else 3
        return max(1, self.channels)

    def to_json(self) -> dict[str, Any]:
        """The field as Table Schema JSON; `FieldSpec.from_json` reads it back to an equal field."""
        data: dict[str, Any] = {"name": self.name, "cc:kind": self.kind, "cc:role": self.role}
        if self.unit:
            data["cc:unit"] = self.unit
        data |= dict(self.extras) | self._shape_json()
        constraints = self._constraints()
        if constraints:
            data["constraints"] = constraints
        return data

    def _shape_json(self) -> dict[str, Any]:
        if self.kind == "category":
            scale = {"categoriesOrdered": True} if self.ordered else {}
            other = {"cc:other": self.other} if self.other else {}
            return {"categories": list(self.categories), **scale, **other}
        if self.kind == "sequence":
            return {"cc:channels": self.channels, "cc:length": [self.min_length, self.max_length]}
        if self.kind == "vector":
            return {"cc:length": self.max_length}
        if self.kind not in PICTURES:
            return {}
        palette = {"cc:palette": list(self.palette)} if self.palette else {}
        channels = {"cc:channels": self.channels} if self.kind == "image" else {}
        size = {"cc:height": self.height, "cc:width": self.width, "cc:range": [*self.range]}
        return {**size, **channels, **palette}

    def _constraints(self) -> dict[str, Any]:
        said = {
            "minimum": self.earliest or self.minimum,
            "maximum": self.latest or self.maximum,
            "maxLength": self.max_length if self.kind == "text" else None,
            "required": self.required or None,
        }
        return {key: value for key, value in said.items() if value is not None}


def field_from_json(entry: object, position: int) -> FieldSpec:
    """One field of a Table Schema; `EngineFault` names the field and what is wrong with it."""
    if not isinstance(entry, Mapping):
        raise EngineFault(f"field {position} of the schema is not a JSON object")
    name = entry.get("name")
    if not isinstance(name, str) or not name:
        raise EngineFault(f"field {position} of the schema has no name")
    try:
        return _field(name, entry)
    except (ValueError, TypeError) as error:
        raise EngineFault(Fault(str(error), column=name)) from error


def _field(name: str, entry: Mapping[str, Any]) -> FieldSpec:
    constraints = entry.get("constraints") or {}
    kind = _kind(entry, constraints)
    role = entry.get("cc:role", "feature")
    if role not in ROLES:
        raise ValueError(f"cc:role {shown(role)} is none of {', '.join(ROLES)}")
    extras = ((key, value) for key, value in entry.items() if str(key).startswith("cc:"))
    return FieldSpec(
        name=name,
        kind=kind,
        role=role,
        unit=str(entry.get("cc:unit") or ""),
        required=bool(constraints.get("required", False)),
        extras=tuple((key, value) for key, value in extras if key not in KNOWN_KEYS),
        **SHAPES.get(kind, _limits)(entry, constraints),
    )


def _limits(entry: Mapping[str, Any], constraints: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "minimum": _number(constraints.get("minimum"), "minimum"),
        "maximum": _number(constraints.get("maximum"), "maximum"),
    }


def _dates(entry: Mapping[str, Any], constraints: Mapping[str, Any]) -> dict[str, Any]:
    limits = {"earliest": constraints.get("minimum"), "latest": constraints.get("maximum")}
    said = {name: str(limit) for name, limit in limits.items() if limit is not None}
    for limit in said.values():
        seconds_of(limit)
    return said


def _characters(entry: Mapping[str, Any], constraints: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "min_length": _whole(constraints.get("minLength"), "minLength"),
        "max_length": _whole(constraints.get("maxLength"), "maxLength"),
    }


def _kind(entry: Mapping[str, Any], constraints: Mapping[str, Any]) -> str:
    kind = entry.get("cc:kind")
    if kind is None and (entry.get("categories") or constraints.get("enum")):
        kind = "category"
    if kind is None:
        kind = KIND_OF_TYPE.get(str(entry.get("type", "string")), "text")
    if kind not in KINDS:
        raise ValueError(f"cc:kind {shown(kind)} is none of {', '.join(KINDS)}")
    return str(kind)


def _categories(entry: Mapping[str, Any], constraints: Mapping[str, Any]) -> dict[str, Any]:
    listed = entry.get("categories") or constraints.get("enum") or []
    if not isinstance(listed, list):
        raise TypeError("`categories` is not a list")
    labels = tuple(str(v["value"] if isinstance(v, Mapping) else v) for v in listed)
    if not 1 <= len(labels) <= MAX_LEVELS:
        raise ValueError(f"{len(labels)} categories: 1 to {MAX_LEVELS} are allowed")
    if len(set(labels)) != len(labels):
        raise ValueError("a category stands twice in the list")
    other = str(entry.get("cc:other") or "")
    if other and other not in labels:
        raise ValueError(f"cc:other {shown(other)} is none of the categories")
    ordered = bool(entry.get("categoriesOrdered", False))
    return {"categories": labels, "ordered": ordered, "other": other}


def _grid_shape(entry: Mapping[str, Any], constraints: Mapping[str, Any]) -> dict[str, Any]:
    palette = _palette(entry)
    return {**_size(entry, [0, max(1, len(palette) - 1)] if palette else None), "palette": palette}


def _palette(entry: Mapping[str, Any]) -> tuple[str, ...]:
    listed = entry.get("cc:palette") or []
    if not isinstance(listed, list) or not all(COLOUR.fullmatch(str(one)) for one in listed):
        raise ValueError("cc:palette is a list of colours such as #ff4d00")
    if len(listed) == 1 or len(listed) > 256:
        raise ValueError(f"cc:palette has {len(listed)} colours: 2 to 256 are allowed")
    return tuple(str(one) for one in listed)


def _image_shape(entry: Mapping[str, Any], constraints: Mapping[str, Any]) -> dict[str, Any]:
    channels = _whole(entry.get("cc:channels", 3), "cc:channels")
    if channels not in (1, 3):
        raise ValueError("cc:channels of an image is 1 (grey) or 3 (red, green and blue)")
    return {**_size(entry, None), "channels": channels}


def _vector_shape(entry: Mapping[str, Any], constraints: Mapping[str, Any]) -> dict[str, Any]:
    length = _whole(entry.get("cc:length"), "cc:length")
    if not length or length > MAX_VECTOR:
        raise ValueError(f"a vector needs cc:length, 1 to {MAX_VECTOR}")
    return {"min_length": length, "max_length": length}


def _size(entry: Mapping[str, Any], usual: list[int] | None) -> dict[str, Any]:
    height, width = (
        _whole(entry.get("cc:height"), "cc:height"),
        _whole(entry.get("cc:width"), "cc:width"),
    )
    if not height or not width:
        raise ValueError("a picture needs cc:height and cc:width of at least 1")
    if height * width > MAX_GRID_CELLS:
        raise ValueError(f"{height} x {width} cells: at most {MAX_GRID_CELLS} are allowed")
    limits = entry.get("cc:range", usual or [0, 255])
    if not isinstance(limits, list) or len(limits) != 2:
        raise ValueError("cc:range is a list of two numbers, the smallest and the largest value")
    low, high = _number(limits[0], "cc:range"), _number(limits[1], "cc:range")
    if low is None or high is None or low >= high:
        raise ValueError("cc:range is a list of two numbers, the smallest and the largest value")
    return {"height": height, "width": width, "range": (low, high)}


def _sequence_shape(entry: Mapping[str, Any], constraints: Mapping[str, Any]) -> dict[str, Any]:
    channels = _whole(entry.get("cc:channels", 1), "cc:channels")
    length = entry.get("cc:length")
    ends = length if isinstance(length, list) else [length, length]
    if not channels or len(ends) != 2:
        raise ValueError("a sequence needs cc:channels, and cc:length as [shortest, longest]")
    shortest, longest = _whole(ends[0], "cc:length"), _whole(ends[1], "cc:length")
    if shortest is not None and longest is not None and shortest > longest:
        raise ValueError("cc:length: the shortest is longer than the longest")
    return {"channels": channels, "min_length": shortest, "max_length": longest}


def _whole(value: object, what: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{what} {shown(value)} is not a whole number of at least 0")
    return value


def _number(value: object, what: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e300:
        raise ValueError(f"{what} {shown(value)} is not a finite number")
    return float(value)


#: What the kinds say besides; numbers, truth values and whatever has limits only are not here.
SHAPES: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]] = {
    "category": _categories,
    "text": _characters,
    "datetime": _dates,
    "grid": _grid_shape,
    "image": _image_shape,
    "sequence": _sequence_shape,
    "vector": _vector_shape,
}
