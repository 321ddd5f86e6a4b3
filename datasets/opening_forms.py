"""What somebody is asked when they open a project: first one question, then what it is about."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.limits import OPENING_BYTES
from datasets.models import DataTable
from projects.licences import LICENCES
from projects.models import Project

QUESTION_CHARACTERS = 200
USUAL_ACCURACY = 80


class StartForm(forms.Form):
    """The first question, and the table to begin with."""

    question = forms.CharField(
        label=gettext_lazy("What do you want to predict?"),
        required=False,
        max_length=QUESTION_CHARACTERS,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("In your words, such as: will my tomato plant be watered enough?"),
    )
    file = forms.FileField(
        label=gettext_lazy("Choose a file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={
                "accept": ".csv,.tsv,.txt,.jsonl,.ndjson,.json,.parquet",
                "data-most": str(OPENING_BYTES),
            }
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste a table"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 6, "spellcheck": "false", "class": "mono", "data-nodraft": ""}
        ),
        help_text=gettext_lazy("Ten rows are enough to begin. Copied from a spreadsheet is fine."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sentence = _("CSV, JSON Lines, Parquet or a Table Schema, up to %(limit)s MB.")
        self.fields["file"].help_text = sentence % {"limit": OPENING_BYTES // 2**20}


class BasicsForm(forms.ModelForm[Project]):
    """What a project is about. Its task follows from its fields."""

    collects = forms.ChoiceField(
        label=gettext_lazy("Do you have the answers already, or shall the crowd give them?"),
        choices=[
            (
                DataTable.Collects.ROWS.value,
                gettext_lazy("They are there: whoever adds a datapoint says what it is."),
            ),
            (
                DataTable.Collects.LABELS.value,
                gettext_lazy(
                    "The crowd gives them: you add items without an answer, and several people "
                    "say what each of them is."
                ),
            ),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    accuracy = forms.IntegerField(
        label=gettext_lazy("How often right would be good?"),
        required=False,
        min_value=50,
        max_value=99,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("For the calculator: 50 to 99 percent."),
    )
    agree = forms.BooleanField(
        label=gettext_lazy(
            "The rows of my table are mine to give and become part of this project's data under "
            "the licence chosen above."
        ),
        error_messages={"required": gettext_lazy("Tick this to add the rows of your table.")},
    )
    idempotency_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    class Meta:
        model = Project
        fields = ("name", "pitch", "description", "goal", "licence", "visibility")
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "pitch": gettext_lazy("One sentence: what people add and why."),
            "description": gettext_lazy("Markdown. What counts as a good example?"),
            "goal": gettext_lazy("How many datapoints you hope for. Empty means no goal."),
        }

    def __init__(self, *args: Any, asks_consent: bool = False, **kwargs: Any) -> None:
        kwargs["initial"] = {**first_values(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["licence"] = forms.ChoiceField(
            label=_("Licence of the data"),
            choices=[(one.spdx, f"{one.spdx}: {one.plain}") for one in LICENCES],
            widget=forms.RadioSelect,
        )
        self.fields["visibility"] = forms.ChoiceField(
            label=_("Who sees it"), choices=visibilities(), widget=forms.RadioSelect
        )
        self.fields["accuracy"].unit = "%"  # type: ignore[attr-defined]
        if not asks_consent:
            del self.fields["agree"]

    def basics(self) -> dict[str, Any]:
        """The cleaned values as ``open_project`` takes them, but for the task."""
        said = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return {**said, "collects": self.cleaned_data["collects"] or DataTable.Collects.ROWS.value}

    @property
    def asks_for_labels(self) -> bool:
        """Whether the crowd is to give the answers, as the form stands."""
        return bool(self["collects"].value() == DataTable.Collects.LABELS)

    def _post_clean(self) -> None:
        # The service checks and writes: a ModelForm would build a project without its creator.
        pass


def first_values() -> dict[str, Any]:
    """What the form shows at first."""
    return {
        "licence": LICENCES[0].spdx,
        "collects": DataTable.Collects.ROWS.value,
        "visibility": Project.Visibility.UNLISTED,
        "accuracy": USUAL_ACCURACY,
        "idempotency_key": uuid.uuid4().hex,
    }


def visibilities() -> list[tuple[str, str]]:
    """Who may see a new project, in plain words; public comes later, from its checklist."""
    return [
        (
            Project.Visibility.UNLISTED,
            _(
                "Unlisted: everybody who has the link can look and add. You can have it listed "
                "once a few things are in place."
            ),
        ),
        (Project.Visibility.PRIVATE, _("Private: only people whom you invite see it.")),
    ]
