"""The form in which somebody describes a project and its fields; it works without JavaScript.

The buttons "add", "remove", "up" and "down" send the whole form, and it comes back changed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.limits import CATEGORIES_PER_FIELD, FIELDS_PER_PROJECT, PALETTE_COLOURS
from common.numbers import whole
from datasets.drafts import NAME_CHARACTERS, UNIT_CHARACTERS, FieldDraft, clean_draft
from datasets.field_types import FIELD_TYPES, type_named
from datasets.field_types import option_labels as labels
from datasets.field_types.category import LABEL_CHARACTERS
from datasets.field_types.widgets import PlainSelect
from datasets.guessing.column import LEFT_OUT
from datasets.guessing.plan import Proposal
from datasets.models import Field

PRECISIONS = [
    ("any", gettext_lazy("each as exact as it is known")),
    ("year", gettext_lazy("years")),
    ("month", gettext_lazy("months")),
    ("day", gettext_lazy("days")),
    ("minute", gettext_lazy("minutes")),
    ("second", gettext_lazy("seconds")),
]
COLOURINGS = [("colour", gettext_lazy("in colour")), ("grey", gettext_lazy("in grey"))]
PREFIX = "fields"
COUNT = f"{PREFIX}-count"
#: More fields than these are folded: nobody looks at hundreds of open ones.
FOLDED_FROM = 64
#: Options whose input has a name of its own, since another kind's option has theirs.
INPUTS = {
    ("text", "max_length"): "characters",
    ("datetime", "minimum"): "earliest",
    ("datetime", "maximum"): "latest",
    ("image", "height"): "seen_height",
    ("image", "width"): "seen_width",
}
TEXT_LENGTH = INPUTS["text", "max_length"]
#: The roles in few words, for a narrow list, and that a column is not to become a field.
ROLES = [
    (Field.Role.FEATURE.value, gettext_lazy("independent (seen)")),
    (Field.Role.TARGET.value, gettext_lazy("dependent (predicted)")),
    (Field.Role.IGNORE.value, gettext_lazy("note (only kept)")),
    (LEFT_OUT, gettext_lazy("left out")),
]


def _number(label: Any, **kwargs: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=64, widget=widget, **kwargs)


class FieldForm(forms.Form):
    """One field: its name, kind and role, and the options of all kinds."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=4 * 64)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[(t.kind, t.label) for t in FIELD_TYPES],
        widget=PlainSelect,
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES, widget=PlainSelect)
    required = forms.BooleanField(label=gettext_lazy("Must be filled in"), required=False)
    unit = forms.CharField(
        label=gettext_lazy("Unit"), required=False, max_length=4 * UNIT_CHARACTERS
    )
    minimum = _number(gettext_lazy("Smallest value"))
    maximum = _number(gettext_lazy("Largest value"))
    categories = forms.CharField(
        label=gettext_lazy("Categories"),
        required=False,
        max_length=CATEGORIES_PER_FIELD * (LABEL_CHARACTERS + 2),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line. Its pixel colour may follow after a bar: ripe | red."),
    )
    ordered = forms.BooleanField(
        label=gettext_lazy("Their order means something, as in small, medium, large"),
        required=False,
    )
    other = forms.CharField(
        label=gettext_lazy("Category for other answers"),
        required=False,
        max_length=4 * LABEL_CHARACTERS,
        help_text=gettext_lazy("What is not in the list counts as this. Empty: it is refused."),
    )
    precision = forms.ChoiceField(
        label=gettext_lazy("How exact"), required=False, choices=PRECISIONS
    )
    earliest = forms.CharField(label=gettext_lazy("Earliest"), required=False, max_length=64)
    latest = forms.CharField(label=gettext_lazy("Latest"), required=False, max_length=64)
    height = _number(labels.HEIGHT)
    width = _number(labels.WIDTH)
    max = _number(labels.LEVELS, help_text=gettext_lazy("1 is black and white."))
    palette = forms.CharField(
        label=gettext_lazy("Colours"),
        required=False,
        max_length=40 * PALETTE_COLOURS,
        help_text=gettext_lazy(
            "Such as #ffffff #ff4d00 #0047ff; the first is the empty ground. Empty: grey levels."
        ),
    )
    seen_height = _number(labels.SEEN_HEIGHT)
    seen_width = _number(labels.SEEN_WIDTH)
    colours = forms.ChoiceField(label=gettext_lazy("Seen"), required=False, choices=COLOURINGS)
    length = _number(labels.NUMBERS)
    channels = _number(labels.CHANNELS, help_text=gettext_lazy("2 can be drawn with a pen."))
    min_length = _number(labels.SHORTEST)
    max_length = _number(labels.LONGEST)
    characters = _number(labels.CHARACTERS)
    #: The column of a waiting table that the field comes from.
    source = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)

    #: Whether all inputs are shown where fields are many, and so folded.
    open = forms.CharField(required=False, max_length=2, widget=forms.HiddenInput)

    #: Set where fields are many: a field shows its name, kind and role, and opens by a button.
    may_fold = False

    #: What was guessed of that column, set by ``FieldForms.explain``.
    guess: Proposal | None = None

    #: The option inputs, in groups by the kinds that read them.
    GROUPS = (
        ("number integer", ("unit", "minimum", "maximum")),
        ("category", ("categories", "ordered", "other")),
        ("datetime", ("precision", "earliest", "latest")),
        ("grid", ("height", "width", "max", "palette")),
        ("image", ("seen_height", "seen_width", "colours")),
        ("sequence", ("channels", "min_length", "max_length")),
        ("vector", ("length",)),
        ("text", (TEXT_LENGTH,)),
    )

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Kinds, their words, and the inputs for them."""
        return [
            (
                kinds,
                " / ".join(str(type_named(kind).label) for kind in kinds.split()),
                [self[name] for name in names],
            )
            for kinds, names in self.GROUPS
        ]

    @property
    def is_folded(self) -> bool:
        """Whether only name, kind and role are shown; a field with an error never is."""
        return self.may_fold and not self["open"].value() and not self.errors

    def folded_inputs(self) -> list[forms.BoundField]:
        """The inputs that a folded field carries unseen: those in which something stands."""
        seen = ("name", "kind", "role", "open", "source")
        listed = (self[name] for name in self.fields if name not in seen)
        return [one for one in listed if one.value() not in (None, "", False)]

    @property
    def is_left_out(self) -> bool:
        """Whether the field is not to be part of the project."""
        return bool(self.cleaned_data.get("role") == LEFT_OUT)

    def column(self) -> int | None:
        """The place of the column that the field comes from."""
        return whole(str(self["source"].value() or ""))

    def draft(self) -> FieldDraft:
        """What the form says, unchecked."""
        said = self.cleaned_data
        type_ = type_named(said["kind"])
        sources = {name: INPUTS.get((type_.kind, name), name) for name in type_.option_names}
        return FieldDraft(
            name=said.get("name", ""),
            kind=said["kind"],
            role=said.get("role", ""),
            unit=said.get("unit", ""),
            required=said.get("required", False),
            options={option: said.get(source) for option, source in sources.items()},
        )

    def clean(self) -> dict[str, Any]:
        """Check the whole description by the same rules as the service."""
        said = self.cleaned_data
        if self.errors or self.is_left_out:
            return said
        try:
            clean_draft(self.draft())
        except Refused as refused:
            option = refused.field or ""
            name = INPUTS.get((said["kind"], option), option)
            self.add_error(name if name in self.fields else None, refused.message)
        return said


class FieldForms:
    """The forms of all fields of one page."""

    def __init__(self, forms_: Sequence[FieldForm]) -> None:
        self.forms = list(forms_)
        for form in self.forms:
            form.may_fold = len(self.forms) > FOLDED_FROM

    @classmethod
    def of_drafts(cls, drafts: Sequence[FieldDraft]) -> "FieldForms":
        """Unbound forms that show these drafts."""
        return cls([_form(index, initial=_initial(draft)) for index, draft in enumerate(drafts)])

    @classmethod
    def of_rows(cls, rows: Sequence[Mapping[str, Any]]) -> "FieldForms":
        """Unbound forms that show what was typed before."""
        return cls([_form(index, initial=row) for index, row in enumerate(rows)])

    @classmethod
    def bound(cls, data: QueryDict) -> "FieldForms":
        """Bound forms of what was sent; rows that were left wholly empty are dropped."""
        rows = [row for row in sent_rows(data) if any(_said(row))]
        made = QueryDict(mutable=True)
        for index, row in enumerate(rows):
            made.update({f"{PREFIX}-{index}-{name}": value for name, value in row.items()})
        return cls([_form(index, data=made) for index in range(len(rows))])

    @classmethod
    def of_proposals(cls, proposals: Sequence[Proposal]) -> "FieldForms":
        """Unbound forms that show what was guessed of a table."""
        forms_ = cls.of_drafts([one.draft for one in proposals])
        for form, one in zip(forms_.forms, proposals, strict=True):
            form.initial["source"] = "" if one.source is None else str(one.source)
        return forms_

    def explain(self, proposals: Sequence[Proposal]) -> "FieldForms":
        """Give each form what was guessed of its column; returns itself."""
        known = {one.source: one for one in proposals if one.source is not None}
        for form in self.forms:
            place = form.column()
            form.guess = None if place is None else known.get(place)
        return self

    def is_valid(self) -> bool:
        """Whether every form is valid; all are checked."""
        checked = [form.is_valid() for form in self.forms]
        return all(checked)

    @property
    def used(self) -> list[FieldForm]:
        """The valid forms whose fields are not left out."""
        return [form for form in self.forms if not form.is_left_out]

    def drafts(self) -> list[FieldDraft]:
        """The drafts of valid forms."""
        return [form.draft() for form in self.used]

    def columns(self) -> list[int | None]:
        """For each draft the column that it comes from; a column counts for one field only."""
        found: list[int | None] = []
        for form in self.used:
            place = form.column()
            found.append(None if place in found else place)
        return found

    def readable(self) -> tuple[list[FieldDraft], list[str]]:
        """The drafts of the forms as they stand, also of unbound ones, and what is wrong yet."""
        drafts: list[FieldDraft] = []
        wrong: list[str] = []
        for form in self.forms:
            checked = form if form.is_bound else _bound(form)
            if not checked.is_valid():
                wrong += [str(error) for errors in checked.errors.values() for error in errors]
            elif not checked.is_left_out:
                drafts.append(clean_draft(checked.draft()))
        return drafts, wrong


def sent_rows(data: QueryDict) -> list[dict[str, str]]:
    """What was typed into each field's inputs, in order; at most one more than are allowed."""
    text = data.get(COUNT, "")
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    names = list(FieldForm.base_fields)
    return [
        {n: str(data[key]) for n in names if (key := f"{PREFIX}-{index}-{n}") in data}
        for index in range(min(count, FIELDS_PER_PROJECT + 1))
    ]


