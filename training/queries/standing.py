"""Where the living champion of a project stands now, and what its page shows of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.limits import MIN_ROWS_TO_TRAIN
from common.numbers import readable, share
from common.plots import Estimate, learning
from datasets.queries import count_of
from jobs.states import State as JobState
from projects.models import Project
from training.champion import after_shrinking, rests_until
from training.engine.metrics import Metric
from training.models import Champion, Run
from training.queries.board import main_metric
from training.queries.learning import Lesson, lessons_of, recipe_of, thinned
from training.queries.readiness import readiness
from training.queries.runs import ACTIVE, job_of
from training.showing import SHARES

#: Of the picture, in units that are about pixels: small, so that its words stay readable on phones.
SIZE = (460, 240)


class Standing(NamedTuple):
    """What the champion does now.

    ``state`` is one of: ``off`` (nobody wants it), ``closed`` (a draft, or hidden), ``few`` (rows
    are missing to begin), ``problem`` (the rows cannot be learnt from), ``training``, ``waiting``
    (in the queue), ``due`` (it comes next), ``resting`` (enough rows, the hour is not over),
    ``growing`` (rows are missing).
    """

    state: str
    accepted: int
    due_rows: int
    due_at: datetime | None = None
    run: Run | None = None
    #: How often the run went back to the queue because a person's run waited.
    yields: int = 0
    #: Why it cannot train, or why its last training failed.
    problem: str = ""

    @property
    def missing(self) -> int:
        """How many rows are missing until it is due."""
        return max(0, self.due_rows - self.accepted)


@dataclass(frozen=True)
class Learning:
    """What the project's page shows: the lessons of the champion and where it stands."""

    lessons: list[Lesson]
    standing: Standing
    metric: Metric

    @property
    def picture(self) -> SafeString:
        """Rows against score, each with its interval; of many an even part."""
        points = [
            Estimate(lesson.rows, lesson.score, lesson.low, lesson.high, _told(lesson))
            for lesson in thinned(self.lessons)
        ]
        label = _("%(metric)s on test rows against the number of datapoints, %(count)d trainings")
        return learning(
            points,
            self.baseline,
            label=label % {"metric": self.label, "count": len(self.lessons)},
            axis=(_("datapoints"), self.label),
            shown=self.shown,
            size=SIZE,
        )

    @property
    def baseline(self) -> float | None:
        """What guessing reached at the last training."""
        return self.lessons[-1].baseline if self.lessons else None

    @property
    def newest_first(self) -> list[Lesson]:
        """The lines of the table."""
        return thinned(self.lessons)[::-1]

    @property
    def label(self) -> str:
        """The metric's name in the reader's language."""
        return _(self.metric.label)

    @property
    def first(self) -> Lesson:
        """The lesson of the fewest rows."""
        return self.lessons[0]

    @property
    def last(self) -> Lesson:
        """The lesson of the most rows."""
        return self.lessons[-1]

    def shown(self, value: float) -> str:
        """A number of the y axis as text."""
        return share(value, 0) if self.metric.key in SHARES else readable(value)


def learning_of(project: Project) -> Learning:
    """Everything that the page shows; the number of queries does not grow with the runs."""
    lessons = lessons_of(project)
    return Learning(lessons, standing_of(project, taught=bool(lessons)), main_metric(project))


def standing_of(project: Project, *, taught: bool = False) -> Standing:
    """What the champion does now; ``taught`` when it has trained before."""
    champion = Champion.objects.filter(project=project).first()
    accepted = count_of(project).accepted
    rows, due_rows = (champion.rows, champion.due_rows) if champion else (0, MIN_ROWS_TO_TRAIN)
    rows, due_rows = after_shrinking(rows, due_rows, accepted)
    newest = Run.objects.filter(project=project, origin=Run.Origin.CHAMPION).first()
    if newest is not None and newest.state in ACTIVE:
        return _going(newest, accepted, due_rows)
    if project.hidden or not project.is_published:
        return Standing("closed", accepted, due_rows)
    if not settings.CHAMPIONS or (champion is not None and not champion.enabled):
        return Standing("off", accepted, due_rows)
    if accepted < MIN_ROWS_TO_TRAIN:
        return Standing("few", accepted, MIN_ROWS_TO_TRAIN)
    failed = newest.reason if newest is not None and newest.state == Run.State.FAILED else ""
    if not taught or (champion is not None and champion.architecture):
        # Looked at where it may be so only: it counts rows.
        failed = recipe_of(champion, readiness(project)).problem or failed
    until = rests_until(champion.queued if champion else None)
    resting = until is not None and until > timezone.now()
    if accepted < due_rows:
        state = "problem" if failed and not taught else "growing"
        return Standing(state, accepted, due_rows, until if resting else None, problem=failed)
    if failed and not resting:
        return Standing("problem", accepted, due_rows, problem=failed)
    return Standing("resting" if resting else "due", accepted, due_rows, until, problem=failed)


def _going(run: Run, accepted: int, due_rows: int) -> Standing:
    job = job_of(run.pk)
    waits = job is not None and job.state == JobState.QUEUED
    state = "waiting" if waits else "training"
    return Standing(state, accepted, due_rows, run=run, yields=job.yields if job else 0)


def _told(lesson: Lesson) -> str:
    """What a pointer that rests on a point is told."""
    parts = {"rows": readable(lesson.rows), "score": lesson.shown, "range": lesson.range}
    if not lesson.range:
        return _("%(rows)s datapoints: %(score)s") % parts
    return _("%(rows)s datapoints: %(score)s (95 %% interval %(range)s)") % parts
