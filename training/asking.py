"""Trying a model: from a filled-in form to what the model says."""

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
    row: dict[str, Any] = {}
    for name, field in form.described.items():
        value = form.cleaned_data.get(name)
        if value is not None:
            # Lists go as they are; codes and numbers as the text that the engine reads.
            row[field.name] = value if isinstance(value, list) else type_of(field).show(value)
    if not row:
        raise Refused(_("Fill in at least one value, then ask again."))
    try:
        folder = files.local_folder(model.folder, model.files)
    except files.ChangedFile as missing:
        sentence = _("The model's file %(name)s is missing. Train a new one.")
        raise Refused(sentence % {"name": str(missing)}, status=503) from None
    [found] = predictor.ask(folder, model.files, [row], seconds=seconds)
    return _answer(model, found)


def _answer(model: TrainedModel, found: dict[str, Any]) -> Answer:
    target = schema_of(model).target
    shares = found.get("probabilities")
    if isinstance(shares, dict):
        pairs = sorted(shares.items(), key=lambda pair: -float(pair[1]))
        listed = [(str(label), float(share)) for label, share in pairs]
        return Answer(target.name, target.unit, listed, None)
    return Answer(target.name, target.unit, [], float(found["value"]))
