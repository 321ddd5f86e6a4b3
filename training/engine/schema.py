"""What the engine knows of a data set: a Data Package Table Schema with our `cc:` extras, read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.engine.faults import EngineFault, Fault, shown
from training.engine.fields import FieldSpec, field_from_json
from training.engine.limits import MAX_CATEGORIES, MAX_FIELDS

TASKS = ("classification", "regression", "forecast")
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class TableSchema:
    """The fields of a table and what is to be learned from it."""

    fields: tuple[FieldSpec, ...]
    task: str
    title: str = ""
    missing_values: tuple[str, ...] = ("",)
    #: The `cc:` keys that the engine does not know, as they are.
    extras: tuple[tuple[str, Any], ...] = ()

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
        keys = (key for key in data if str(key).startswith("cc:"))
        extras = tuple((key, data[key]) for key in keys if key not in ("cc:task", "cc:title"))
        return cls(tuple(fields), task, str(data.get("cc:title", "")), texts, extras)

    def to_json(self) -> dict[str, Any]:
        """The schema as Table Schema JSON: what the engine uses, and the `cc:` keys of others."""
        return {
            **dict(self.extras),
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
        target = self.target
        fitting = {"classification": ("category", "boolean"), "regression": ("number", "integer")}
        if target.kind not in fitting[self.task]:
            wanted = " or ".join(fitting[self.task])
            reason = f"the target of a {self.task} is a {wanted}, not a {target.kind}"
            raise EngineFault(Fault(reason, column=target.name))
        if len(self.classes) > MAX_CATEGORIES:
            reason = (
                f"{len(self.classes)} categories to tell apart: at most {MAX_CATEGORIES} can be"
            )
            raise EngineFault(Fault(reason, column=target.name))
        if self.task == "classification" and len(self.classes) < 2:
            reason = "at least two categories are needed to learn to tell them apart"
            raise EngineFault(Fault(reason, column=target.name))
        if not self.features:
            raise EngineFault(
                "no field is a feature (independent variable) that can be learned from"
            )


def guessed_task(fields: list[FieldSpec]) -> str:
    """The task of a schema without `cc:task`, by the kind of its target."""
    target = next((field for field in fields if field.role == "target"), None)
    numeric = target is not None and target.kind in ("number", "integer")
    return "regression" if numeric else "classification"