def changed_rows(data: QueryDict, order: str) -> list[dict[str, str]]:
    """The rows after one press of "add", "open-<n>", "remove-<n>", "up-<n>" or "down-<n>"."""
    rows = sent_rows(data)
    act, _dash, number = order.partition("-")
    if act == "add":
        return [*rows, {"kind": "number", "role": "feature", "required": "on"}]
    index = whole(number)
    if index is None or index >= len(rows):
        return rows
    if act == "open":
        rows[index]["open"] = "on"
        return rows
    row = rows.pop(index)
    if act in ("up", "down"):
        rows.insert(max(0, index + (-1 if act == "up" else 1)), row)
    return rows


def _said(row: Mapping[str, str]) -> list[str]:
    unsaid = ("kind", "role", "required", "open", "precision", "colours")
    return [text for name, text in row.items() if name not in unsaid]


def _bound(form: FieldForm) -> FieldForm:
    """The form as if it had been sent as it is shown."""
    shown = {form.add_prefix(name): form[name].value() for name in form.fields}
    given = {name: value for name, value in shown.items() if value not in (None, "", False)}
    return FieldForm(data=given, prefix=form.prefix)


def _form(index: int, **kwargs: Any) -> FieldForm:
    return FieldForm(prefix=f"{PREFIX}-{index}", **kwargs)


def _initial(draft: FieldDraft) -> dict[str, Any]:
    options = {
        INPUTS.get((draft.kind, name), name): value
        for name, value in type_named(draft.kind).typed_options(draft.options).items()
    }
    return {
        "name": draft.name[:NAME_CHARACTERS],
        "kind": draft.kind,
        "role": draft.role,
        "unit": draft.unit,
        "required": draft.required,
        **options,
    }
