"""Starting a run: every reason why not comes before anything is written."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.idempotency import once
from accounts.models import User
from common.errors import Refused
from common.limits import RUNS_PER_DAY, RUNS_WAITING_PER_PERSON
from jobs.services import enqueue
from projects.access import Right, guarded
from projects.models import Project
from training.engine.architectures import Architecture, architecture_named
from training.engine.faults import EngineFault, Fault
from training.engine.settings import check_settings
from training.models import Run
from training.queries import Readiness, job_key, left_today, readiness, waiting_of
from training.services.announcing import tell_state


class SettingsRefused(Refused):
    """Some settings do not fit; ``faults`` says all that is wrong, by the setting's key."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__(faults[0][1], field=faults[0][0] or None)
        self.faults = faults


def start_run(
    *,
    project: Project,
    user: User,
    architecture: str,
    settings: Mapping[str, Any],
    key: str = "",
) -> Run:
    """Queue a training on the project's accepted rows.

    Args:
        project: what to learn from.
        user: who starts it.
        architecture: a key of ``ARCHITECTURES``.
        settings: the settings that differ from the best recipe, by key.
        key: the idempotency key: the same key and settings give the same run.

    Raises:
        Missing, Forbidden: the person may not train here.
        SettingsRefused: a setting does not fit the project or its limits.
        Refused: there is too little data, or the person has started enough runs.
    """
    guarded(user, project, at_least=Right.PARTICIPATE)
    ready = readiness(project)
    if ready.problem:
        raise Refused(ready.problem, status=409)
    filled = checked(project, ready, architecture, settings)
    body = {"train": project.pk, "architecture": architecture, "settings": dict(settings)}

    def act() -> dict[str, Any]:
        return {"run": _queued(project, user, architecture, filled).pk}

    answer = once(user, key, body, act)
    return Run.objects.get(pk=answer.answer["run"])


def checked(
    project: Project, ready: Readiness, architecture: str, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """All settings of the run, the given ones checked and the others filled in.

    Raises:
        SettingsRefused: with every fault.
    """
    assert ready.schema is not None
    try:
        known = architecture_named(architecture)
    except EngineFault as fault:
        raise SettingsRefused([("architecture", fault.lines[0])]) from None
    try:
        return check_settings(known, settings, ready.schema, ready.rows)
    except EngineFault as fault:
        raise SettingsRefused([_worded(known, one) for one in fault.faults]) from None


def _worded(architecture: Architecture, fault: Fault) -> tuple[str, str]:
    labels = {setting.key: setting.label for setting in architecture.settings}
    if fault.column not in labels:
        return fault.column, fault.reason[:1].upper() + fault.reason[1:] + "."
    parts = {"setting": _(labels[fault.column]), "reason": fault.reason, "value": fault.value}
    if fault.value and fault.column != "layers":
        sentence = _("%(setting)s: %(reason)s (you wrote %(value)s).")
    else:
        sentence = _("%(setting)s: %(reason)s.")
    return fault.column, sentence % parts


def _queued(project: Project, user: User, architecture: str, settings: dict[str, Any]) -> Run:
    # The locks make "how many" and "which number" true until the commit (SQLite has one writer).
    User.objects.select_for_update().get(pk=user.pk)
    _check_quota(user)
    Project.objects.select_for_update().get(pk=project.pk)
    highest = Run.objects.filter(project=project).aggregate(highest=Max("number"))["highest"]
    run = Run.objects.create(
        project=project,
        user=user,
        number=(highest or 0) + 1,
        architecture=architecture,
        settings=settings,
        epochs=settings["epochs"],
    )
    enqueue("train", job_key(run.pk), user_id=user.pk, payload={"run": run.pk})
    tell_state(run.pk)
    return run


def _check_quota(user: User) -> None:
    waiting = waiting_of(user.pk).count()
    if waiting >= RUNS_WAITING_PER_PERSON:
        sentence = ngettext(
            "%(waiting)d of your runs is still waiting or training; the most is %(most)d. "
            "Wait for one to end, or cancel one.",
            "%(waiting)d of your runs are still waiting or training; the most is %(most)d. "
            "Wait for one to end, or cancel one.",
            waiting,
        )
        parts = {"waiting": waiting, "most": RUNS_WAITING_PER_PERSON}
        raise Refused(sentence % parts, status=429)
    if left_today(user.pk) < 1:
        raise Refused(
            _(
                "You started %(most)d runs within a day, which is the most. "
                "Failed and cancelled ones are not counted. Start the next one tomorrow."
            )
            % {"most": RUNS_PER_DAY},
            status=429,
        )
