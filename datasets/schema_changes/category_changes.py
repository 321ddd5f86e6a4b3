"""Changes of a field's categories. Rows hold codes, which are never used again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from datasets.field_types import BadValue, type_of
from datasets.field_types.category import COLOURS, Category
from datasets.models import Field
from datasets.schema_changes.base import Names, Operation, Values
from datasets.schema_changes.plan import Schema

#: How a split compares with the value: the lookup, and the same in Python.
TESTS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "least": ("gte", lambda value, bound: bool(value >= bound)),
    "most": ("lte", lambda value, bound: bool(value <= bound)),
    "is": ("exact", lambda value, bound: bool(value == bound)),
}
#: Which of them fit which kind.
RULES: dict[str, tuple[str, ...]] = {
    Field.Kind.NUMBER: ("least", "most"),
    Field.Kind.INTEGER: ("least", "most", "is"),
    Field.Kind.BOOLEAN: ("is",),
    Field.Kind.CATEGORY: ("is",),
}


@dataclass(frozen=True, kw_only=True)
class OfCategories(Operation):
    """A change of the list of one field's categories."""

    field: int

    def _field(self, schema: Schema) -> Field:
        found = schema.field(self.field)
        if found.kind != Field.Kind.CATEGORY:
            message = _("“%(field)s” has no categories.") % {"field": found.name}
            raise Refused(message, field="field")
        return found

    def _entry(self, schema: Schema, code: int) -> dict[str, Any]:
        for entry in self._field(schema).options["categories"]:
            if entry["code"] == code:
                return dict(entry)
        raise Refused(_("There is no such category now. Load the page again."), status=409)

    def _set(self, schema: Schema, entries: list[dict[str, Any]], **more: Any) -> list[Any]:
        field = self._field(schema)
        field.options = Category.clean_options({**field.options, **more, "categories": entries})
        found: list[Any] = field.options["categories"]
        return found

    def _changed(self, schema: Schema, code: int, **values: Any) -> None:
        listed = self._field(schema).options["categories"]
        self._set(schema, [{**one, **values} if one["code"] == code else one for one in listed])


@dataclass(frozen=True, kw_only=True)
class RenameCategory(OfCategories):
    """Another label; every row that has it shows the new one, and none is rewritten."""

    name: ClassVar[str] = "rename_category"
    label = gettext_lazy("rename a category")

    code: int
    to: str

    def names(self, schema: Schema) -> Names:
        was = self._entry(schema, self.code)["label"]
        return {"field": self._field(schema).name, "was": was, "to": self.to.strip()}

    @classmethod
    def sentence(cls, names: Names) -> str:
        return _("The category “%(was)s” of “%(field)s” is called “%(to)s”.") % names

    def apply(self, schema: Schema) -> Self:
        was = self._entry(schema, self.code)["label"]
        self._changed(schema, self.code, label=self.to)
        clean = self._entry(schema, self.code)["label"]
        if clean == was:
            raise Refused(_("It has this name already."), field="to")
        return replace(self, to=clean)


@dataclass(frozen=True, kw_only=True)
class RecolourCategory(OfCategories):
    """Another of the twelve pixel colours."""

    name: ClassVar[str] = "recolour_category"
    label = gettext_lazy("recolour a category")

    code: int
    colour: int

    def names(self, schema: Schema) -> Names:
        label = self._entry(schema, self.code)["label"]
        return {"field": self._field(schema).name, "label": label, "colour": self.colour}

    @classmethod
    def sentence(cls, names: Names) -> str:
        return _("The category “%(label)s” of “%(field)s” has another colour.") % names

    def apply(self, schema: Schema) -> Self:
        if not 0 <= self.colour < COLOURS:
            message = _("A colour is a number from 0 to %(most)s.") % {"most": COLOURS - 1}
            raise Refused(message, field="colour")
        if self._entry(schema, self.code)["colour"] == self.colour:
            raise Refused(_("It has this colour already."), field="colour")
        self._changed(schema, self.code, colour=self.colour)
        return self


@dataclass(frozen=True, kw_only=True)
class AddCategory(OfCategories):
    """One more category, behind the others."""

    name: ClassVar[str] = "add_category"
    label = gettext_lazy("add a category")

    to: str

    def names(self, schema: Schema) -> Names:
        return {"field": self._field(schema).name, "label": self.to.strip()}

    @classmethod
    def sentence(cls, names: Names) -> str:
        return _("“%(field)s” has the new category “%(label)s”.") % names

    def apply(self, schema: Schema) -> Self:
        self._set(schema, [*self._field(schema).options["categories"], {"label": self.to}])
        return self


