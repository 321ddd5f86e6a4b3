"""The best models of the last seven days, across projects."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Max
from django.utils import timezone

from projects.models import Project
from projects.trending import shown_to_all
from training.engine.metrics import MAIN_METRIC
from training.models import Run
from training.queries.board import LABELS
from training.showing import shown_score, trainer_of

DAYS = 7


class WeekModel(NamedTuple):
    """A project's best model of the week; ``score`` and ``guessing`` as people read them."""

    project: Project
    model_id: int
    person: str
    by_champion: bool
    architecture: str
    metric: str
    score: str
    guessing: str


def best_of_week(limit: int) -> list[WeekModel]:
    """The public projects whose best new model is furthest from guessing, one model each.

    Two queries over the runs that ended within the week; models worse than guessing are left out.
    """
    new = Run.objects.filter(
        shown_to_all(),
        state=Run.State.DONE,
        finished__gte=timezone.now() - timedelta(days=DAYS),
        hidden=False,
        trained__hidden=False,
        skill__gt=0,
    ).order_by()
    best = list(new.values("project").annotate(best=Max("skill")).order_by("-best")[:limit])
    skills = {one["project"]: one["best"] for one in best}
    runs = new.filter(project__in=list(skills), skill__gte=min(skills.values(), default=0))
    first: dict[int, Run] = {}
    for run in runs.select_related("project", "user", "trained").order_by("finished", "pk"):
        if run.skill == skills[run.project_id]:
            first.setdefault(run.project_id, run)
    return [_shown(first[project]) for project in skills if project in first]


def _shown(run: Run) -> WeekModel:
    key = MAIN_METRIC[run.project.task]
    return WeekModel(
        run.project,
        run.trained.pk,
        trainer_of(run),
        run.origin == Run.Origin.CHAMPION,
        LABELS.get(run.architecture, run.architecture),
        key,
        shown_score(key, run.score),
        shown_score(key, (run.baseline.get("test") or {}).get(key)),
    )
