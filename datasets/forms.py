"""The generated form of a datapoint, and what stands around it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from datasets import consent
from datasets.field_types import type_of
from datasets.models import Field
from datasets.queries import fields_of
from projects.models import Project


class DatapointForm(forms.Form):
    """One field of the form for each field of the project, named by its column."""

    def __init__(self, described: Mapping[str, Field], **given: Any) -> None:
        """Make a form of the project's fields, given by the names of their form fields."""
        super().__init__(**given)
        self.described = described
        # Not in a class made for the occasion: Django copies a class's fields for each form.
        self.fields.update({name: type_of(f).form_field() for name, f in described.items()})

    def typed(self) -> dict[str, str]:
        """What was sent, as texts that the form begins with again; files among them."""
        found = {}
        for name, field in self.fields.items():
            given = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            text = field.prepare_value(given)
            if text is not None:
                found[name] = str(text)
        return found

    def values(self) -> dict[int, Any]:
        """The cleaned values by field id, as ``datasets.services.contribute`` takes them."""
        return {field.pk: self.cleaned_data.get(name) for name, field in self.described.items()}


def datapoint_form(
    project: Project,
    *,
    fields: Iterable[Field] | None = None,
    data: Mapping[str, Any] | None = None,
    files: Mapping[str, Any] | None = None,
    initial: Mapping[str, Any] | None = None,
) -> DatapointForm:
    """Build the form of a project's datapoint, or of some of its fields.

    Form fields are named by columns (``c_<field id>``), never by what a person typed. ``initial``
    maps these names to texts or values.
    """
    listed = fields_of(project) if fields is None else fields
    described = {field.column: field for field in listed}
    return DatapointForm(described, data=data, files=files, initial=initial)


class ConsentForm(forms.Form):
    """The key of one act and, the first time, the contributor's agreement to the licence."""

    #: The input that says under which version of the schema the form was shown.
    VERSION = "schema_version"

    idempotency_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    schema_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    agree = forms.BooleanField(error_messages={"required": _("Tick this to add your datapoint.")})

    def __init__(self, project: Project, *args: Any, agreed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            # Shown again, the form is one of the fields as they are now.
            self.data = {**dict(self.data.items()), self.VERSION: str(project.schema_version)}
        else:
            self.initial[self.VERSION] = project.schema_version
        if agreed:
            del self.fields["agree"]
        else:
            self.fields["agree"].label = consent.text_of(project)


class RevisionForm(forms.Form):
    """Which revision of a row an edit begins from."""

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class ManyForm(forms.Form):
    """A table as text or as a file."""

    text = forms.CharField(
        label=_("Paste a table"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"}),
        help_text=_("First line: the names of the fields. Copied from a spreadsheet is fine."),
    )
    file = forms.FileField(
        label=_("Or choose a CSV file"), required=False, help_text=_("UTF-8, up to 4 MB.")
    )


class ConfirmForm(forms.Form):
    """What was previewed, signed, so that exactly this is added."""

    token = forms.CharField(max_length=500, widget=forms.HiddenInput)
