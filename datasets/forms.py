"""The generated form of a datapoint."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from datasets.field_types import type_of
from datasets.models import Field
from datasets.queries import fields_of
from projects.models import Project


class DatapointForm(forms.Form):
    """One field of the form for each field of the project, named by its column."""

    #: The project's fields by the name of their form field.
    described: Mapping[str, Field] = {}

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
    listed = list(fields_of(project) if fields is None else fields)
    described = {field.column: field for field in listed}
    body: dict[str, Any] = {name: type_of(f).form_field() for name, f in described.items()}
    body["described"] = described
    class_ = type("GeneratedDatapointForm", (DatapointForm,), body)
    form: DatapointForm = class_(data=data, files=files, initial=initial)
    return form
