"""The board of a project's best models."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from common.numbers import readable
from projects.models import Project
from training.engine.architectures import ARCHITECTURES
from training.engine.metrics import MAIN_METRIC, Metric, metric_named
from training.models import Run
from training.showing import shown_score, trainer_of

BOARD_ROWS = 10
LABELS = {architecture.key: architecture.label for architecture in ARCHITECTURES}


@dataclass(frozen=True)
class BoardRow:
    """One ranked model. ``score`` is of the test part, in the task's metric; ``shown`` and
    ``baseline``, what guessing reaches there, are its texts."""

    rank: int
    run_id: int
    number: int
    model_id: int
    #: Who trained it, as text; a living champion is no person.
    person: str
    champion: bool
    architecture: str
    score: float
    shown: str
    baseline: str
    rows: int
    when: datetime

    @property
    def url(self) -> str:
        """The model's page."""
        return reverse("model", args=[self.model_id])

    @property
    def person_url(self) -> str:
        """The page of whoever trained it; empty for a living champion."""
        return "" if self.champion else reverse("profile", args=[self.person])

    def as_json(self) -> dict[str, Any]:
        """The row as live events and snapshots carry it, worded in the active language."""
        words = {"rows": readable(self.rows), "when": self.when.isoformat()}
        return asdict(self) | words | {"url": self.url, "person_url": self.person_url}


def main_metric(project: Project) -> Metric:
    """The metric by which the project's models are ordered."""
    return metric_named(MAIN_METRIC[project.task])


def ranked(project: Project) -> QuerySet[Run]:
    """The finished runs whose model may be shown, the best first; of equal ones the earlier."""
    lower = main_metric(project).better == "lower"
    order = F("score").asc() if lower else F("score").desc()
    shown = Run.objects.filter(
        project=project,
        state=Run.State.DONE,
        hidden=False,
        score__isnull=False,
        trained__isnull=False,
        trained__hidden=False,
    )
    return shown.order_by(order, "finished", "pk")


def board(project: Project, limit: int = BOARD_ROWS) -> list[BoardRow]:
    """The best models of the project; one query. Of its living champion only the best one."""
    key = MAIN_METRIC[project.task]
    return [_row(rank, run, key) for rank, run in enumerate(board_runs(project, limit), start=1)]


def board_runs(project: Project, limit: int = BOARD_ROWS) -> QuerySet[Run]:
    """The runs of the board, the best first, with their people, models and snapshots."""
    best = ranked(project)
    own = Q(origin=Run.Origin.CHAMPION)
    best = best.exclude(own & ~Q(pk__in=best.filter(own).values("pk")[:1]))
    return best.select_related("user", "trained", "snapshot")[:limit]


def best_of(project: Project, architecture: str = "") -> Run | None:
    """The run of the best model, of one architecture when it is named."""
    found = ranked(project)
    if architecture:
        found = found.filter(architecture=architecture)
    return found.select_related("user", "trained").first()


def newest_models(project: Project, limit: int = 20) -> list[Run]:
    """The runs whose models came last, newest first."""
    found = ranked(project).order_by("-finished", "-pk")
    return list(found.select_related("user", "trained", "snapshot")[:limit])


def _row(rank: int, run: Run, key: str) -> BoardRow:
    assert run.score is not None
    assert run.finished is not None
    return BoardRow(
        rank=rank,
        run_id=run.pk,
        number=run.number,
        model_id=run.trained.pk,
        person=trainer_of(run),
        champion=run.origin == Run.Origin.CHAMPION,
        architecture=LABELS.get(run.architecture, run.architecture),
        score=run.score,
        shown=shown_score(key, run.score),
        baseline=shown_score(key, (run.baseline.get("test") or {}).get(key)),
        rows=run.snapshot.rows if run.snapshot else 0,
        when=run.finished,
    )
