"""Versions to download: their files, what describes them, and what was taken back."""

from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.downloads import Download, answer
from common.errors import Missing
from common.http import HttpRequest
from datasets.exports import FORMATS
from datasets.models import Snapshot
from datasets.packaging.croissant import croissant
from datasets.packaging.parts import PARTS
from datasets.packaging.subject import FILE, Subject
from datasets.queries.deletions import deletions
from datasets.queries.snapshots import newest
from datasets.services.snapshot_files import (
    Stored,
    check_there,
    file_of,
    made_file,
    values_are_few,
)
from datasets.views.data import snapshot_of
from projects.access import project_for
from projects.models import Project

#: A version never changes, but a moderator may take it away: no copy outlives that by a minute.
OPEN = "public, max-age=60, immutable"
#: What may change: asked for again each time.
OPEN_LIVE = "public, max-age=0, must-revalidate"
#: A private project's file belongs into no cache, and rights may end.
CLOSED = "private, no-store"


@require_safe
def snapshot_file(request: HttpRequest, slug: str, number: int, ext: str) -> HttpResponseBase:
    """A version of the data in one format, whole or in pieces."""
    project, is_open = _door(request, slug)
    snapshot = snapshot_of(project, number)
    return _sent(request, snapshot, file_of(snapshot, ext), ext, is_open=is_open)


@require_safe
def version_part(request: HttpRequest, slug: str, number: int, name: str) -> HttpResponseBase:
    """A file of the folder of a version: its data, or what describes them."""
    project, is_open = _door(request, slug)
    snapshot = snapshot_of(project, number)
    stem, _dot, ending = name.partition(".")
    if stem == FILE:
        return _sent(request, snapshot, file_of(snapshot, ending), ending, is_open=is_open)
    part = PARTS.get(name)
    if part is None:
        raise Missing
    check_there(snapshot)
    text = part.write(_subject(request, snapshot))
    response = HttpResponse(text, content_type=part.media_type)
    # Files that are made later are added to it: so it is asked for again.
    response["Cache-Control"] = OPEN_LIVE if is_open else CLOSED
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@require_safe
def latest_file(request: HttpRequest, slug: str, ext: str) -> HttpResponseBase:
    """The way to the newest version in one format."""
    project, is_open = _door(request, slug)
    if ext != "parquet" and ext not in FORMATS:
        raise Missing
    return _to(reverse("snapshot_file", args=[slug, _newest(project).number, ext]), is_open=is_open)


@require_safe
def latest_part(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """The way to a file of the folder of the newest version."""
    project, is_open = _door(request, slug)
    stem, _dot, ending = name.partition(".")
    known = name in PARTS or (stem == FILE and (ending == "parquet" or ending in FORMATS))
    if not known:
        raise Missing
    return _to(reverse("version_part", args=[slug, _newest(project).number, name]), is_open=is_open)


@require_safe
def live_croissant(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The newest data, whichever version has them, as Croissant describes live data."""
    project, is_open = _door(request, slug)
    text = croissant(_subject(request, _newest(project), live=True))
    response = HttpResponse(text, content_type="application/ld+json")
    response["Cache-Control"] = OPEN_LIVE if is_open else CLOSED
    return response


@require_safe
def deleted(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Which rows were taken back, when, and which versions still hold them: no values."""
    project, is_open = _door(request, slug)
    response = JsonResponse(deletions(project), json_dumps_params={"indent": 1})
    response["Cache-Control"] = OPEN_LIVE if is_open else CLOSED
    return response


def _door(request: HttpRequest, slug: str) -> tuple[Project, bool]:
    """The project, and whether it is open to everybody: then nobody is asked who they are.

    Raises:
        Missing: there is none, or the person may not know that there is.
    """
    try:
        return project_for(AnonymousUser(), slug), True
    except Missing:
        return project_for(request.user, slug), False


def _newest(project: Project) -> Snapshot:
    found = newest(project)
    if found is None:
        raise Missing
    return found


def _subject(request: HttpRequest, snapshot: Snapshot, *, live: bool = False) -> Subject:
    """The version with its files; of a small one all are made now."""
    project = snapshot.project
    few = values_are_few(snapshot)
    made = {
        ending: file_of(snapshot, ending) if few else made_file(snapshot, ending)
        for ending in ("parquet", *FORMATS)
    }
    page = request.build_absolute_uri(reverse("project", args=[project.slug]))
    folder = f"{page}data/latest/" if live else f"{page}data/v{snapshot.number}/"
    files = {ending: file for ending, file in made.items() if file is not None}
    return Subject(project, snapshot, page, folder, files, live)


def _sent(
    request: HttpRequest, snapshot: Snapshot, stored: Stored, ending: str, *, is_open: bool
) -> HttpResponseBase:
    file = Download(
        stored.bytes,
        f'"{stored.sha256}"',
        stored.media_type,
        lambda: default_storage.open(stored.name),
    )
    response = answer(request, file)
    name = f"{snapshot.project.slug}-v{snapshot.number}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = OPEN if is_open else CLOSED
    return response


def _to(address: str, *, is_open: bool) -> HttpResponseBase:
    response = redirect(address)
    response["Cache-Control"] = OPEN_LIVE if is_open else CLOSED
    return response
