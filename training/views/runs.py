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
from training import queries, services
from training.access import may_steer, run_for, steered
from training.engine.architectures import Setting, architecture_named
from training.engine.faults import EngineFault
from training.models import EpochPoint, Run
from training.queries import Guess, Status
from training.showing import duration, shown_score, time_left
from training.views.train import around


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
    points = queries.points_of(found.pk)
    status = queries.status_of(found)
    steers = may_steer(request.user, found)
    guessed = guess_of(found)
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
        "squares": squares(found, status),
        "numbers": numbers(found, points, guessed),
        "settings": shown_settings(found),
        "architecture": label_of(found.architecture),
        "may_stop": steers and status.training and not status.stopping,
        "may_cancel": steers and status.waiting,
        "model_id": found.trained.pk if found.state == Run.State.DONE else None,
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
        label=label % {"metric": _(metric.label)},
        own=shown_score(metric.key, own),
        best=shown_score(metric.key, best.score if best else None),
        guess=shown_score(metric.key, guessed.metric),
    )


def label_of(architecture: str) -> str:
    """The architecture's name as people read it."""
    try:
        return _(architecture_named(architecture).label)
    except EngineFault:
        return architecture


def shown_settings(found: Run) -> list[tuple[str, str]]:
    """Label and value of each setting of the run."""
    try:
        known: tuple[Setting, ...] = architecture_named(found.architecture).settings
    except EngineFault:
        known = ()
    labels = {setting.key: _(setting.label) for setting in known}
    return [(labels.get(key, key), _shown(value)) for key, value in found.settings.items()]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return " → ".join(f"{row['units']} {row['activation']}" for row in value) or _("none")
    return str(value)
