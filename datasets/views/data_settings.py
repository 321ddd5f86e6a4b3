"""The rules of a project's data, in plain words and with what follows from them."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from common import toasts
from common.errors import Refused
from common.http import AuthedRequest
from common.limits import REDUNDANCY
from datasets.models import DataTable
from datasets.queries import count_of
from datasets.reviewing.queue import waiting_rows
from datasets.services import ruling
from datasets.services.deciding import set_collecting
from projects.access import Right, project_for
from projects.models import Project

ACCEPTANCE = [
    (
        DataTable.Acceptance.AT_ONCE.value,
        gettext_lazy("At once. Every datapoint that fits joins the data; you can reject it later."),
    ),
    (
        DataTable.Acceptance.MAINTAINER.value,
        gettext_lazy("By a maintainer. Each datapoint of others waits until one of you looked."),
    ),
    (
        DataTable.Acceptance.PEERS.value,
        gettext_lazy(
            "By the crowd. Each datapoint waits until two others agree; it takes at least three "
            "people who take part."
        ),
    ),
]
DUPLICATES = [
    (
        DataTable.Duplicates.REFUSE.value,
        gettext_lazy("Refused. Each datapoint is there once: copies would count twice."),
    ),
    (
        DataTable.Duplicates.ALLOW.value,
        gettext_lazy("Allowed. Right where equal datapoints are real, such as answers by choice."),
    ),
]
COLLECTS = [
    (
        DataTable.Collects.ROWS.value,
        gettext_lazy("Whole datapoints: people add what they see and what it is."),
    ),
    (
        DataTable.Collects.LABELS.value,
        gettext_lazy(
            "Labels: maintainers add the items, and several people say what each of them is."
        ),
    ),
]


class RulesForm(forms.Form):
    """Who accepts datapoints, whether the same may come twice, and what people give."""

    acceptance = forms.ChoiceField(
        label=gettext_lazy("Who accepts a datapoint"), choices=ACCEPTANCE, widget=forms.RadioSelect
    )
    duplicates = forms.ChoiceField(
        label=gettext_lazy("The very same datapoint again"),
        choices=DUPLICATES,
        widget=forms.RadioSelect,
    )
    collects = forms.ChoiceField(
        label=gettext_lazy("What people give"), choices=COLLECTS, widget=forms.RadioSelect
    )
    redundancy = forms.IntegerField(
        label=gettext_lazy("Labels of an item"),
        min_value=1,
        max_value=REDUNDANCY,
        help_text=gettext_lazy("So many people label an item before it can be settled."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def data_settings(request: AuthedRequest, slug: str) -> HttpResponse:
    """The rules, and what changing them does to the rows that wait."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    if request.method != "POST":
        return page(request, project, None)
    form = RulesForm(request.POST)
    if not form.is_valid():
        return page(request, project, form, status=422)
    try:
        save(request, project, form)
    except Refused as refused:
        form.add_error(refused.field, refused.message)
        return page(request, project, form, status=refused.status)
    return redirect("data_settings", slug=project.slug)


def save(request: AuthedRequest, project: Project, form: RulesForm) -> None:
    """Change the rules.

    Raises:
        Refused: a rule cannot change now.
    """
    said = form.cleaned_data
    set_collecting(project, request.user, collects=said["collects"], redundancy=said["redundancy"])
    wished = ruling.Rules(said["acceptance"], said["duplicates"])
    ruling.set_rules(project, request.user, wished)
    toasts.saved(request, _("Saved. The rules hold for what comes from now on."))


@require_POST
@login_required
def accept_waiting(request: AuthedRequest, slug: str) -> HttpResponse:
    """Accept every row that waits now."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    count = ruling.accept_waiting(project, request.user)
    words = _("%(count)s datapoints are being accepted: they appear on the wall in a moment.")
    toasts.saved(request, words % {"count": count})
    return redirect("data_settings", slug=project.slug)


def page(
    request: AuthedRequest, project: Project, form: RulesForm | None, *, status: int = 200
) -> HttpResponse:
    """The page with the rules as they are, or as they were sent."""
    counts = count_of(project)
    rules = DataTable.objects.get(project=project)
    if form is None:
        names = ("acceptance", "duplicates", "collects", "redundancy")
        form = RulesForm(initial={name: getattr(rules, name) for name in names})
    context = {
        "project": project,
        "tab": "settings",
        "count": counts.accepted,
        "people": counts.people,
        "form": form,
        "rules": rules,
        "waiting": waiting_rows(project).count(),
    }
    return render(request, "datasets/data_settings.html", context, status=status)
