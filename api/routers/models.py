"""Models: the board, what each is, its files, and asking one."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Query, Router

from api.cursors import Paging, cut, place_in
from api.door import READ, Token
from api.problems import Problem
from api.requests import ApiRequest, asked
from api.schemas.training import (
    BoardOut,
    ModelOut,
    ModelsOut,
    PredictionNew,
    PredictionOut,
    PredictionsOut,
)
from api.showing.training import board_line, shown_model
from api.values import read_rows
from common.limits import PREDICTIONS_PER_MINUTE
from common.ratelimit import spend
from datasets.records import typed
from projects.access import project_for
from training.access import model_for
from training.asking import Answer, ask_rows, features_of
from training.models import TrainedModel
from training.queries import best_of, main_metric
from training.queries.board import board_runs, ranked
from training.views import models as pages
from training.views.models import asker

router = Router(tags=["models"])
READS = Token("read", optional=True)
FILES = Token("read", optional=True, gives="")
#: Asking a model changes nothing, though it is sent by POST.
ASKS = Token("read", optional=True, budget=READ)


@router.get("/projects/{slug:slug}/models", response=ModelsOut, auth=READS, summary="List models")
def list_models(
    request: HttpRequest, response: HttpResponse, slug: str, page: Query[Paging]
) -> ModelsOut:
    """The newest first; for the best first, read the board."""
    asking = asked(request)
    project = project_for(asking.user, slug)
    place = place_in(asking, page.cursor)
    found = TrainedModel.objects.filter(run__in=ranked(project).order_by().values("pk"))
    found = found.select_related("run__project", "run__user", "run__snapshot")
    if place is not None:
        found = found.filter(pk__lt=place)
    listed = list(found.order_by("-pk")[: page.limit + 1])
    items, following = cut(asking, response, listed, page.limit, lambda one: one.pk)
    return ModelsOut(items=[shown_model(asking, one) for one in items], next=following)


@router.get("/projects/{slug:slug}/board", response=BoardOut, auth=READS, summary="Read the board")
def read_board(request: HttpRequest, slug: str) -> BoardOut:
    """The best models, as the project's page ranks them."""
    project = project_for(asked(request).user, slug)
    metric = main_metric(project)
    lines = [board_line(rank, run) for rank, run in enumerate(board_runs(project), start=1)]
    return BoardOut(metric=metric.key, better=metric.better, items=lines)  # type: ignore[arg-type]


@router.get("/models/{int:model_id}", response=ModelOut, auth=READS, summary="Read a model")
def read_model(request: HttpRequest, model_id: int) -> ModelOut:
    """How good it is, what it learned from, and where its files are."""
    asking = asked(request)
    return shown_model(asking, model_for(asking.user, model_id))


@router.get("/models/{int:model_id}/files/{str:name}", auth=FILES, summary="Download a model")
def read_model_file(request: HttpRequest, model_id: int, name: str) -> HttpResponseBase:
    """One of the files that the model lists, as it was trained."""
    return pages.file(asked(request), model_id, name)


@router.get("/models/{int:model_id}/train.py", auth=FILES, summary="Download train.py")
def read_script(request: HttpRequest, model_id: int) -> HttpResponseBase:
    """One file that repeats the training on its version of the data."""
    return pages.script(asked(request), model_id)


@router.post(
    "/models/{int:model_id}/predictions",
    response=PredictionsOut,
    auth=ASKS,
    summary="Ask a model",
    tags=["predictions"],
)
def predict(request: HttpRequest, model_id: int, payload: PredictionNew) -> PredictionsOut:
    """What the model says of each row. The target is not needed, and is refused when it is sent."""
    asking = asked(request)
    return _asked(asking, model_for(asking.user, model_id), payload)


@router.post(
    "/projects/{slug:slug}/predictions",
    response=PredictionsOut,
    auth=ASKS,
    summary="Ask the best model of a project",
    tags=["predictions"],
)
def predict_best(request: HttpRequest, slug: str, payload: PredictionNew) -> PredictionsOut:
    """As asking a model, with the one that leads the board now; the answer names it."""
    asking = asked(request)
    best = best_of(project_for(asking.user, slug))
    if best is None:
        raise Problem("conflict", _("This project has no model yet: train one first."))
    return _asked(asking, model_for(asking.user, best.trained.pk), payload)


def _asked(request: ApiRequest, model: TrainedModel, payload: PredictionNew) -> PredictionsOut:
    spend("predict", asker(request), limit=PREDICTIONS_PER_MINUTE, seconds=60)
    fields = typed(features_of(model))
    answers = ask_rows(model, read_rows(fields, payload.rows))
    return PredictionsOut(
        model=model.pk,
        target=answers[0].target,
        unit=answers[0].unit,
        items=[_shown(answer) for answer in answers],
    )


def _shown(answer: Answer) -> PredictionOut:
    if answer.probabilities:
        return PredictionOut(value=answer.best, probabilities=dict(answer.probabilities))
    assert answer.value is not None
    return PredictionOut(value=answer.value, probabilities=None)
