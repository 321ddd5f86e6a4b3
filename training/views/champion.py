"""The living champion: its curve on the project's page, and its settings for maintainers."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import toasts
from common.errors import Refused
from common.http import AuthedRequest, HttpRequest
from common.limits import (
    CHAMPION_GROWTH_PERCENT,
    CHAMPION_GROWTH_ROWS,
    CHAMPION_MINUTES,
    CHAMPION_MODELS_KEPT,
    MIN_ROWS_TO_TRAIN,
)
from projects.access import Right, project_for
from projects.models import Project
from training import queries
from training.access import run_for
from training.models import Champion, Run
from training.queries.learning import recipe_of
from training.queries.standing import learning_of
from training.services import champion as services
from training.views.runs import label_of, shown_settings
from training.views.train import around


@require_safe
def learning(request: HttpRequest, slug: str) -> HttpResponse:
    """The curve alone, as the project's page takes it in when something has happened."""
    project = project_for(request.user, slug)
    context = {"project": project, "learning": learning_of(project)}
    response = render(request, "training/_learning_body.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: AuthedRequest, slug: str) -> HttpResponse:
    """What the project trains by itself: switch it off and on, go back to the rule's recipe."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    if request.method == "POST":
        return _change(request, project)
    champion = Champion.objects.filter(project=project).first()
    ready = queries.readiness(project)
    recipe = recipe_of(champion, ready)
    context: dict[str, Any] = {
        **around(project, "settings"),
        "champion": champion,
        "on": champion is None or champion.enabled,
        "own": champion is not None and bool(champion.architecture),
        "recipe": recipe,
        "architecture": label_of(recipe.architecture) if recipe.architecture else "",
        "settings": shown_settings(Run(architecture=recipe.architecture, settings=recipe.settings)),
        "learning": learning_of(project),
        "kept": CHAMPION_MODELS_KEPT,
        "least": MIN_ROWS_TO_TRAIN,
        "percent": CHAMPION_GROWTH_PERCENT,
        "rows": CHAMPION_GROWTH_ROWS,
        "minutes": CHAMPION_MINUTES,
    }
    return render(request, "training/champion.html", context)


def _change(request: AuthedRequest, project: Project) -> HttpResponse:
    act = request.POST.get("act", "")
    if act == "default":
        services.back_to_default(project, request.user)
        toasts.saved(request, _("The project trains the recipe of the rule again."))
    elif act in ("on", "off"):
        services.switch(project, request.user, on=act == "on")
        on = _("The project trains by itself.")
        toasts.saved(request, on if act == "on" else _("The project does not train by itself."))
    else:
        raise Refused(_("Choose what to change: on, off, or the recipe of the rule."), status=422)
    return redirect("champion", slug=project.slug)


@require_POST
@login_required
def make_standing(request: AuthedRequest, pk: int) -> HttpResponse:
    """Make the settings of a finished run the project's standing recipe."""
    run = run_for(request.user, pk, at_least=Right.MAINTAIN)
    services.make_standing(run, request.user)
    toasts.saved(
        request,
        _("Run %(number)d is the standing recipe now: the project trains it by itself.")
        % {"number": run.number},
    )
    return redirect("champion", slug=run.project.slug)
