"""A run's page, and the two ways to end it early."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import toasts
from common.http import AuthedRequest, HttpRequest
from live.queries import last_seq
from projects.access import Right
from training import queries, services
from training.access import may_steer, run_for, steered
from training.engine.architectures import Setting, architecture_named
from training.engine.faults import EngineFault
from training.lessons import lesson_of
from training.models import EpochPoint, Run
from training.predictor import predictor
from training.queries import Guess, Status
from training.showing import duration, shown_score, time_left, trainer_of
from training.spans import span
from training.views.outcome import outcome_of
from training.views.train import around
from training.wording import said, worded

#: Whoever looks at such a run wants to try its model next: PyTorch is loaded meanwhile.
SOON_TRIED = (Run.State.QUEUED, Run.State.RUNNING, Run.State.DONE)


@dataclass(frozen=True)
class Shown:
    """A setting of a run: its label, its value as text, and the slug of its lesson."""

    key: str
    label: str
    value: str

    @property
    def lesson(self) -> str:
        """The lesson that explains it."""
        return lesson_of(self.key)


@dataclass(frozen=True)
class Numbers:
    """The three numbers of a run: its own, the project's best, and guessing, as texts."""

    label: str
    own: str
    best: str
    guess: str


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """State, curve and figures of a run; parts of the page are fetched again as it goes on."""
    # Read first: what happens while the page is made is then told twice, never lost.
    seq = last_seq(services.topic_of(pk))
    found = run_for(request.user, pk)
    if found.state in SOON_TRIED:
        predictor.warm()
    points = queries.points_of(found.pk)
    status = queries.status_of(found)
    steers = may_steer(request.user, found)
    guessed = guess_of(found)
    told = queries.told_span(found)
    context = {
        **around(found.project, "train"),
        "run": found,
        "status": status,
        "topic": services.topic_of(found.pk),
        "seq": seq,
        "curve": queries.curve_of(found, points, guessed.loss),
        "reading": queries.reading_of(points),
        "left": time_left(status.seconds_left),
        "starts": duration(status.place.starts_in_seconds) if status.place else "",
        "takes": span(told.low, told.high) if told is not None else "",
        "squares": squares(found, status),
        "numbers": numbers(found, points, guessed),
        "settings": shown_settings(found),
        "architecture": label_of(found.architecture),
        "outcome": outcome_of(found),
        "reason": said(found.reason),
        "may_stop": steers and status.training and not status.stopping,
        "may_cancel": steers and status.waiting,
        "model_id": model_id_of(found),
        "by": trainer_of(found),
        "itself": found.origin == Run.Origin.CHAMPION,
        "may_stand": found.state == Run.State.DONE and found.project.may.maintain,
    }
    return render(request, "training/run.html", context)


@require_POST
@login_required
def stop(request: AuthedRequest, pk: int) -> HttpResponse:
    """Stop and keep the best."""
    found = steered(request.user, pk)
    services.request_stop(found, actor=request.user)
    toasts.saved(request, _("Stopping after this epoch. The best model so far is kept."))
    return redirect("run", pk=pk)


@require_POST
@login_required
def cancel(request: AuthedRequest, pk: int) -> HttpResponse:
    """Take a waiting run out of the queue."""
    found = steered(request.user, pk)
    if services.cancel(found, actor=request.user):
        toasts.saved(request, _("Run cancelled."))
    else:
        toasts.saved(request, _("It had just begun: it stops, and the best so far is kept."))
    return redirect("run", pk=pk)


def model_id_of(found: Run) -> int | None:
    """The run's model; None before its end, and when a champion's model was removed again."""
    trained = getattr(found, "trained", None)
    return trained.pk if trained is not None else None


@require_POST
@login_required
def again(request: AuthedRequest, pk: int) -> HttpResponse:
    """Start what the page suggests to try after this run."""
    found = run_for(request.user, pk, at_least=Right.PARTICIPATE)
    started = services.start_suggested(
        parent=found,
        user=request.user,
        rule=request.POST.get("rule", ""),
        key=request.POST.get("idempotency_key", ""),
    )
    if started.fresh:
        toasts.saved(request, _("Training started."))
    else:
        sentence = _("Run %(number)d was trained with these settings already: here it is.")
        toasts.saved(request, sentence % {"number": started.run.number})
    return redirect("run", pk=started.run.pk)


def squares(found: Run, status: Status) -> list[str]:
    """One class a planned epoch: d done, c now, b the best, empty still to come."""
    best = found.best_epoch if found.state == Run.State.DONE else None
    now = found.epoch + 1 if status.training else 0
    marks = []
    for epoch in range(1, found.epochs + 1):
        mark = "d" if epoch <= found.epoch else ""
        marks.append("b" if epoch == best else "c" if epoch == now else mark)
    return marks


def guess_of(found: Run) -> Guess:
    """What guessing reaches: on the run's own test rows, or meanwhile on all rows."""
    key = queries.main_metric(found.project).key
    test = (found.baseline.get("test") or {}).get(key)
    if "loss" not in found.baseline:
        fresh = queries.guess(found.project, found.settings.get("loss", ""))
        return Guess(fresh.metric if test is None else test, fresh.loss)
    return Guess(found.baseline.get("guess") if test is None else test, found.baseline["loss"])


def numbers(found: Run, points: list[EpochPoint], guessed: Guess) -> Numbers:
    """The run beside the best of the project and beside guessing."""
    metric = queries.main_metric(found.project)
    label = _("Test: %(metric)s") if found.score is not None else _("Validation: %(metric)s")
    own = found.score
    if own is None and points:
        own = points[-1].metric
    best = queries.best_of(found.project)
    return Numbers(
        label=label % {"metric": worded(metric.label)},
        own=shown_score(metric.key, own),
        best=shown_score(metric.key, best.score if best else None),
        guess=shown_score(metric.key, guessed.metric),
    )


def label_of(architecture: str) -> str:
    """The architecture's name as people read it."""
    try:
        return worded(architecture_named(architecture).label)
    except EngineFault:
        return architecture


def shown_settings(found: Run) -> list[Shown]:
    """Each setting of the run as its table shows it."""
    try:
        known: tuple[Setting, ...] = architecture_named(found.architecture).settings
    except EngineFault:
        known = ()
    return [
        Shown(setting.key, worded(setting.label), _shown(found.settings[setting.key]))
        for setting in known
        if setting.key in found.settings
    ]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return " → ".join(f"{row['units']} {row['activation']}" for row in value) or _("none")
    return worded(value) if isinstance(value, str) else str(value)
