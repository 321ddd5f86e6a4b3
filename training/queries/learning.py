"""The living champion as pages show it: what it trains, what it has learnt, when it goes on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from common.limits import MIN_ROWS_TO_TRAIN
from projects.models import Project
from training.champion import REST
from training.engine.architectures import architecture_named, default_architecture
from training.engine.faults import EngineFault
from training.engine.metrics import MAIN_METRIC
from training.engine.settings import check_settings
from training.models import Champion, Run
from training.presets import preset_named
from training.queries.board import LABELS, main_metric
from training.queries.readiness import Readiness
from training.queries.runs import ACTIVE
from training.showing import shown_score
from training.wording import said

#: The preset of a recipe that nobody chose.
DEFAULT_PRESET = "quick"
#: Points of a picture: of more, every k-th, the first and the last.
POINTS = 60
COLUMNS = (
    "pk", "number", "snapshot__rows", "score", "low", "high", "architecture", "finished",
    "baseline",
)  # fmt: skip
#: Of how many of the newest runs the picture is made.
NEWEST = 2_000


class Recipe(NamedTuple):
    """What the project trains; without settings ``problem`` says why it cannot."""

    architecture: str
    settings: dict[str, Any]
    problem: str = ""


class Lesson(NamedTuple):
    """One training of the champion: how well it did, having seen so many rows.

    ``low`` and ``high`` are the ends of the score's 95 % interval, where it is known.
    """

    run_id: int
    number: int
    rows: int
    score: float
    low: float | None
    high: float | None
    architecture: str
    when: datetime
    baseline: float | None
    metric: str

    @property
    def shown(self) -> str:
        """The score as text."""
        return shown_score(self.metric, self.score)

    @property
    def range(self) -> str:
        """The interval as text, or empty."""
        if self.low is None or self.high is None:
            return ""
        ends = {
            "low": shown_score(self.metric, self.low),
            "high": shown_score(self.metric, self.high),
        }
        return _("%(low)s to %(high)s") % ends


def recipe_of(champion: Champion | None, ready: Readiness) -> Recipe:
    """The standing recipe for the data as they are: the maintainers', else the rule's own."""
    if ready.problem or ready.schema is None:
        return Recipe("", {}, ready.problem)
    if champion is None or not champion.architecture:
        architecture = default_architecture(ready.schema)
        preset = preset_named(DEFAULT_PRESET)
        settings = preset.settings_for(architecture, ready.schema, ready.rows)
        return Recipe(architecture.key, settings)
    try:
        known = architecture_named(champion.architecture)
        settings = check_settings(known, champion.settings, ready.schema, ready.rows)
    except EngineFault as fault:
        sentence = _("The standing recipe does not fit any more: %(reason)s.")
        reason = said(fault.lines[0]).rstrip(".")
        return Recipe(champion.architecture, {}, sentence % {"reason": reason})
    return Recipe(known.key, settings)


def active_run(project: Project) -> Run | None:
    """The project's own run that waits or trains."""
    return Run.objects.filter(project=project, origin=Run.Origin.CHAMPION, state__in=ACTIVE).first()


def due_projects(now: datetime, limit: int) -> list[int]:
    """The projects to look at: due by rows and time, or shrunk; the longest waiting first."""
    going = Run.objects.filter(project=OuterRef("pk"), origin=Run.Origin.CHAMPION, state__in=ACTIVE)
    rested = Q(champion__queued__isnull=True) | Q(champion__queued__lte=now - REST)
    grown = Q(data_table__accepted__gte=F("champion__due_rows"))
    shrunk = Q(data_table__accepted__lt=F("champion__rows"))
    never = Q(champion__isnull=True)
    found = (
        Project.objects.filter(
            never | Q(champion__enabled=True) & rested & (grown | shrunk),
            state=Project.State.PUBLISHED,
            hidden=False,
            data_table__accepted__gte=MIN_ROWS_TO_TRAIN,
        )
        .exclude(Exists(going))
        .order_by(F("champion__queued").asc(nulls_first=True), "pk")
    )
    return list(found.values_list("pk", flat=True)[:limit])


def stopped_runs(limit: int) -> list[Run]:
    """Runs of champions that go on though their project is hidden or a draft again."""
    going = Run.objects.filter(origin=Run.Origin.CHAMPION, state__in=ACTIVE, stop_requested=False)
    shut = Q(project__hidden=True) | ~Q(project__state=Project.State.PUBLISHED)
    return list(going.filter(shut).select_related("project")[:limit])


def lessons_of(project: Project) -> list[Lesson]:
    """What the champion has learnt, fewest rows first; of equal rows the newest training."""
    metric = MAIN_METRIC[project.task]
    found = _taught(project).filter(hidden=False)
    by_rows: dict[int, Lesson] = {}
    for known in found.values(*COLUMNS)[:NEWEST]:
        lesson = _lesson(known, metric)
        by_rows.setdefault(lesson.rows, lesson)
    return sorted(by_rows.values(), key=lambda lesson: lesson.rows)


def _lesson(known: dict[str, Any], metric: str) -> Lesson:
    return Lesson(
        run_id=known["pk"],
        number=known["number"],
        rows=known["snapshot__rows"],
        score=known["score"],
        low=known["low"],
        high=known["high"],
        architecture=_(LABELS.get(known["architecture"], known["architecture"])),
        when=known["finished"],
        baseline=(known["baseline"].get("test") or {}).get(metric),
        metric=metric,
    )


def thinned(lessons: Sequence[Lesson], most: int = POINTS) -> list[Lesson]:
    """At most ``most`` of the lessons, evenly chosen, the first and the last among them."""
    if len(lessons) <= most:
        return list(lessons)
    last = len(lessons) - 1
    chosen = sorted({round(place * last / (most - 1)) for place in range(most)})
    return [lessons[place] for place in chosen]


def lesson_before(run: Run) -> Lesson | None:
    """What the champion of the run's project had learnt last before it."""
    before = _taught(run.project).filter(pk__lt=run.pk).values(*COLUMNS).first()
    return _lesson(before, MAIN_METRIC[run.project.task]) if before else None


def _taught(project: Project) -> QuerySet[Run]:
    """The champion's runs that ended with a score, the newest first."""
    return Run.objects.filter(
        project=project,
        origin=Run.Origin.CHAMPION,
        state=Run.State.DONE,
        score__isnull=False,
        snapshot__isnull=False,
        finished__isnull=False,
    ).order_by("-pk")


def learnt(run: Run) -> dict[str, Any]:
    """What the feed says of a finished run of the champion, see ``projects.sentences.learnt``."""
    rows = run.snapshot.rows if run.snapshot else 0
    before = lesson_before(run)
    metric = main_metric(run.project)
    payload: dict[str, Any] = {"number": run.number, "rows": rows, "metric": metric.key}
    if run.score is not None:
        payload["score"] = run.score
    if before is not None:
        payload |= {"new": rows - before.rows, "before": before.score}
        if run.score is not None:
            lower = metric.better == "lower"
            payload["worse"] = run.score > before.score if lower else run.score < before.score
    return payload
