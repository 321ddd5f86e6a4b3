"""Trainings: started, followed, stopped."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from api.cursors import Paging, cut, place_in
from api.door import Token
from api.problems import misfit
from api.replays import Key, Made, at_once
from api.requests import ApiRequest, asked
from api.schemas.training import CurveOut, PointOut, RunNew, RunOut, RunsOut
from api.showing.training import shown_run
from common.limits import API_ITEMS
from projects.access import Right, project_for
from projects.models import Project
from training import services
from training.access import run_for, steered
from training.engine.architectures import default_architecture
from training.models import EpochPoint, Run
from training.queries import readiness

router = Router(tags=["runs"])
READS, TRAINS = Token("read", optional=True), Token("train")


@router.get("/projects/{slug:slug}/runs", response=RunsOut, auth=READS, summary="List trainings")
def list_runs(
    request: HttpRequest, response: HttpResponse, slug: str, page: Query[Paging]
) -> RunsOut:
    """The newest first."""
    asking = asked(request)
    project = project_for(asking.user, slug)
    place = place_in(asking, page.cursor)
    found = Run.objects.filter(project=project, hidden=False)
    found = found.select_related("project", "user", "snapshot", "trained")
    if place is not None:
        found = found.filter(pk__lt=place)
    listed = list(found.order_by("-pk")[: page.limit + 1])
    items, following = cut(asking, response, listed, page.limit, lambda run: run.pk)
    return RunsOut(items=[shown_run(asking, run) for run in items], next=following)


@router.post(
    "/projects/{slug:slug}/runs", response={201: RunOut}, auth=TRAINS, summary="Start a training"
)
def start_run(request: HttpRequest, slug: str, key: Key, payload: RunNew) -> HttpResponse:
    """Learns from the accepted datapoints of now. It waits until a worker is free."""
    asking = asked(request)
    project = project_for(asking.user, slug, at_least=Right.PARTICIPATE)
    if payload.preset and (payload.architecture or payload.settings):
        raise misfit("/preset", _("Send a preset or settings of your own, not both."))

    def act() -> Made:
        run = run_for(asking.user, _started(asking, project, payload).pk)
        place = request.build_absolute_uri(f"/api/v1/runs/{run.pk}")
        return Made(shown_run(asking, run), place)

    return at_once(asking, key, act)


def _started(request: ApiRequest, project: Project, payload: RunNew) -> Run:
    person = request.auth.user
    if not payload.architecture and not payload.settings:
        return services.start_preset(project=project, user=person, preset=payload.preset or "solid")
    architecture = payload.architecture or _fitting(project)
    return services.start_run(
        project=project, user=person, architecture=architecture, settings=payload.settings
    )


def _fitting(project: Project) -> str:
    """The architecture that fits the data best; without data any, since the run is refused."""
    schema = readiness(project).schema
    return default_architecture(schema).key if schema else "dense"


@router.get("/runs/{int:run_id}", response=RunOut, auth=READS, summary="Read a training")
def read_run(request: HttpRequest, run_id: int) -> RunOut:
    """Where it stands, and what came out."""
    asking = asked(request)
    return shown_run(asking, run_for(asking.user, run_id))


class Since(Schema):
    """Which points."""

    after: int = Field(0, ge=0, le=10_000_000, description="Only epochs after this one.")


@router.get("/runs/{int:run_id}/curve", response=CurveOut, auth=READS, summary="Read a curve")
def read_curve(request: HttpRequest, run_id: int, since: Query[Since]) -> CurveOut:
    """The losses of each epoch so far; with `after` only what is new."""
    run = run_for(asked(request).user, run_id)
    points = EpochPoint.objects.filter(run=run, epoch__gt=since.after)[:API_ITEMS]
    return CurveOut(
        run=run.pk,
        state=run.state,  # type: ignore[arg-type]
        epochs=run.epochs,
        items=[
            PointOut(
                epoch=point.epoch,
                train_loss=point.train_loss,
                validation_loss=point.validation_loss,
                metric=point.metric,
            )
            for point in points
        ],
    )


@router.post(
    "/runs/{int:run_id}/stop", response={200: RunOut}, auth=TRAINS, summary="Stop a training"
)
def stop_run(request: HttpRequest, run_id: int, key: Key) -> HttpResponse:
    """What is best so far is kept; one that waits is cancelled. For who started it, or maintains.

    A training that has ended answers 409.
    """
    asking = asked(request)

    def act() -> Made:
        services.request_stop(steered(asking.user, run_id), actor=asking.auth.user)
        return Made(shown_run(asking, run_for(asking.user, run_id)))

    return at_once(asking, key, act, status=200)
