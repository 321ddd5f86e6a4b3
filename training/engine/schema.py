"""What the engine knows of a data set: a Data Package Table Schema with our `cc:` extras, read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.engine.faults import EngineFault, Fault, shown
from training.engine.limits import MAX_CATEGORIES, MAX_FIELDS, MAX_GRID_CELLS

BUILT_KINDS = ("number", "integer", "boolean", "category", "text", "grid", "sequence")
LATER_KINDS = ("datetime", "image", "vector")
ROLES = ("target", "feature", "ignore", "time", "split")
TASKS = ("classification", "regression", "forecast")
SPLITS = ("train", "validation", "test")
KIND_OF_TYPE = {"number": "number", "integer": "integer", "boolean": "boolean", "date": "datetime"}


@dataclass(frozen=True)
class FieldSpec:
    """One field: its kind, its role, and the limits that its values keep.

    `height`, `width`, `range` belong to grids (rows x columns of numbers inside `range`);
    `channels`, `min_length`, `max_length` to sequences (channels x time); `min_length` and
    `max_length` also bound a text's characters. `None` means no limit.
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

    def to_json(self) -> dict[str, Any]:
        """The field as Table Schema JSON; `FieldSpec.from_json` reads it back to an equal field."""
        data: dict[str, Any] = {"name": self.name, "cc:kind": self.kind, "cc:role": self.role}
        if self.unit:
            data["cc:unit"] = self.unit
        if self.kind == "category":
            data["categories"] = list(self.categories)
        constraints: dict[str, Any] = {
            key: value
            for key, value in (("minimum", self.minimum), ("maximum", self.maximum))
            if value is not None
        }
        if self.required:
            constraints["required"] = True
        if self.kind == "grid":
            data |= {"cc:height": self.height, "cc:width": self.width, "cc:range": [*self.range]}
        if self.kind == "sequence":
            data |= {"cc:channels": self.channels, "cc:length": [self.min_length, self.max_length]}
        if self.kind == "text" and self.max_length is not None:
            constraints["maxLength"] = self.max_length
        if constraints:
            data["constraints"] = constraints
        return data


@dataclass(frozen=True)
class TableSchema:
    """The fields of a table and what is to be learned from it; unknown `cc:` keys are ignored."""

    fields: tuple[FieldSpec, ...]
    task: str
    title: str = ""
    missing_values: tuple[str, ...] = ("",)

    @classmethod
    def from_json(cls, data: object) -> "TableSchema":
        """Read a Table Schema; raise `EngineFault` with every fault of it."""
        if not isinstance(data, Mapping) or not isinstance(data.get("fields"), list):
            raise EngineFault(
                "the schema is not a Table Schema: a JSON object with a list `fields`"
            )
        if not 1 <= len(data["fields"]) <= MAX_FIELDS:
            count = len(data["fields"])
            raise EngineFault(f"the schema has {count} fields: 1 to {MAX_FIELDS} are allowed")
        fields: list[FieldSpec] = []
        faults: list[Fault] = []
        for position, entry in enumerate(data["fields"], start=1):
            try:
                fields.append(field_from_json(entry, position))
            except EngineFault as fault:
                faults += fault.faults
        names = [field.name for field in fields]
        for name in sorted({name for name in names if names.count(name) > 1}):
            faults.append(Fault("this name is used twice in the schema", column=name))
        if faults:
            raise EngineFault(*faults)
        task = data.get("cc:task") or guessed_task(fields)
        if task not in TASKS:
            raise EngineFault(f"cc:task {shown(task)} is none of {', '.join(TASKS)}")
        missing = data.get("missingValues", [""])
        texts = tuple(str(v["value"] if isinstance(v, Mapping) else v) for v in missing)
        return cls(tuple(fields), task, str(data.get("cc:title", "")), texts)

    def to_json(self) -> dict[str, Any]:
        """The schema as Table Schema JSON, with what the engine uses and nothing else."""
        return {
            "fields": [field.to_json() for field in self.fields],
            "missingValues": list(self.missing_values),
            "cc:task": self.task,
            "cc:title": self.title,
        }

    @property
    def target(self) -> FieldSpec:
        """The one field to be predicted; `EngineFault` when there is none or more than one."""
        targets = [field for field in self.fields if field.role == "target"]
        if len(targets) != 1:
            found = ", ".join(shown(field.name) for field in targets) or "none"
            raise EngineFault(
                f"exactly one field must be the target (the dependent variable); found: {found}"
            )
        return targets[0]

    @property
    def features(self) -> tuple[FieldSpec, ...]:
        """The fields that a network learns from; text is left out (see `ignored`)."""
        return tuple(f for f in self.fields if f.role == "feature" and f.kind != "text")

    @property
    def ignored(self) -> tuple[str, ...]:
        """Names of feature fields that no network here can use: text."""
        return tuple(f.name for f in self.fields if f.role == "feature" and f.kind == "text")

    @property
    def split(self) -> FieldSpec | None:
        """The field that fixes train, validation and test, where there is one."""
        return next((field for field in self.fields if field.role == "split"), None)

    @property
    def classes(self) -> tuple[str, ...]:
        """Labels of a classification in the order of their codes; empty for a regression."""
        if self.task != "classification":
            return ()
        target = self.target
        return ("false", "true") if target.kind == "boolean" else target.categories

    def check_trainable(self) -> None:
        """Raise `EngineFault` when nothing can be learned from this schema, with the reason."""
        if self.task == "forecast":
            raise EngineFault("the task forecast is not built yet")
        for field in self.fields:
            if field.kind in LATER_KINDS and field.role in ("target", "feature"):
                raise EngineFault(
                    Fault(f"the kind {field.kind} is not built yet", column=field.name)
                )
        target = self.target
        fitting = {"classification": ("category", "boolean"), "regression": ("number", "integer")}
        if target.kind not in fitting[self.task]:
            wanted = " or ".join(fitting[self.task])
            reason = f"the target of a {self.task} is a {wanted}, not a {target.kind}"
            raise EngineFault(Fault(reason, column=target.name))
        if self.task == "classification" and len(self.classes) < 2:
            reason = "at least two categories are needed to learn to tell them apart"
            raise EngineFault(Fault(reason, column=target.name))
        if not self.features:
            raise EngineFault(
                "no field is a feature (independent variable) that can be learned from"
            )


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
    shape: dict[str, Any] = {}
    if kind == "grid":
        shape = _grid_shape(entry)
    elif kind == "sequence":
        shape = _sequence_shape(entry)
    elif kind == "text":
        shape = {
            "min_length": _whole(constraints.get("minLength"), "minLength"),
            "max_length": _whole(constraints.get("maxLength"), "maxLength"),
        }
    return FieldSpec(
        name=name,
        kind=kind,
        role=role,
        unit=str(entry.get("cc:unit") or ""),
        categories=_categories(entry, constraints) if kind == "category" else (),
        minimum=_number(constraints.get("minimum"), "minimum"),
        maximum=_number(constraints.get("maximum"), "maximum"),
        required=bool(constraints.get("required", False)),
        **shape,
    )


