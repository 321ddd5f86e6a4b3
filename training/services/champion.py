"""The living champion: a project trains its standing recipe by itself while its data grow."""

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Refused
from common.limits import CHAMPIONS_WAITING, MIN_ROWS_TO_TRAIN
from datasets.queries import count_of
from jobs.models import Job
from jobs.services import enqueue
from jobs.states import State as JobState
from projects.access import Right, guarded
from projects.models import Project
from training.champion import REST, Memory, after_shrinking, due_after, is_due, rests_until
from training.models import Champion, Run
from training.queries import job_key, readiness
from training.queries.learning import Recipe, active_run, due_projects, recipe_of, stopped_runs
from training.services.announcing import tell_state
from training.services.stopping import end

logger = logging.getLogger(__name__)
#: The kind of job: it gives way to every person's.
KIND = "champion"
#: How many projects one sweep looks at: the others come at the next, the longest waiting first.
A_SWEEP = 20
#: While too many wait, a project that is due is not asked again before so long.
PATIENCE = timedelta(minutes=1)

memory = Memory()


class _Wish(NamedTuple):
    """What to train, or why not."""

    recipe: Recipe | None
    preset: str


def hear(project_id: int, accepted: int) -> None:
    """Accepted rows came or went: look after the commit whether the project trains now.

    On the way of every datapoint: without a statement unless the project may be due.
    """
    if not settings.CHAMPIONS or memory.is_quiet(project_id, accepted, timezone.now()):
        return
    transaction.on_commit(partial(look, project_id), robust=True)


def look(project_id: int, *, now: datetime | None = None, rest: timedelta = REST) -> Run | None:
    """Queue a training of the standing recipe, if the project is due. At once or twice: one.

    Args:
        project_id: whose.
        now: what counts as now.
        rest: the least time since the last one; the demo grows faster than an hour.

    Returns:
        The run, or None when there is nothing to do.
    """
    now = now or timezone.now()
    project = Project.objects.select_related("creator").filter(pk=project_id).first()
    if project is None or not _may_train(project):
        memory.note(project_id, 0, 0, now + REST)
        return None
    accepted = count_of(project).accepted
    champion = _follow(settled(project), accepted)
    until = rests_until(champion.queued, rest) if champion.enabled else now + REST
    memory.note(project_id, champion.rows, champion.due_rows, until)
    if not champion.enabled or not is_due(accepted, champion.due_rows, champion.queued, now, rest):
        return None
    if active_run(project) is not None or _crowded():
        memory.note(project_id, champion.rows, champion.due_rows, now + PATIENCE)
        return None
    run = _queued(project, champion, accepted, _wish(project, champion), now)
    memory.note(project_id, accepted, due_after(accepted), now + rest if run else None)
    return run


def settled(project: Project) -> Champion:
    """The project's row, made at the first look: the rule's own recipe, switched on."""
    return Champion.objects.get_or_create(
        project=project, defaults={"due_rows": MIN_ROWS_TO_TRAIN}
    )[0]


def sweep(now: datetime | None = None) -> int:
    """Queue what became due by time only, and end what may not go on; return how many began.

    Bounded, and safe to be killed or run by several processes at once.
    """
    now = now or timezone.now()
    for run in stopped_runs(A_SWEEP) if settings.CHAMPIONS else []:
        end(run)
    if not settings.CHAMPIONS or _crowded():
        return 0
    begun = 0
    for project_id in due_projects(now, A_SWEEP):
        try:
            begun += look(project_id, now=now) is not None
        except Exception:
            # One project that cannot train must not keep the others from it.
            logger.exception("Project %s could not train by itself.", project_id)
    return begun


def make_standing(run: Run, actor: User) -> Champion:
    """From now on the project trains with the settings of that run.

    Raises:
        Missing, Forbidden: the actor does not maintain the project.
        Refused: the run did not end well.
    """
    guarded(actor, run.project, at_least=Right.MAINTAIN)
    if run.state != Run.State.DONE:
        raise Refused(
            _("Only a run that is done can become the standing recipe. Wait for its end."),
            status=409,
        )
    return _changed(run.project, architecture=run.architecture, settings=run.settings, enabled=True)


