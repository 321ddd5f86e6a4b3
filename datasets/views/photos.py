"""The photos and pictures of rows, to whoever may see the row, and harmless in every browser."""

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from common.errors import Missing
from common.http import HttpRequest
from datasets.images import store
from datasets.models import RowState
from datasets.queries import Purpose, rows, typed_fields
from projects.access import Right, project_for
from projects.models import Project

#: Nothing in it runs, whatever a browser takes it for.
SANDBOX = "default-src 'none'; sandbox"


@require_safe
def photo(
    request: HttpRequest, slug: str, pk: int, field: int, *, thumbnail: bool = False
) -> HttpResponseBase:
    """The picture of a row's field as it is kept, or its thumbnail."""
    project = project_for(request.user, slug)
    key = _key_of(project, request.user.pk, pk, field)
    etag = f'"{key}{"-small" if thumbnail else ""}"'
    if request.headers.get("If-None-Match") == etag:
        return _guarded(HttpResponseNotModified(), etag)
    data = store.load(project.pk, key, thumbnail=thumbnail)
    if data is None:
        raise Missing
    ending = key.rpartition(".")[2]
    response = HttpResponse(data, content_type=store.TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{project.slug}-{pk}.{ending}"'
    return _guarded(response, etag)


def _key_of(project: Project, user_id: int | None, pk: int, field_id: int) -> str:
    """The key of the picture; missing where a row's page is missing, too."""
    fields = typed_fields(project)
    found = next((pair for pair in fields if pair[0].pk == field_id and pair[1].has_file), None)
    if found is None:
        raise Missing
    field, type_ = found
    listed = rows(project, Purpose.MODERATION, [one for one, _type in fields]).filter(pk=pk)
    row = listed.values_list("state", "contribution__user_id", field.column).first()
    if row is None or row[2] is None:
        raise Missing
    state, owner, stored = row
    if state != RowState.ACCEPTED and owner != user_id and project.may < Right.MAINTAIN:
        raise Missing
    return str(type_.from_storage(stored))


def _guarded(response: HttpResponse, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    # Rights may end and a row may be withdrawn: each time it is asked again.
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    return response
