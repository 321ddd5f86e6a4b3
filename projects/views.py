"""The list of projects and the pages of one project's settings and members."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import Refused
from common.http import AuthedRequest, HttpRequest
from common.toasts import saved
from projects import queries, services
from projects.access import Right, project_for
from projects.cards import cards_for, counts_of
from projects.forms import SearchForm, SettingsForm
from projects.models import Project

PAGE = 12


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """Every project that the reader may find, newest first, with search and filter."""
    form = SearchForm(request.GET)
    form.full_clean()
    words = form.cleaned_data.get("q", "")
    show = form.cleaned_data.get("show", "")
    found = queries.search(request.user, words=words, show=show or "all")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "cards": cards_for(list(page.object_list)),
        "searched": bool(words or show),
        "newer_url": _page_url(words, show, page.number - 1) if page.has_previous() else None,
        "older_url": _page_url(words, show, page.number + 1) if page.has_next() else None,
    }
    return render(request, "projects/list.html", context)


def _page_url(words: str, show: str, number: int) -> str:
    asked = {"q": words, "show": show, "page": number if number > 1 else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"?{query}" if query else "?"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def project_settings(request: AuthedRequest, slug: str) -> HttpResponse:
    """Change what the project says about itself."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    owner = project.may >= Right.OWN
    if request.method != "POST":
        return _settings(request, project, SettingsForm(instance=project, owner=owner))
    form = SettingsForm(request.POST, instance=project, owner=owner)
    if not form.is_valid():
        return _settings(request, project, form, status=422)
    try:
        services.update_project(project, actor=request.user, **form.basics())
    except Refused as refused:
        if refused.field is None:
            raise
        form.add_error(refused.field, refused.message)
        return _settings(request, project, form, status=422)
    saved(request, _("The settings were saved."))
    return redirect("project_settings", slug)


def _settings(
    request: AuthedRequest, project: Project, form: SettingsForm, status: int = 200
) -> HttpResponse:
    context = {"project": project, "tab": "settings", "form": form, **counts_of(project)}
    return render(request, "projects/settings.html", context, status=status)
