"""What the project's best model says of a datapoint while somebody fills it in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.services import change_preferences
from common.errors import Refused
from common.http import AuthedRequest, HttpRequest
from common.limits import GUESSES_PER_MINUTE, MIN_ROWS_TO_TRAIN
from common.numbers import readable
from common.ratelimit import spend
from datasets.field_types import BadValue, type_of
from datasets.forms import datapoint_form
from datasets.queries import fields_of, target_of
from projects.access import project_for
from projects.models import Project
from training import queries
from training.asking import Answer, ask, features_of
from training.models import TrainedModel
from training.predictor import predictor
from training.queries.standing import standing_of
from training.views.models import asker

#: A guess is waited for so long: somebody who draws has gone on by then.
PATIENCE_SECONDS = 3.0
#: What the living champion does when a first model is on its way.
COMING = frozenset({"waiting", "training", "due"})


@require_http_methods(["GET", "HEAD", "POST"])
def guess(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: whether there is a model that could guess, which is then made ready. POST: its guess.

    The target is never read.
    """
    project = project_for(request.user, slug)
    best = queries.best_of(project)
    if best is None:
        return _part(request, project, waiting=first_model(project))
    found: TrainedModel = best.trained
    found.run, found.project = best, project
    if request.method != "POST":
        predictor.warm()
        return _part(request, project, found)
    spend("guess", asker(request), limit=GUESSES_PER_MINUTE, seconds=60)
    answer, late = answered(request, found)
    return _part(request, project, found, answer=answer, late=late)


def answered(request: HttpRequest, found: TrainedModel) -> tuple[Answer | None, bool]:
    """The model's answer, and whether it cannot be asked just now: then a script asks again.

    There is none while the form is incomplete, which is no error here.
    """
    features = features_of(found)
    form = datapoint_form(found.project, fields=features, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return None, False
    try:
        return ask(found, form, seconds=PATIENCE_SECONDS), False
    except Refused as refused:
        return None, refused.status == 503


def first_model(project: Project) -> str:
    """Why nothing guesses yet, and what is missing."""
    standing = standing_of(project)
    missing = MIN_ROWS_TO_TRAIN - standing.accepted
    if missing <= 0 and standing.state in COMING:
        return _("No model yet: the first one trains itself just now.")
    if missing <= 0:
        return _("No model yet: whoever trains the first one is named on the board.")
    if standing.state == "few":
        sentence = ngettext(
            "No model yet: %(count)s more datapoint, and the first one trains itself.",
            "No model yet: %(count)s more datapoints, and the first one trains itself.",
            missing,
        )
        return sentence % {"count": readable(missing)}
    sentence = ngettext(
        "No model yet: %(count)s more datapoint, and one can learn.",
        "No model yet: %(count)s more datapoints, and one can learn.",
        missing,
    )
    return sentence % {"count": readable(missing)}


def _part(
    request: HttpRequest,
    project: Project,
    model: TrainedModel | None = None,
    *,
    answer: Answer | None = None,
    waiting: str = "",
    late: bool = False,
) -> HttpResponse:
    context = {
        "project": project,
        "model": model,
        "answer": answer,
        "waiting": waiting,
        "late": late,
        "said": said(answer) if answer else "",
        "value": value_of(project, answer) if answer else "",
    }
    response = render(request, "training/_guess.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def value_of(project: Project, answer: Answer) -> str:
    """What the contribute form sends for the class that the model says."""
    target = target_of(fields_of(project))
    if target is None or not answer.probabilities:
        return ""
    type_ = type_of(target)
    try:
        value = type_.parse(answer.best)
    except BadValue:
        # The model learnt a class that has another name by now.
        return answer.best
    return "" if value is None else type_.show(value)


def said(answer: Answer) -> str:
    """The answer as one sentence, for those who listen."""
    if answer.probabilities:
        label, share = answer.probabilities[0]
        parts = {"label": label, "share": round(100 * share)}
        return _("The model says: %(label)s (%(share)s %%)") % parts
    value = f"{readable(answer.value, 3)} {answer.unit}".strip()
    return _("The model says: %(value)s") % {"value": value}


@require_POST
@login_required
def guesses(request: AuthedRequest) -> HttpResponse:
    """Show guesses while contributing, or do not: ``on`` is 1 or 0."""
    person = request.user
    change_preferences(
        person,
        about=person.about,
        language=person.language,
        shortcuts=person.shortcuts,
        guesses=request.POST.get("on") == "1",
    )
    return HttpResponse(status=204)
