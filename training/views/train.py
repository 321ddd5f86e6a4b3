"""The train tab and the models tab."""

import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from common import toasts
from common.errors import Refused
from common.http import HttpRequest
from common.limits import MIN_ROWS_TO_TRAIN, RUNS_PER_DAY
from common.numbers import whole
from datasets.queries import count_of
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
from training.presets import PRESETS
from training.queries import Readiness
from training.showing import shown_score
from training.spans import span
from training.views.presets import cards, wait_words
from training.wording import said

#: Whoever comes with one of these wants to see the settings.
CHOSEN = ("from", "preset", "architecture")


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
    start_from = begun_with(request, project, ready)
    form = SettingsForm(
        start_from.architecture,
        recipe=start_from.recipe | {"parent": start_from.parent},
        key=uuid.uuid4().hex,
    )
    return page(request, project, ready, form, source=start_from.source)


class Beginning(NamedTuple):
    """What the form begins with; ``source`` is the best run when the settings are its."""

    architecture: Architecture
    recipe: dict[str, Any]
    source: Run | None = None
    parent: int | None = None


def begun_with(request: HttpRequest, project: Project, ready: Readiness) -> Beginning:
    """The settings of ``?from=<run>``, else of ``?preset=<key>``, else the best so far."""
    run = run_named(project, request.GET.get("from", ""))
    if run is not None:
        return Beginning(wanted(run.architecture, ready), dict(run.settings), parent=run.pk)
    architecture = wanted(request.GET.get("architecture", ""), ready)
    preset = next((one for one in PRESETS if one.key == request.GET.get("preset")), None)
    if preset is not None and ready.schema and architecture.fits(ready.schema) is None:
        rows = max(1, ready.rows)
        return Beginning(architecture, preset.settings_for(architecture, ready.schema, rows))
    recipe, source = recipe_of(project, architecture, ready)
    return Beginning(architecture, recipe, source)


def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a run, or change the rows of layers and show the form again."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    ready = queries.readiness(project)
    if "preset" in request.POST:
        return start_preset(request, project, request.user)
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
            parent=run_named(project, form.cleaned_data["parent"]),
        )
    except services.SettingsRefused as refused:
        form.refuse(refused.faults)
        return page(request, project, ready, form, status=422)
    except Refused as refused:
        form.add_error(None, refused.message)
        return page(request, project, ready, form, status=refused.status)
    toasts.saved(request, _("Training started."))
    return redirect("run", pk=run.pk)


def start_preset(request: HttpRequest, project: Project, user: User) -> HttpResponse:
    """Start a run with one of the presets: nothing else is asked."""
    run = services.start_preset(
        project=project,
        user=user,
        preset=request.POST["preset"],
        key=request.POST.get("idempotency_key", ""),
    )
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


def run_named(project: Project, number: str) -> Run | None:
    """The run of this project with that number, when it may be seen; its settings are taken on."""
    pk = whole(number)
    if pk is None:
        return None
    return Run.objects.filter(project=project, hidden=False, pk=pk).first()


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
    kept = form.is_bound or any(name in request.GET for name in CHOSEN)
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
        "cards": cards(project, ready),
        "wait": wait_words(user_id),
        "estimate_words": estimate_words(project, ready, form),
        "settings_open": kept,
        "runs": listed_runs(project),
        "left": queries.left_today(user_id) if user_id else None,
        "most": RUNS_PER_DAY,
        "metric": queries.main_metric(project),
        **layer_choices(),
    }
    return render(request, "training/train.html", context, status=status)


def estimate_words(project: Project, ready: Readiness, form: SettingsForm) -> str:
    """How long the settings take that the form begins with, as words; empty when nobody knows."""
    architecture = form.architecture
    if form.is_bound or ready.schema is None or architecture.fits(ready.schema) is not None:
        return ""
    rows = max(1, ready.rows)
    takes = queries.expected_span(project, architecture, ready.schema, rows, form.initial)
    return span(takes.low, takes.high)


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
            reason=said(architecture.fits(ready.schema) or "") if ready.schema else "",
        )
        for architecture in ARCHITECTURES
    ]
