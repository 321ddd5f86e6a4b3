"""Models of living champions that nobody needs any more: run, curve and score stay, files go."""

from functools import partial

from django.db import transaction

from common.limits import CHAMPION_MODELS_KEPT
from projects.models import Project
from search import services as search
from training import files, predictions
from training.finding import MODEL
from training.models import Run, TrainedModel
from training.queries.board import ranked

#: How many models go at once: the others go after the next training.
MOST = 50


def prune(project: Project) -> int:
    """Remove models and predictions of old runs of the project's champion; return how many.

    The newest few stay, and so do the best one and whatever a person's run began with. Killed
    half-way, or called twice, the next call removes what is left.
    """
    own = Run.objects.filter(project=project, origin=Run.Origin.CHAMPION, trained__isnull=False)
    kept = set(own.order_by("-pk").values_list("pk", flat=True)[:CHAMPION_MODELS_KEPT])
    for best in (ranked(project), ranked(project).filter(origin=Run.Origin.CHAMPION)):
        kept.update(best.values_list("pk", flat=True)[:1])
    old = own.exclude(pk__in=kept).exclude(children__isnull=False).order_by("pk")
    models = list(TrainedModel.objects.filter(run__in=list(old[:MOST])))
    for model in models:
        _remove(model)
    return len(models)


def _remove(model: TrainedModel) -> None:
    with transaction.atomic():
        predictions.forget(model.project_id, [model.run_id])
        search.forget(MODEL, model.pk)
        transaction.on_commit(partial(files.discard, model.folder), robust=True)
        model.delete()