@dataclass(frozen=True, kw_only=True)
class MergeCategories(OfCategories):
    """Some categories become another one; the rows that have them are rewritten."""

    name: ClassVar[str] = "merge_categories"
    label = gettext_lazy("merge categories")

    codes: list[int]
    into: int

    def names(self, schema: Schema) -> Names:
        labels = [self._entry(schema, code)["label"] for code in self.codes]
        into = self._entry(schema, self.into)["label"]
        listed = ", ".join(f"“{label}”" for label in labels[:5]) + ("…" if labels[5:] else "")
        return {"field": self._field(schema).name, "labels": listed, "into": into}

    @classmethod
    def sentence(cls, names: Names) -> str:
        return _("Of “%(field)s”, %(labels)s becomes part of “%(into)s”.") % names

    def apply(self, schema: Schema) -> Self:
        codes = sorted(set(self.codes))
        if not codes or self.into in codes or any(type(code) is not int for code in codes):
            message = _("Choose one or more categories, and another one that they become.")
            raise Refused(message, field="codes")
        gone = [self._entry(schema, code) for code in codes]
        self._entry(schema, self.into)
        options = self._field(schema).options
        left = [one for one in options["categories"] if one["code"] not in codes]
        before = [
            {**one, "into": self.into} if one["into"] in codes else one
            for one in options.get("merged", [])
        ]
        merged = [{"code": e["code"], "label": e["label"], "into": self.into} for e in gone]
        self._set(schema, left, merged=[*before, *merged])
        return replace(self, codes=codes)

    def changing(self) -> Q | None:
        return Q(**{f"c_{self.field}__in": self.codes})

    def rewrite(self, values: Values) -> None:
        if values.get(self.field) in self.codes:
            values[self.field] = self.into


@dataclass(frozen=True, kw_only=True)
class SplitCategory(OfCategories):
    """A new category is taken out of another one.

    With a rule, the rows of the old category that another field says belong to the new one go
    there. Without one all rows stay, and are flagged: somebody must look at them.
    """

    name: ClassVar[str] = "split_category"
    label = gettext_lazy("split a category")

    code: int
    to: str
    #: The field that decides, how (see ``TESTS``), and the value as a person types it.
    by: int | None = None
    test: str = ""
    value: str = ""
    #: Known once it is applied.
    new: int | None = None
    stored: "int | float | bool | None" = None

    def names(self, schema: Schema) -> Names:
        by = None if self.by is None else schema.field(self.by).name
        return {
            "field": self._field(schema).name,
            "was": self._entry(schema, self.code)["label"],
            "to": self.to.strip(),
            "by": by,
            "test": self.test,
            "value": self.value.strip()[:80],
        }

    @classmethod
    def sentence(cls, names: Names) -> str:
        if names["by"] is None:
            sentence = _(
                "“%(to)s” is split off the category “%(was)s” of “%(field)s”; the rows of "
                "“%(was)s” stay and are flagged."
            )
            return sentence % names
        tests = {
            "least": _("“%(by)s” is at least %(value)s"),
            "most": _("“%(by)s” is at most %(value)s"),
            "is": _("“%(by)s” is “%(value)s”"),
        }
        sentence = _(
            "“%(to)s” is split off the category “%(was)s” of “%(field)s”: rows in which %(rule)s."
        )
        return sentence % {**names, "rule": tests[names["test"]] % names}

    def apply(self, schema: Schema) -> Self:
        self._entry(schema, self.code)
        rule = self._rule(schema)
        listed = self._field(schema).options["categories"]
        made = self._set(schema, [*listed, {"label": self.to}])[-1]
        return replace(self, to=made["label"], new=made["code"], stored=rule)

    def _rule(self, schema: Schema) -> Any:
        if self.by is None:
            return None
        decides = schema.field(self.by)
        if self.by == self.field or self.by < 0 or self.test not in RULES.get(decides.kind, ()):
            message = _(
                "A number is compared with “at least” or “at most”, a category or a yes-or-no "
                "field with “is”. “%(field)s” cannot decide so."
            )
            raise Refused(message % {"field": decides.name}, field="by")
        type_ = type_of(decides)
        try:
            value = type_.parse(self.value)
        except BadValue as bad:
            raise Refused(bad.message, field="value") from bad
        if value is None:
            message = _("Say with which value “%(field)s” is compared.")
            raise Refused(message % {"field": decides.name}, field="value")
        return type_.to_storage(value)

    def changing(self) -> Q | None:
        if self.by is None:
            return None
        lookup, _test = TESTS[self.test]
        return Q(**{f"c_{self.field}": self.code, f"c_{self.by}__{lookup}": self.stored})

    def rewrite(self, values: Values) -> None:
        if self.by is None or values.get(self.field) != self.code:
            return
        found = values.get(self.by)
        if found is not None and TESTS[self.test][1](found, self.stored):
            values[self.field] = self.new

    def relabelled(self) -> Q | None:
        """The rows that somebody must look at."""
        return Q(**{f"c_{self.field}": self.code}) if self.by is None else None
