"""The form in which somebody describes a project and its fields; it works without JavaScript.

The buttons "add", "remove", "up" and "down" send the whole form, and it comes back changed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.limits import FIELDS_PER_PROJECT
from common.numbers import whole
from datasets.drafts import NAME_CHARACTERS, UNIT_CHARACTERS, FieldDraft, clean_draft
from datasets.field_types import FIELD_TYPES, type_named
from datasets.field_types import option_labels as labels
from datasets.models import Field
from projects.licences import LICENCES
from projects.models import Project

PREFIX = "fields"
COUNT = f"{PREFIX}-count"
#: Text has a longest length of its own: it shares its name with the sequence's.
TEXT_LENGTH = "characters"


class BasicsForm(forms.ModelForm[Project]):
    """What a project is about."""

    class Meta:
        model = Project
        fields = ("name", "pitch", "description", "task", "goal", "licence", "visibility")
        widgets = {"description": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "pitch": gettext_lazy("One sentence: what people add and why."),
            "description": gettext_lazy("Markdown. What counts as a good example?"),
            "goal": gettext_lazy("How many datapoints you hope for. Empty means no goal."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(one.spdx, f"{one.spdx}: {one.meaning}") for one in LICENCES]
        self.fields["licence"] = forms.ChoiceField(label=_("Licence"), choices=listed)


def _number(label: Any, **kwargs: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=64, widget=widget, **kwargs)


class FieldForm(forms.Form):
    """One field: its name, kind and role, and the options of all kinds."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=4 * 64)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[(t.kind, t.label) for t in FIELD_TYPES]
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Field.Role.choices)
    required = forms.BooleanField(label=gettext_lazy("Must be filled in"), required=False)
    unit = forms.CharField(
        label=gettext_lazy("Unit"), required=False, max_length=4 * UNIT_CHARACTERS
    )
    minimum = _number(gettext_lazy("Smallest value"))
    maximum = _number(gettext_lazy("Largest value"))
    categories = forms.CharField(
        label=gettext_lazy("Categories"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line."),
    )
    height = _number(labels.HEIGHT)
    width = _number(labels.WIDTH)
    max = _number(labels.LEVELS, help_text=gettext_lazy("1 is black and white."))
    channels = _number(labels.CHANNELS, help_text=gettext_lazy("2 can be drawn with a pen."))
    min_length = _number(labels.SHORTEST)
    max_length = _number(labels.LONGEST)
    characters = _number(labels.CHARACTERS)

    #: The option inputs, in groups by the kinds that read them.
    GROUPS = (
        ("number integer", ("unit", "minimum", "maximum")),
        ("category", ("categories",)),
        ("grid", ("height", "width", "max")),
        ("sequence", ("channels", "min_length", "max_length")),
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

    def draft(self) -> FieldDraft:
        """What the form says, unchecked."""
        said = self.cleaned_data
        type_ = type_named(said["kind"])
        sources = {name: name for name in type_.option_names}
        if type_.kind == Field.Kind.TEXT:
            sources = {"max_length": TEXT_LENGTH}
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
        if self.errors:
            return said
        try:
            clean_draft(self.draft())
        except Refused as refused:
            name = refused.field
            if said["kind"] == Field.Kind.TEXT and name == "max_length":
                name = TEXT_LENGTH
            self.add_error(name if name in self.fields else None, refused.message)
        return said


class FieldForms:
    """The forms of all fields of one page."""

    def __init__(self, forms_: Sequence[FieldForm]) -> None:
        self.forms = list(forms_)

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

    def is_valid(self) -> bool:
        """Whether every form is valid; all are checked."""
        checked = [form.is_valid() for form in self.forms]
        return all(checked)

    def drafts(self) -> list[FieldDraft]:
        """The drafts of valid forms."""
        return [form.draft() for form in self.forms]


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
    """The rows after one press of "add", "remove-<n>", "up-<n>" or "down-<n>"."""
    rows = sent_rows(data)
    act, _dash, number = order.partition("-")
    if act == "add":
        return [*rows, {"kind": "number", "role": "feature", "required": "on"}]
    index = whole(number)
    if index is None or index >= len(rows):
        return rows
    row = rows.pop(index)
    if act in ("up", "down"):
        rows.insert(max(0, index + (-1 if act == "up" else 1)), row)
    return rows


def _said(row: Mapping[str, str]) -> list[str]:
    return [text for name, text in row.items() if name not in ("kind", "role", "required")]


def _form(index: int, **kwargs: Any) -> FieldForm:
    return FieldForm(prefix=f"{PREFIX}-{index}", **kwargs)


def _initial(draft: FieldDraft) -> dict[str, Any]:
    options = dict(draft.options)
    if draft.kind == Field.Kind.TEXT and "max_length" in options:
        options[TEXT_LENGTH] = options.pop("max_length")
    listed = options.get("categories")
    if listed:
        labels = [one["label"] if isinstance(one, Mapping) else str(one) for one in listed]
        options["categories"] = "\n".join(labels)
    return {
        "name": draft.name[:NAME_CHARACTERS],
        "kind": draft.kind,
        "role": draft.role,
        "unit": draft.unit,
        "required": draft.required,
        **options,
    }
