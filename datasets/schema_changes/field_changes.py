"""Changes of whole fields: added, renamed, moved, retired, brought back, and what they allow."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from datasets.drafts import FieldDraft, clean_draft
from datasets.field_types import BadValue, type_of
from datasets.field_types.base import FieldType
from datasets.history import kept, stored_of
from datasets.models import Field
from datasets.records import typed
from datasets.schema_changes.base import Names, Operation, Values
from datasets.schema_changes.plan import Schema

#: The options that are limits, by kind: loosening or tightening them changes no value.
LIMITS: dict[str, tuple[str, ...]] = {
    Field.Kind.NUMBER: ("minimum", "maximum"),
    Field.Kind.INTEGER: ("minimum", "maximum"),
    Field.Kind.DATETIME: ("minimum", "maximum"),
    Field.Kind.TEXT: ("max_length",),
    Field.Kind.SEQUENCE: ("min_length", "max_length"),
}


def holds(field: int | None) -> Q:
    """The rows that have a value of a field."""
    return Q(**{f"c_{field}__isnull": False})


@dataclass(frozen=True, kw_only=True)
class AddField(Operation):
    """A new field; rows that are there get ``fill``, or lack it."""

    name: ClassVar[str] = "add_field"
    label = gettext_lazy("add a field")

    draft: dict[str, Any]
    #: What the rows that are there get, as a person types it; empty: nothing.
    fill: str = ""
    #: Known once it is applied: its id, and the stored value of ``fill``.
    field: int | None = None
    stored: Any = None

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """As ``Operation.read``; what was resolved before stays."""
        plain = {name: said[name] for name in ("draft", "fill", "field") if name in said}
        made = super().read(plain)
        return replace(made, stored=said.get("stored"))

    def described(self) -> FieldDraft:
        """The field to be.

        Raises:
            Refused: the description lacks something, or is of another type.
        """
        try:
            draft: Any = FieldDraft(**self.draft)
        except TypeError as error:
            raise self._unreadable() from error
        texts = (draft.name, draft.kind, draft.role, draft.unit)
        sound = isinstance(draft.required, bool) and isinstance(draft.options, dict)
        if not sound or not all(isinstance(text, str) for text in texts):
            raise self._unreadable()
        return clean_draft(draft)

    def names(self, schema: Schema) -> Names:
        draft = self.described()
        return {
            "field": draft.name,
            "kind": draft.kind,
            "required": draft.required,
            "fill": self.fill.strip()[:80],
        }

    @classmethod
    def sentence(cls, names: Names) -> str:
        words = {**names, "kind": Field.Kind(names["kind"]).label}
        if names["fill"]:
            sentence = _("New field “%(field)s” (%(kind)s), “%(fill)s” for the rows there are.")
        elif names["required"]:
            sentence = _("New field “%(field)s” (%(kind)s), required; the rows there are lack it.")
        else:
            sentence = _("New field “%(field)s” (%(kind)s), not required.")
        return sentence % words

    def apply(self, schema: Schema) -> Self:
        clean = self.described()
        field = schema.add(clean)
        made = replace(self, draft=dict(vars(clean)), field=field.pk, stored=None)
        if not self.fill.strip():
            return made
        type_ = type_of(field)
        try:
            value = type_.parse(self.fill)
        except BadValue as bad:
            raise Refused(bad.message, field="fill") from bad
        return made if value is None else replace(made, stored=kept(type_.to_storage(value)))

    def changing(self) -> Q | None:
        return None if self.stored is None else Q(**{f"c_{self.field}__isnull": True})

    def rewrite(self, values: Values) -> None:
        if self.field is not None and self.stored is not None and values.get(self.field) is None:
            field = Field(pk=self.field, **self.draft)
            values.update(stored_of(typed([field]), {str(self.field): self.stored}))

    def checked(self) -> int | None:
        return self.field if self.stored is None else None


@dataclass(frozen=True, kw_only=True)
class OfField(Operation):
    """A change of one field that is in use."""

    field: int

    def names(self, schema: Schema) -> Names:
        return {"field": schema.field(self.field).name}


@dataclass(frozen=True, kw_only=True)
class RenameField(OfField):
    """Another name; rows do not know it."""

    name: ClassVar[str] = "rename_field"
    label = gettext_lazy("rename a field")

    to: str

    def names(self, schema: Schema) -> Names:
        return {**super().names(schema), "to": self._cleaned(schema.field(self.field))}

    @classmethod
    def sentence(cls, names: Names) -> str:
        return _("“%(field)s” is called “%(to)s”.") % names

    def _cleaned(self, field: Field) -> str:
        draft = FieldDraft(self.to, field.kind, field.role, field.unit, options=field.options)
        return clean_draft(draft).name

    def apply(self, schema: Schema) -> Self:
        field = schema.field(self.field)
        clean = self._cleaned(field)
        if clean == field.name:
            raise Refused(_("It has this name already."), field="to")
        schema.check_name(clean, field)
        field.name = clean
        return self


@dataclass(frozen=True, kw_only=True)
class MoveField(OfField):
    """Another place in forms, tables and files."""

    name: ClassVar[str] = "move_field"
    label = gettext_lazy("move a field")

    #: From 0, among the fields in use.
    place: int

    def names(self, schema: Schema) -> Names:
        return {**super().names(schema), "place": self.place + 1}

    @classmethod
    def sentence(cls, names: Names) -> str:
        return _("“%(field)s” stands at place %(place)s.") % names

    def apply(self, schema: Schema) -> Self:
        field = schema.field(self.field)
        others = [one for one in schema.used if one is not field]
        if not 0 <= self.place <= len(others):
            message = _("The place must be from 1 to %(count)s.") % {"count": len(others) + 1}
            raise Refused(message, field="place")
        others.insert(self.place, field)
        if others == schema.used:
            raise Refused(_("It stands there already."), field="place")
        for order, one in enumerate(others):
            one.order = order
        return self


@dataclass(frozen=True, kw_only=True)
class ChangeUnit(OfField):
    """Another unit; the numbers stay as they are."""

    name: ClassVar[str] = "change_unit"
    label = gettext_lazy("change the unit")

    unit: str

    def names(self, schema: Schema) -> Names:
        field = schema.field(self.field)
        return {"field": field.name, "was": field.unit, "unit": self._cleaned(field)}

    @classmethod
    def sentence(cls, names: Names) -> str:
        if not names["unit"]:
            return _("“%(field)s” has no unit (it was %(was)s).") % names
        if not names["was"]:
            return _("“%(field)s” is in %(unit)s.") % names
        return _("“%(field)s” is in %(unit)s (it was %(was)s); the numbers stay.") % names

    def _cleaned(self, field: Field) -> str:
        draft = FieldDraft(field.name, field.kind, field.role, self.unit, options=field.options)
        return clean_draft(draft).unit

    def apply(self, schema: Schema) -> Self:
        field = schema.field(self.field)
        clean = self._cleaned(field)
        if clean == field.unit:
            raise Refused(_("It has this unit already."), field="unit")
        field.unit = clean
        return self


@dataclass(frozen=True, kw_only=True)
class ChangeLimits(OfField):
    """Other limits; no value changes, and those outside are flagged."""

    name: ClassVar[str] = "change_limits"
    label = gettext_lazy("change the limits")

    options: dict[str, Any]

    def names(self, schema: Schema) -> Names:
        field = schema.field(self.field)
        type_ = self._type(field)
        return {"field": field.name, "hint": type_.hint(), "was": type_of(field).hint()}

    @classmethod
    def sentence(cls, names: Names) -> str:
        if not names["hint"]:
            return _("“%(field)s” has no limits.") % names
        return _("“%(field)s” has other limits: %(hint)s") % names

    def _type(self, field: Field) -> FieldType[Any]:
        known = LIMITS.get(field.kind, ())
        if not known or not self.options.keys() <= set(known):
            message = _("“%(field)s” has no limits that can be changed.")
            raise Refused(message % {"field": field.name})
        type_ = type(type_of(field))
        options = type_.clean_options({**field.options, **self.options})
        return type_(field.name, options, required=field.required, unit=field.unit, role=field.role)

    def apply(self, schema: Schema) -> Self:
        field = schema.field(self.field)
        options = self._type(field).options
        if options == field.options:
            raise Refused(_("It has these limits already."))
        field.options = options
        return self

    def checked(self) -> int | None:
        return self.field


@dataclass(frozen=True, kw_only=True)
class ChangeRequired(OfField):
    """Whether a datapoint may lack the field; the rows that do are flagged."""

    name: ClassVar[str] = "change_required"
    label = gettext_lazy("require a field, or not")

    required: bool

    def names(self, schema: Schema) -> Names:
        return {**super().names(schema), "required": self.required}

    @classmethod
    def sentence(cls, names: Names) -> str:
        if names["required"]:
            return _("“%(field)s” must be filled in.") % names
        return _("“%(field)s” may be left empty.") % names

    def apply(self, schema: Schema) -> Self:
        field = schema.field(self.field)
        if field.required == self.required:
            raise Refused(_("It is so already."))
        field.required = self.required
        return self

    def checked(self) -> int | None:
        return self.field


@dataclass(frozen=True, kw_only=True)
class RetireField(OfField):
    """A field that nobody is asked for and no file shows; its values are kept, hidden."""

    name: ClassVar[str] = "retire_field"
    label = gettext_lazy("retire a field")

    @classmethod
    def sentence(cls, names: Names) -> str:
        return _("“%(field)s” is retired: hidden, its values are kept.") % names

    def apply(self, schema: Schema) -> Self:
        schema.field(self.field).retired = True
        return self

    def rehashing(self) -> Q | None:
        return holds(self.field)


@dataclass(frozen=True, kw_only=True)
class BringBackField(Operation):
    """A retired field is asked for and shown again, behind the others, with its values."""

    name: ClassVar[str] = "bring_back_field"
    label = gettext_lazy("bring a retired field back")

    field: int

    def _found(self, schema: Schema) -> Field:
        found = schema.find(self.field)
        if found is None or not found.retired:
            raise Refused(_("There is no such retired field. Load the page again."), status=409)
        return found

    def names(self, schema: Schema) -> Names:
        return {"field": self._found(schema).name}

    @classmethod
    def sentence(cls, names: Names) -> str:
        return _("“%(field)s” is back, with the values that it had.") % names

    def apply(self, schema: Schema) -> Self:
        found = self._found(schema)
        found.order = schema.behind()
        found.retired = False
        return self

    def rehashing(self) -> Q | None:
        return holds(self.field)

    def checked(self) -> int | None:
        return self.field
