"""What every change of a schema answers; one class a change, and nothing else knows them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import NoneType, UnionType
from typing import Any, ClassVar, Self, get_args, get_origin, get_type_hints

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from common.errors import Refused
from datasets.schema_changes.plan import Schema

#: The names and numbers that a change's sentence tells; kept with the version.
Names = dict[str, Any]
#: A row's stored values by field id.
Values = dict[int, Any]


@dataclass(frozen=True, kw_only=True)
class Operation(ABC):
    """One change of a schema: its parameters, what it does to fields and to rows.

    ``apply`` comes first: it returns the change with everything resolved that rows need, such as
    the id of an added field. That one is kept, and its ``changing`` and ``rewrite`` are asked.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """The change that a JSON object says.

        Raises:
            Refused: a parameter is lacking, unknown, or of another type.
        """
        hints = get_type_hints(cls)
        known = {field.name: _types(hints[field.name]) for field in fields(cls)}
        given = {name: value for name, value in said.items() if name != "operation"}
        if not given.keys() <= known.keys():
            raise cls._unreadable()
        if any(not {type(value), object} & known[name] for name, value in given.items()):
            raise cls._unreadable()
        try:
            return cls(**given)
        except TypeError as error:
            raise cls._unreadable() from error

    @classmethod
    def parameters(cls) -> set[str]:
        """The names of what ``read`` takes."""
        return {field.name for field in fields(cls)}

    @classmethod
    def _unreadable(cls) -> Refused:
        message = _("The change “%(label)s” cannot be read: choose it again on the page.")
        return Refused(message % {"label": cls.label})

    def json(self) -> dict[str, Any]:
        """The parameters as ``read`` takes them."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {"operation": self.name, **given}

    @abstractmethod
    def names(self, schema: Schema) -> Names:
        """What the sentence needs, from the schema before the change."""

    @classmethod
    @abstractmethod
    def sentence(cls, names: Names) -> str:
        """The change in words."""

    @abstractmethod
    def apply(self, schema: Schema) -> Self:
        """Change the schema and return the resolved change.

        Raises:
            Refused: it does not fit; the sentence says why and what would.
        """

    def changing(self) -> Q | None:
        """Which rows it gives other values, by what they hold before it; None: no row."""
        return None

    def rewrite(self, values: Values) -> None:
        """Change one row's values; asked only where ``changing`` says something."""
        raise NotImplementedError

    def rehashing(self) -> Q | None:
        """Which rows keep their values but get other hashes; None: no row."""
        return None

    def checked(self) -> int | None:
        """The field whose values must be looked at, since fewer are valid now than before."""
        return None


def _types(hint: Any) -> set[type]:
    """The plain types that a parameter may have; ``object`` stands for any."""
    if isinstance(hint, UnionType):
        return set().union(*(_types(one) for one in get_args(hint)))
    if hint is Any:
        return {object}
    return {NoneType if hint is None else get_origin(hint) or hint}
