"""Trying a model: from a filled-in form to what the model says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from datasets.field_types import type_of
from datasets.forms import DatapointForm
from datasets.models import Field
from training import files
from training.engine.schema import TableSchema
from training.models import TrainedModel
from training.predictor import predictor


@dataclass(frozen=True)
class Answer:
    """Either shares of classes, the highest first, or one value in the target's unit."""

    target: str
    unit: str
    probabilities: list[tuple[str, float]]
    value: float | None

    @property
    def best(self) -> str:
        """The most probable label."""
        return self.probabilities[0][0] if self.probabilities else ""


def schema_of(model: TrainedModel) -> TableSchema:
    """What the model's snapshot looked like."""
    assert model.run.snapshot is not None
    return TableSchema.from_json(model.run.snapshot.table_schema)


def features_of(model: TrainedModel) -> list[Field]:
    """The project's fields that the model looks at, in their order."""
    names = {field.name for field in schema_of(model).features}
    return [field for field in model.project.fields.all() if field.name in names]


def ask(model: TrainedModel, form: DatapointForm, *, seconds: float | None = None) -> Answer:
    """What the model says about a valid form of ``features_of`` it, within so many seconds.

    Raises:
        Refused: nothing was filled in, the model refuses a value, or cannot be asked now.
    """
    values = {field.pk: form.cleaned_data.get(name) for name, field in form.described.items()}
    [found] = ask_rows(model, [values], seconds=seconds)
    return found


def ask_rows(
    model: TrainedModel, rows: Sequence[Mapping[int, Any]], *, seconds: float | None = None
) -> list[Answer]:
    """What the model says about rows of checked values by field id, within so many seconds.

    Raises:
        Refused: as ``ask``.
    """
    fields = {field.pk: field for field in features_of(model)}
    said = [_said(fields, row) for row in rows]
    if not all(said):
        raise Refused(_("Fill in at least one value, then ask again."))
    try:
        folder = files.local_folder(model.folder, model.files)
    except files.ChangedFile as missing:
        sentence = _("The model's file %(name)s is missing. Train a new one.")
        raise Refused(sentence % {"name": str(missing)}, status=503) from None
    found = predictor.ask(folder, model.files, said, seconds=seconds)
    schema = schema_of(model)
    return [_answer(schema, one) for one in found]


def _said(fields: Mapping[int, Field], row: Mapping[int, Any]) -> dict[str, Any]:
    """A row as the engine reads it: lists as they are, codes and numbers as their text."""
    return {
        fields[pk].name: type_of(fields[pk]).asked(value)
        for pk, value in row.items()
        if value is not None
    }


def _answer(schema: TableSchema, found: Mapping[str, Any]) -> Answer:
    target = schema.target
    shares = found.get("probabilities")
    if isinstance(shares, dict):
        pairs = sorted(shares.items(), key=lambda pair: -float(pair[1]))
        listed = [(str(label), float(share)) for label, share in pairs]
        return Answer(target.name, target.unit, listed, None)
    return Answer(target.name, target.unit, [], float(found["value"]))