def _kind(entry: Mapping[str, Any], constraints: Mapping[str, Any]) -> str:
    kind = entry.get("cc:kind")
    if kind is None and (entry.get("categories") or constraints.get("enum")):
        kind = "category"
    if kind is None:
        kind = KIND_OF_TYPE.get(str(entry.get("type", "string")), "text")
    if kind not in BUILT_KINDS + LATER_KINDS:
        raise ValueError(f"cc:kind {shown(kind)} is none of {', '.join(BUILT_KINDS + LATER_KINDS)}")
    return str(kind)


def _categories(entry: Mapping[str, Any], constraints: Mapping[str, Any]) -> tuple[str, ...]:
    listed = entry.get("categories") or constraints.get("enum") or []
    if not isinstance(listed, list):
        raise TypeError("`categories` is not a list")
    labels = tuple(str(v["value"] if isinstance(v, Mapping) else v) for v in listed)
    if not 1 <= len(labels) <= MAX_CATEGORIES:
        raise ValueError(f"{len(labels)} categories: 1 to {MAX_CATEGORIES} are allowed")
    if len(set(labels)) != len(labels):
        raise ValueError("a category stands twice in the list")
    return labels


def _grid_shape(entry: Mapping[str, Any]) -> dict[str, Any]:
    height, width = (
        _whole(entry.get("cc:height"), "cc:height"),
        _whole(entry.get("cc:width"), "cc:width"),
    )
    if not height or not width:
        raise ValueError("a grid needs cc:height and cc:width of at least 1")
    if height * width > MAX_GRID_CELLS:
        raise ValueError(f"{height} x {width} cells: at most {MAX_GRID_CELLS} are allowed")
    limits = entry.get("cc:range", [0, 255])
    if not isinstance(limits, list) or len(limits) != 2:
        raise ValueError("cc:range is a list of two numbers, the smallest and the largest value")
    low, high = _number(limits[0], "cc:range"), _number(limits[1], "cc:range")
    if low is None or high is None or low >= high:
        raise ValueError("cc:range is a list of two numbers, the smallest and the largest value")
    return {"height": height, "width": width, "range": (low, high)}


def _sequence_shape(entry: Mapping[str, Any]) -> dict[str, Any]:
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


def guessed_task(fields: list[FieldSpec]) -> str:
    """The task of a schema without `cc:task`, by the kind of its target."""
    target = next((field for field in fields if field.role == "target"), None)
    numeric = target is not None and target.kind in ("number", "integer")
    return "regression" if numeric else "classification"
