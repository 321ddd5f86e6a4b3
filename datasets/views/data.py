"""The data tab, a row's page, the wall's data and the schema."""

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from common.errors import Missing
from common.http import HttpRequest
from common.limits import ROWS_PER_PROJECT
from common.numbers import whole
from datasets import queries
from datasets.models import Snapshot
from datasets.queries.data_page import data_page
from datasets.services.browsing import wish_for
from datasets.snippets import use_it
from datasets.views import browsing
from projects.access import project_for
from projects.models import Project


@require_safe
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """The rows of a view as a table or a contact sheet, and the files."""
    project = project_for(request.user, slug)
    view = browsing.view_in(request, project)
    if browsing.is_from_form(request):
        return redirect(request.path + view.address())
    place, backward = browsing.place_asked(request, view)
    count_all = request.GET.get("count") == "all"
    page = data_page(view, place, backward=backward, count_all=count_all)
    wish_for(page)
    use = use_it(request, project)
    context = {
        "project": project,
        "tab": "data",
        "count": page.state.accepted,
        "people": page.state.people,
        "use_it": use,
        **browsing.shown(request, page, use.snapshot),
    }
    return render(request, "datasets/data.html", context, status=503 if page.too_slow else 200)


@require_safe
def wall_data(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of the wall as JSON. ``pictures=0`` leaves drawings out: enough for a thumbnail.

    ``every=40`` gives each fortieth cell only.
    """
    project = project_for(request.user, slug)
    after = number_in(request, "after")
    pictures = request.GET.get("pictures") != "0"
    every = min(max(1, number_in(request, "every") or 1), ROWS_PER_PROJECT)
    version = f"{project.pk}-{project.schema_version}-{project.goal}"
    etag = f'"{version}-{queries.wall_revision(project)}-{after}-{pictures}-{every}"'
    if request.headers.get("If-None-Match") == etag:
        return _fresh(HttpResponseNotModified(), etag)
    found = queries.wall_page(
        project, -1 if after is None else after, pictures=pictures, every=every
    )
    return _fresh(JsonResponse(found), etag)


def _fresh(response: HttpResponse, etag: str) -> HttpResponse:
    """Let browsers keep it, and ask each time whether it still stands."""
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
def table_schema(request: HttpRequest, slug: str) -> HttpResponse:
    """The project's Table Schema (Data Package v2)."""
    project = project_for(request.user, slug)
    options = {"indent": 1, "ensure_ascii": False}
    return JsonResponse(queries.table_schema(project), json_dumps_params=options)


def number_in(request: HttpRequest, name: str) -> int | None:
    """A whole number of the query; anything else counts as left out."""
    return whole(request.GET.get(name, ""))


def snapshot_of(project: Project, number: int) -> Snapshot:
    """The project's snapshot of that number.

    Raises:
        Missing: there is none.
    """
    found = Snapshot.objects.filter(project=project, number=number).first()
    if found is None:
        raise Missing
    return found