def back_to_default(project: Project, actor: User) -> Champion:
    """From now on the project trains with the recipe of the rule.

    Raises:
        Missing, Forbidden: the actor does not maintain the project.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    return _changed(project, architecture="", settings={}, enabled=True)


def switch(project: Project, actor: User, *, on: bool) -> Champion:
    """Let the project train by itself, or not any more: what waits or trains now is ended.

    Raises:
        Missing, Forbidden: the actor does not maintain the project.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    return set_enabled(project, on=on)


def set_enabled(project: Project, *, on: bool) -> Champion:
    """As ``switch``, for whoever was let in already: moderators."""
    with transaction.atomic():
        champion = settled(project)
        Champion.objects.filter(pk=champion.pk).update(enabled=on)
        run = None if on else active_run(project)
        if run is not None:
            end(run)
        transaction.on_commit(partial(look, project.pk), robust=True)
    champion.refresh_from_db()
    return champion


def note_begun(run: Run) -> None:
    """The project's own run has its snapshot: growth counts from there."""
    assert run.snapshot is not None
    rows = run.snapshot.rows
    # Unless the recipe was changed since it was queued: then the new one is due already.
    trained = Champion.objects.filter(project=run.project_id, due_rows__gt=F("rows"))
    trained.update(rows=rows, due_rows=due_after(rows))


def check_may_go_on(run: Run) -> None:
    """Make sure that the project still wants its own run.

    Raises:
        Refused: it was hidden, taken back or switched off meanwhile.
    """
    project = Project.objects.get(pk=run.project_id)
    wanted = Champion.objects.filter(project=project, enabled=True).exists()
    if not (_may_train(project) and wanted):
        raise Refused(_("The project does not train by itself now."))


def _may_train(project: Project) -> bool:
    return bool(settings.CHAMPIONS) and project.is_published and not project.hidden


def _crowded() -> bool:
    waiting = Job.objects.filter(kind=KIND, state=JobState.QUEUED)
    return waiting.count() >= CHAMPIONS_WAITING


def _changed(project: Project, **recipe: Any) -> Champion:
    """Another recipe, due at once: the hour since the last training still counts."""
    champion = settled(project)
    accepted = count_of(project).accepted
    Champion.objects.filter(pk=champion.pk).update(
        **recipe, rows=accepted, due_rows=max(MIN_ROWS_TO_TRAIN, accepted)
    )
    look(project.pk)
    champion.refresh_from_db()
    return champion


def _follow(champion: Champion, accepted: int) -> Champion:
    """Count growth from what is left when rows went."""
    rows, due_rows = after_shrinking(champion.rows, champion.due_rows, accepted)
    if (rows, due_rows) != (champion.rows, champion.due_rows):
        _same(champion).update(rows=rows, due_rows=due_rows)
        champion.refresh_from_db()
    return champion


def _wish(project: Project, champion: Champion) -> _Wish:
    ready = readiness(project)
    recipe = recipe_of(champion, ready)
    return _Wish(recipe if recipe.settings else None, "" if champion.architecture else "quick")


def _queued(
    project: Project, champion: Champion, accepted: int, wish: _Wish, now: datetime
) -> Run | None:
    """Note the growth and queue the run, once: whoever comes second finds another row."""
    counted = {"rows": accepted, "due_rows": due_after(accepted)}
    if wish.recipe is None:
        # Nothing to train on yet: asked again as the data grow, without an hour's rest.
        _same(champion).update(**counted)
        return None
    with transaction.atomic():
        # In the order of start_run, whose person may be the creator: else each waits for the other.
        User.objects.select_for_update().get(pk=project.creator_id)
        # The lock makes the number the run's own until the commit (SQLite has one writer).
        Project.objects.select_for_update().get(pk=project.pk)
        if _same(champion).filter(enabled=True).update(**counted, queued=now) != 1:
            return None
        numbers = Run.objects.filter(project=project).aggregate(highest=Max("number"))
        run = Run.objects.create(
            project=project,
            origin=Run.Origin.CHAMPION,
            preset=wish.preset,
            user=project.creator,
            number=(numbers["highest"] or 0) + 1,
            architecture=wish.recipe.architecture,
            settings=wish.recipe.settings,
            epochs=wish.recipe.settings["epochs"],
        )
        enqueue(KIND, job_key(run.pk), payload={"run": run.pk})
        tell_state(run.pk)
    return run


def _same(champion: Champion) -> Any:
    """The row, if it still says what was read."""
    return Champion.objects.filter(
        pk=champion.pk,
        rows=champion.rows,
        due_rows=champion.due_rows,
        queued=champion.queued,
        architecture=champion.architecture,
    )
