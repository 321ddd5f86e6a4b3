"""Runs and models as the API answers them."""

from django.urls import reverse

from api.requests import ApiRequest
from api.schemas.training import BoardLine, ModelFileOut, ModelOut, RunOut
from training.asking import schema_of
from training.models import Run, TrainedModel
from training.queries import main_metric, status_of


def person_of(run: Run) -> str | None:
    """Who started it; a living champion's are nobody's."""
    return run.user.username if run.origin == Run.Origin.PERSON else None


def shown_run(request: ApiRequest, run: Run) -> RunOut:
    """One run; its project, person, snapshot and model were read with it."""
    status = status_of(run)
    place = status.place
    return RunOut(
        id=run.pk,
        number=run.number,
        project=run.project.slug,
        state=status.state,  # type: ignore[arg-type]
        reason=run.reason,
        person=person_of(run),
        preset=run.preset,
        architecture=run.architecture,
        settings=run.settings,
        data_version=run.snapshot.number if run.snapshot else None,
        epoch=run.epoch,
        epochs=run.epochs,
        best_epoch=run.best_epoch,
        stopping=status.stopping,
        ahead=place.position - 1 if place else None,
        seconds_left=status.seconds_left,
        metric=main_metric(run.project).key,
        score=run.score,
        low=run.low,
        high=run.high,
        metrics=run.metrics,
        baseline=run.baseline,
        model=trained_of(run),
        created=run.created,
        started=run.started,
        finished=run.finished,
        url=request.build_absolute_uri(reverse("run", args=[run.pk])),
    )


def trained_of(run: Run) -> int | None:
    """The number of the run's model, unless a moderator hid it."""
    found: TrainedModel | None = getattr(run, "trained", None)
    return found.pk if found is not None and not found.hidden else None


def shown_model(request: ApiRequest, model: TrainedModel) -> ModelOut:
    """One model; ``model.run`` came with its project, person and snapshot."""
    run = model.run
    assert run.snapshot is not None
    schema = schema_of(model)
    files = [
        ModelFileOut(
            name=name,
            sha256=sha256,
            url=request.build_absolute_uri(reverse("api:read_model_file", args=[model.pk, name])),
        )
        for name, sha256 in sorted(model.files.items())
    ]
    return ModelOut(
        id=model.pk,
        run=run.pk,
        project=run.project.slug,
        person=person_of(run),
        architecture=run.architecture,
        metric=main_metric(run.project).key,
        score=run.score,
        low=run.low,
        high=run.high,
        rows=run.snapshot.rows,
        data_version=run.snapshot.number,
        features=[field.name for field in schema.features],
        target=schema.target.name,
        parameters=run.parameters,
        files=files,
        created=model.created,
        url=request.build_absolute_uri(reverse("model", args=[model.pk])),
    )


def board_line(rank: int, run: Run) -> BoardLine:
    """One line of a board."""
    assert run.score is not None
    assert run.finished is not None
    return BoardLine(
        rank=rank,
        model=run.trained.pk,
        run=run.pk,
        person=person_of(run),
        architecture=run.architecture,
        score=run.score,
        rows=run.snapshot.rows if run.snapshot else 0,
        finished=run.finished,
    )
