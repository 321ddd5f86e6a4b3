"""The train tab and the models tab."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common import toasts
from common.errors import Refused
from common.http import HttpRequest
from common.limits import MIN_ROWS_TO_TRAIN, RUNS_PER_DAY
from common.numbers import whole
from datasets.queries import count_of
from jobs.queries import queue_overview
from live.queries import last_seq
from projects.access import Right, project_for
from projects.live import topic_of
from projects.models import Project
from training import queries, services
from training.engine.architectures import (
    ARCHITECTURES,
    Architecture,
    architecture_named,
    default_architecture,
)
from training.engine.faults import EngineFault
from training.forms import SettingsForm, layer_choices
from training.models import Run
from training.queries import Readiness
from training.showing import duration, shown_score


@dataclass(frozen=True)
class Choice:
    """One architecture on the train page; ``reason`` says why it does not fit, or is empty."""

    architecture: Architecture
    chosen: bool
    reason: str


@require_http_methods(["GET", "HEAD", "POST"])
def train(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of a run beside the last runs and the queue."""
    if request.method == "POST":
        return start(request, slug)
    project = project_for(request.user, slug)
    ready = queries.readiness(project)
    like = run_like(request, project)
    name = like.architecture if like else request.GET.get("architecture", "")
    architecture = wanted(name, ready)
    recipe, source = recipe_of(project, architecture, ready)
    if like is not None:
        recipe, source = dict(like.settings), None
    form = SettingsForm(architecture, recipe=recipe, key=uuid.uuid4().hex)
    return page(request, project, ready, form, source=source)


def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a run, or change the rows of layers and show the form again."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    ready = queries.readiness(project)
    name = request.POST.get("architecture", "")
    form = SettingsForm(wanted(name, ready), data=request.POST)
    if request.POST.get("change") == "architecture":
        chosen = urlencode({"architecture": form.architecture.key})
        return redirect(f"{reverse('train', args=[project.slug])}?{chosen}")
    if "change" in request.POST:
        form.change_layers(request.POST["change"])
        return page(request, project, ready, form)
    if not form.is_valid():
        return page(request, project, ready, form, status=422)
    try:
        run = services.start_run(
            project=project,
            user=request.user,
            architecture=name or form.architecture.key,
            settings=form.settings(),
            key=form.cleaned_data["idempotency_key"],
        )
    except services.SettingsRefused as refused:
        form.refuse(refused.faults)
        return page(request, project, ready, form, status=422)
    except Refused as refused:
        form.add_error(None, refused.message)
        return page(request, project, ready, form, status=refused.status)
    toasts.saved(request, _("Training started."))
    return redirect("run", pk=run.pk)


@require_safe
def models(request: HttpRequest, slug: str) -> HttpResponse:
    """The live board of the project's best models, and the newest ones."""
    project = project_for(request.user, slug)
    topic = topic_of(project.pk)
    # Read first: what happens while the page is made is then told twice, never lost.
    seq = last_seq(topic)
    board = queries.board(project)
    context = {
        **around(project, "models"),
        "topic": topic,
        "seq": seq,
        "board": board,
        "newest": queries.newest_models(project) if board else [],
        "metric": queries.main_metric(project),
        "least": MIN_ROWS_TO_TRAIN,
    }
    return render(request, "training/models.html", context)


def around(project: Project, tab: str) -> dict[str, Any]:
    """What the layout of a project's pages shows."""
    counts = count_of(project)
    return {"project": project, "tab": tab, "count": counts.accepted, "people": counts.people}


def run_like(request: HttpRequest, project: Project) -> Run | None:
    """The run of this project whose settings are to be changed, when the address names one."""
    number = whole(request.GET.get("like", ""))
    if number is None:
        return None
    return Run.objects.filter(project=project, hidden=False, pk=number).first()


def wanted(name: str, ready: Readiness) -> Architecture:
    """The architecture of that name, else the one that fits the data best."""
    try:
        return architecture_named(name)
    except EngineFault:
        return default_architecture(ready.schema) if ready.schema else ARCHITECTURES[0]


def recipe_of(
    project: Project, architecture: Architecture, ready: Readiness
) -> tuple[dict[str, Any], Run | None]:
    """The settings to begin with: those of the best run, else the engine's for such data."""
    best = queries.best_of(project, architecture.key)
    if best is not None:
        return dict(best.settings), best
    if ready.schema is None or architecture.fits(ready.schema) is not None:
        return {setting.key: setting.default for setting in architecture.settings}, None
    return architecture.default_settings(ready.schema, max(1, ready.rows)), None


def page(
    request: HttpRequest,
    project: Project,
    ready: Readiness,
    form: SettingsForm,
    *,
    source: Run | None = None,
    status: int = 200,
) -> HttpResponse:
    """The train page around a form."""
    topic = topic_of(project.pk)
    seq = last_seq(topic)
    user_id = request.user.pk if request.user.is_authenticated else None
    context = {
        **around(project, "train"),
        "topic": topic,
        "seq": seq,
        "ready": ready,
        "form": form,
        "choices": choices(ready, form.architecture),
        "source": source,
        "source_score": shown_score(queries.main_metric(project).key, source.score)
        if source
        else "",
        "estimate_words": duration(queries.estimate(project, form.architecture.key)),
        "runs": listed_runs(project),
        "queue": queue_overview("training"),
        "left": queries.left_today(user_id) if user_id else None,
        "most": RUNS_PER_DAY,
        "metric": queries.main_metric(project),
        **layer_choices(),
    }
    return render(request, "training/train.html", context, status=status)


@dataclass(frozen=True)
class Listed:
    """A run in the list beside the form; ``shown`` is its score as text, or empty."""

    run: Run
    shown: str
    losses: list[float]


def listed_runs(project: Project) -> list[Listed]:
    """The newest runs with their score and the shape of their curve; two queries."""
    runs = queries.recent_runs(project)
    losses = queries.losses_of(runs)
    key = queries.main_metric(project).key
    return [
        Listed(run, shown_score(key, run.score) if run.score is not None else "", losses[run.pk])
        for run in runs
    ]


def choices(ready: Readiness, chosen: Architecture) -> list[Choice]:
    """Every architecture, with the reason where one does not fit these fields."""
    return [
        Choice(
            architecture,
            chosen=architecture.key == chosen.key,
            reason=(architecture.fits(ready.schema) or "") if ready.schema else "",
        )
        for architecture in ARCHITECTURES
    ]
