"""What every kind of field answers: one class a kind, and nothing else knows kinds.

A *value* is what Python code handles (a float, a category's code, a list of rows of a drawing).
Its *stored* form is what the column holds. ``None`` is a missing value everywhere.
"""

import hashlib
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
import pyarrow as pa
from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from common.errors import Refused

V = TypeVar("V")
#: What a column may hold.
Stored = float | int | bool | str | bytes
SHOWN_CHARACTERS = 40


class BadValue(Exception):
    """A value does not fit its field; the message is one sentence with the way out."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def shown(value: object) -> str:
    """The value as a sentence may quote it: short, without control or direction marks."""
    text = value if isinstance(value, str) else repr(value)
    clean = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(mark) in ("Cc", "Cf", "Cs") else mark
        for mark in text[: SHOWN_CHARACTERS + 1]
    )
    return clean if len(clean) <= SHOWN_CHARACTERS else clean[:SHOWN_CHARACTERS] + "…"


class FieldType(ABC, Generic[V]):
    """One kind of field, bound to one field's name and options."""

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    #: The task that a field of this kind can be the target of, or None.
    target_of: ClassVar[str | None] = None
    #: The options that the kind reads, by name.
    option_names: ClassVar[tuple[str, ...]] = ()
    #: How the wall draws it as a target: "label", "value" or "none"; "grid" as pictures.
    wall_kind: ClassVar[str] = "none"
    #: Whether a row says nothing without it: required where nobody says otherwise.
    whole_point: ClassVar[bool] = False
    #: Whether models learn from it.
    learned: ClassVar[bool] = True
    #: Whether people draw it.
    drawn: ClassVar[bool] = False
    #: Whether a value has a file of its own, see ``datasets.views.photos``.
    has_file: ClassVar[bool] = False
    #: How likeness compares values: by sameness ("same"), by "distance", by the "angle" of vectors.
    likeness: ClassVar[str] = "same"
    #: Arrow's type of the stored column, and of the column in a snapshot.
    stored_arrow: ClassVar[pa.DataType]

    def __init__(
        self,
        name: str,
        options: Mapping[str, Any],
        *,
        required: bool = True,
        unit: str = "",
        role: str = "feature",
        project_id: int | None = None,
        field_id: int | None = None,
    ) -> None:
        self.name = name
        self.options = dict(options)
        #: Whose files a value may name; None for a draft.
        self.project_id = project_id
        self.field_id = field_id
        self.required = required
        self.unit = unit
        self.role = role

    # options

    @classmethod
    @abstractmethod
    def clean_options(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options to store, complete and checked.

        Raises:
            Refused: an option is wrong; ``field`` names it.
        """

    @classmethod
    def options_in(cls, entry: Mapping[str, Any]) -> dict[str, Any]:
        """The options that a field of a Table Schema says, unchecked; None where it says none.

        The inverse of ``table_schema``. It may raise anything that reading foreign JSON does.
        """
        return {}

    @classmethod
    def typed_options(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options as the form has them typed: what ``clean_options`` reads back."""
        return dict(options)

    # values

    @abstractmethod
    def parse(self, text: str) -> V | None:
        """Read what a person typed or a file's cell says; ``BadValue`` says what is wrong."""

    @abstractmethod
    def check(self, value: object) -> V:
        """Return a value that came as a Python or JSON object, checked; never None."""

    @abstractmethod
    def show(self, value: V) -> str:
        """The text that ``parse`` reads back to the same value."""

    def read(self, raw: object) -> V | None:
        """Read text, a JSON object or None; ``BadValue`` says what is wrong."""
        if raw is None:
            return self.missing()
        if isinstance(raw, str):
            return self.parse(raw)
        return self.check(raw)

    def missing(self) -> V | None:
        """Accept a missing value where the field allows it."""
        if self.required:
            raise self.bad(_("%(field)s needs a value."))
        return None

    def bad(self, sentence: str, value: object = "", **parts: object) -> BadValue:
        """A ``BadValue`` from a sentence with the places ``field``, ``value`` and ``parts``."""
        return BadValue(sentence % {"field": self.name, "value": shown(value), **parts})

    # storage

    @abstractmethod
    def column(self) -> "models.Field[Any, Any]":
        """The column of the project's table: always nullable."""

    @abstractmethod
    def to_storage(self, value: V) -> Stored:
        """What the column holds for this value."""

    @abstractmethod
    def from_storage(self, stored: Any) -> V:
        """The value that the column holds."""

    def value_of(self, stored: Any) -> V | None:
        """The value of a column that may be empty."""
        return None if stored is None else self.from_storage(stored)

    def keep(self, value: V) -> None:
        """Make durable what a column cannot hold, before the row is written; may be repeated."""

    def near(self, value: V) -> bytes:
        """Bytes that are equal for near-duplicate values; see ``datasets.hashing``."""
        return str(value).encode()

    def sketch_size(self) -> int:
        """How many numbers a sketch has."""
        return 1

    def sketch(self, stored: Any) -> NDArray[np.float32]:
        """A stored value as few numbers that ``datasets.likeness`` compares.

        A number is itself, all that is only the same or not 24 bits of a hash.
        """
        if self.likeness == "distance":
            return np.clip(np.array([stored], dtype=np.float64), -1e30, 1e30).astype(np.float32)
        exact = hashlib.sha256(self.near(self.from_storage(stored))).digest()
        return np.array([int.from_bytes(exact[:3], "little")], dtype=np.float32)

    # the outside

    @abstractmethod
    def table_schema(self) -> dict[str, Any]:
        """The field in a Table Schema, without the keys that all kinds share."""

    @abstractmethod
    def arrow_type(self) -> pa.DataType:
        """The type of the column in a snapshot."""

    def to_arrow(self, stored: pa.Array) -> pa.Array:
        """The snapshot's column from the stored one, row by row the same."""
        return stored.cast(self.arrow_type())

    def asked(self, value: V) -> Any:
        """The value as a question to a model holds it: lists as they are, else the text."""
        return value if isinstance(value, list) else self.show(value)

    def cell(self, value: V) -> str:
        """A table cell's text; the picture of a drawing comes from ``datasets.pictures``."""
        return self.show(value)

    def wall(self, value: V) -> int | float | None:
        """The code or number that gives the row's pixel its colour."""
        return None

    def legend(self) -> list[dict[str, Any]]:
        """``code``, ``label`` and pixel ``colour`` of each class, where the values are classes."""
        return []

    def colour_of(self, value: V) -> int | None:
        """The pixel colour 0..11 that stands for the value, where it is a class."""
        return None

    def tile(self) -> dict[str, Any]:
        """How the small picture of a value is to be painted; empty where values are no pictures.

        ``width``, ``height`` and ``max``, the highest level; with ``palette`` levels are numbers
        of its colours; with ``channels`` 3 a cell is red, green and blue, with 1 grey.
        """
        return {}

    def tile_bytes(self, stored: Any) -> bytes:
        """The levels of the small picture of a stored value, row by row; see ``tile``."""
        return b""

    def picture(self, value: V, label: str) -> SafeString | None:
        """A picture of the value for a table, where it is one."""
        return None

    def lines(self, value: V) -> tuple[tuple[float, ...], ...]:
        """The value as lines for a small chart, where it is numbers in a row."""
        return ()

    # forms

    @abstractmethod
    def form_field(self) -> forms.Field:
        """The field of the generated form; its clean value is this type's value."""

    def retype(self, given: Any) -> str:
        """What stands in the form's input for a value, or for what was sent and is shown again."""
        return self.show(given)

    def hint(self) -> str:
        """What the form says under the field: its limits, in words."""
        return ""

    def schema(self) -> dict[str, Any]:
        """The field's whole entry in a Table Schema, as ``training.engine`` reads it."""
        entry: dict[str, Any] = {"name": self.name}
        entry |= self.table_schema()
        entry |= {"cc:kind": self.kind, "cc:role": self.role}
        if self.unit:
            entry["cc:unit"] = self.unit
        if self.required:
            entry["constraints"] = {"required": True, **entry.get("constraints", {})}
        return entry


def whole_option(
    raw: Mapping[str, Any], name: str, label: Any, limits: tuple[int, int], default: int
) -> int:
    """A whole number among the options, inside its limits; ``Refused`` calls it by its label."""
    low, high = limits
    value = raw.get(name)
    if value is None or value == "":
        return default
    try:
        number = int(str(value).strip())
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        message = _("%(option)s must be a whole number from %(low)s to %(high)s.") % {
            "option": label,
            "low": low,
            "high": high,
        }
        raise Refused(message, field=name)
    return number
