"""Starting a run: every reason why not comes before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

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
from projects.services import note_event
from training.advice import suggestion_by
from training.engine.architectures import (
    Architecture,
    architecture_named,
    default_architecture,
)
from training.engine.faults import EngineFault, Fault
from training.engine.settings import check_settings
from training.models import Run
from training.presets import preset_named
from training.queries import (
    Readiness,
    evidence_of,
    expected_span,
    job_key,
    left_today,
    readiness,
    split_problem,
    trained_alike,
    waiting_of,
)
from training.services.announcing import tell_state
from training.wording import said


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
    parent: Run | None = None,
) -> Run:
    """Queue a training on the project's accepted rows.

    Args:
        project: what to learn from.
        user: who starts it.
        architecture: a key of ``ARCHITECTURES``.
        settings: the settings that differ from the best recipe, by key.
        key: the idempotency key: the same key and settings give the same run.
        parent: the run of this project whose settings it began with.

    Raises:
        Missing, Forbidden: the person may not train here.
        SettingsRefused: a setting does not fit the project or its limits.
        Refused: there is too little data, or the person has started enough runs.
    """
    ready = _door(project, user)
    filled = checked(project, ready, architecture, settings)
    body = {"train": project.pk, "architecture": architecture, "settings": dict(settings)}
    if parent is not None:
        body["parent"] = parent.pk
    wish = Wish(architecture, filled, parent=parent)
    return _once(project, user, ready, wish, key, body)


def start_preset(*, project: Project, user: User, preset: str, key: str = "") -> Run:
    """Queue a training with a preset, on the network that fits the data best.

    Args:
        project, user, key: as in ``start_run``.
        preset: a key of ``PRESETS``.

    Raises: as ``start_run``; Refused also when there is no such preset.
    """
    ready = _door(project, user)
    assert ready.schema is not None
    architecture = default_architecture(ready.schema)
    wanted = preset_named(preset).settings_for(architecture, ready.schema, ready.rows)
    wish = Wish(architecture.key, checked(project, ready, architecture.key, wanted), preset=preset)
    return _once(project, user, ready, wish, key, {"train": project.pk, "preset": preset})


class Suggested(NamedTuple):
    """A run that was suggested; not ``fresh`` when one had these settings already."""

    run: Run
    fresh: bool


def start_suggested(*, parent: Run, user: User, rule: str, key: str = "") -> Suggested:
    """Queue what the advice after a finished run suggests; a run that was that already is given.

    Args:
        parent: the finished run.
        user, key: as in ``start_run``.
        rule: the key of the rule whose button was pressed, see ``training.advice.RULES``.

    Raises: as ``start_run``; Refused also when the rule finds nothing to train.
    """
    guarded(user, parent.project, at_least=Right.PARTICIPATE)
    seen = evidence_of(parent)
    found = suggestion_by(rule, seen) if seen is not None else None
    if found is None or found.settings is None:
        sentence = _("That does not follow from this run any more. Load its page again.")
        raise Refused(sentence, status=409)
    trained = trained_alike(parent, found.settings)
    if trained is not None:
        return Suggested(trained, fresh=False)
    ready = _door(parent.project, user)
    filled = checked(parent.project, ready, parent.architecture, found.settings)
    wish = Wish(parent.architecture, filled, found.preset, parent)
    body = {"train": parent.project_id, "after": parent.pk, "rule": rule}
    return Suggested(_once(parent.project, user, ready, wish, key, body), fresh=True)


@dataclass(frozen=True)
class Wish:
    """A run to be: every setting checked, and where they came from."""

    architecture: str
    settings: dict[str, Any]
    preset: str = ""
    parent: Run | None = None


def _door(project: Project, user: User) -> Readiness:
    guarded(user, project, at_least=Right.PARTICIPATE)
    ready = readiness(project)
    if ready.problem:
        raise Refused(ready.problem, status=409)
    return ready


def _once(
    project: Project,
    user: User,
    ready: Readiness,
    wish: Wish,
    key: str,
    body: Mapping[str, object],
) -> Run:
    expecting = _expecting(project, ready, wish)

    def act() -> dict[str, Any]:
        return {"run": _queued(project, user, wish, expecting).pk}

    answer = once(user, key, body, act)
    return Run.objects.get(pk=answer.answer["run"])


def _expecting(project: Project, ready: Readiness, wish: Wish) -> str:
    """How long the run is going to take, as its job keeps it, to be compared afterwards."""
    assert ready.schema is not None
    known = architecture_named(wish.architecture)
    return str(expected_span(project, known, ready.schema, ready.rows, wish.settings))


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
        raise SettingsRefused([("architecture", said(fault.lines[0]))]) from None
    try:
        filled = check_settings(known, settings, ready.schema, ready.rows)
    except EngineFault as fault:
        raise SettingsRefused([_worded(known, one) for one in fault.faults]) from None
    problem = split_problem(project, ready, filled["test_ratio"])
    if problem:
        raise SettingsRefused([("test_ratio", problem)])
    return filled


def _worded(architecture: Architecture, fault: Fault) -> tuple[str, str]:
    labels = {setting.key: setting.label for setting in architecture.settings}
    reason = said(fault.reason)
    if fault.column not in labels:
        return fault.column, reason[:1].upper() + reason[1:] + "."
    parts = {"setting": _(labels[fault.column]), "reason": reason, "value": fault.value}
    if fault.value and fault.column != "layers":
        sentence = _("%(setting)s: %(reason)s (you wrote %(value)s).")
    else:
        sentence = _("%(setting)s: %(reason)s.")
    return fault.column, sentence % parts


def _queued(project: Project, user: User, wish: Wish, expecting: str) -> Run:
    # The locks make "how many" and "which number" true until the commit (SQLite has one writer).
    User.objects.select_for_update().get(pk=user.pk)
    _check_quota(user)
    Project.objects.select_for_update().get(pk=project.pk)
    highest = Run.objects.filter(project=project).aggregate(highest=Max("number"))["highest"]
    run = Run.objects.create(
        project=project,
        user=user,
        number=(highest or 0) + 1,
        architecture=wish.architecture,
        settings=wish.settings,
        preset=wish.preset,
        parent=wish.parent,
        epochs=wish.settings["epochs"],
    )
    payload = {"run": run.pk, "expected": expecting}
    enqueue("train", job_key(run.pk), user_id=user.pk, payload=payload)
    note_event(project, user, "run")
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
