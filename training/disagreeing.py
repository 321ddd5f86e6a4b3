"""Where the best model and the data disagree: for whoever looks after the data."""

from collections.abc import Callable, Sequence

from django.db.models import Avg, F
from django.urls import reverse

from common.errors import Refused
from common.numbers import readable
from datasets import schema
from datasets.field_types import type_of
from datasets.models import Flag, RowChange
from datasets.queries import Purpose, rows
from datasets.reviewing import opinions
from datasets.reviewing.opinions import Opinion
from datasets.services import flagging
from datasets.services.flagging import Found
from projects.models import Project
from training.asking import Answer, ask_rows, features_of
from training.models import Run, TrainedModel
from training.predictions import prediction_table, table_name
from training.queries.board import best_of
from training.queries.outcome import classes_of

#: −ln 0.05: the model gave what the row says less than one chance in twenty.
SURE_LOSS = 2.996
#: Of a number: as many times the model's typical error, squared.
FAR = 6.0**2
MOST = 300
#: How long a page waits for the model.
PATIENCE_SECONDS = 2.0


def install() -> None:
    """Tell the data what models say; called once the apps are ready."""
    flagging.add_finder(Flag.Kind.MODEL, disagreements)
    opinions.register(opinions_on)


def flag(run: Run) -> None:
    """Flag what a run's model disagrees with, when it is the project's best now."""
    best = best_of(run.project)
    if best is not None and best.pk == run.pk:
        flagging.set_flags(run.project, Flag.Kind.MODEL, disagreements(run.project))


def disagreements(project: Project) -> dict[int, Found]:
    """The rows that the best model finds most wrong, by its stored predictions.

    Of a classification those whose class it gave less than one chance in twenty, and another one
    more; of a regression those more than six typical errors away. Rows that were corrected since
    the model's snapshot are left out.
    """
    best = best_of(project)
    if best is None or best.snapshot is None or not schema.exists(table_name(project.pk)):
        return {}
    table = prediction_table(project, 0)._default_manager.filter(run=best.pk)
    if project.task == Project.Task.CLASSIFICATION:
        wrong = table.filter(loss__gt=SURE_LOSS).exclude(prediction=F("target"))
        listed = wrong.order_by("-loss").values_list("row", "target", "prediction", "loss")
    else:
        away = (F("prediction") - F("target")) * (F("prediction") - F("target"))
        usual = table.aggregate(usual=Avg(away))["usual"] or 0.0
        far = table.annotate(away=away).filter(away__gt=FAR * usual)
        listed = far.order_by("-away").values_list("row", "target", "prediction", "away")
    found = list(listed[:MOST])
    standing = _standing(best, [row for row, *_rest in found])
    words = _words(best)
    return {
        row: Found(float(strength), {"said": words(said), "given": words(given)})
        for row, given, said, strength in found
        if row in standing
    }


def opinions_on(project: Project, ids: Sequence[int]) -> dict[int, Opinion]:
    """What the best model says of rows, also of such that it has never seen.

    Nothing where it cannot be asked in time: the page is there without it.
    """
    best = best_of(project) if ids else None
    if best is None:
        return {}
    model: TrainedModel = best.trained
    model.run, model.project = best, project
    fields = [(field, type_of(field)) for field in features_of(model)]
    table = rows(project, Purpose.MODERATION).order_by().filter(pk__in=list(ids))
    asked = {
        row.pk: {field.pk: type_.value_of(getattr(row, field.column)) for field, type_ in fields}
        for row in table
    }
    asked = {
        pk: values for pk, values in asked.items() if any(v is not None for v in values.values())
    }
    try:
        answers = ask_rows(model, list(asked.values()), seconds=PATIENCE_SECONDS) if asked else []
    except Refused:
        return {}
    url = reverse("model", args=[model.pk])
    return {row: _opinion(answer, url) for row, answer in zip(asked, answers, strict=True)}


def _opinion(answer: Answer, url: str) -> Opinion:
    if answer.probabilities:
        label, share = answer.probabilities[0]
        return Opinion(label, share, url)
    unit = f" {answer.unit}" if answer.unit else ""
    return Opinion(f"{readable(answer.value)}{unit}", None, url)


def _standing(best: Run, ids: list[int]) -> set[int]:
    """The rows whose values are those that the model has seen."""
    assert best.snapshot is not None
    changed = RowChange.objects.filter(
        project=best.project,
        row__in=ids,
        kind__in=(RowChange.Kind.EDITED, RowChange.Kind.SCHEMA),
        created__gt=best.snapshot.created,
    )
    kept = rows(best.project, Purpose.COUNT).order_by().filter(pk__in=ids)
    return set(kept.values_list("pk", flat=True)) - set(changed.values_list("row", flat=True))


def _words(best: Run) -> Callable[[float], str]:
    """How the run's classes or numbers are written."""
    labels = classes_of(best)

    def words(value: float) -> str:
        if not labels:
            return readable(value)
        return labels[int(value)] if 0 <= int(value) < len(labels) else str(int(value))

    return words
