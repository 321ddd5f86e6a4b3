"""Snapshots to download."""

from collections.abc import Callable, Iterator
from typing import IO

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from common.errors import Missing
from common.http import HttpRequest
from datasets.exports import csv_lines, jsonl_lines
from datasets.models import Snapshot
from datasets.views.data import snapshot_of
from projects.access import project_for

TEXTS: dict[str, tuple[str, Callable[[IO[bytes]], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", csv_lines),
    "jsonl": ("application/jsonl; charset=utf-8", jsonl_lines),
}


@require_safe
def snapshot_file(request: HttpRequest, slug: str, number: int, ext: str) -> HttpResponseBase:
    """A version of the data as Parquet, CSV or JSON Lines, for whoever may read the project."""
    project = project_for(request.user, slug)
    snapshot = snapshot_of(project, number)
    if ext != "parquet" and ext not in TEXTS:
        raise Missing
    etag = f'"{snapshot.file_sha256}-{ext}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = _body(snapshot, ext)
        name = f"{project.slug}-v{snapshot.number}.{ext}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["ETag"] = etag
    # A private project's file belongs into no shared cache, and rights may end.
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _body(snapshot: Snapshot, ext: str) -> HttpResponseBase:
    file = default_storage.open(snapshot.file)
    if ext == "parquet":
        return FileResponse(file, content_type="application/vnd.apache.parquet")
    kind, lines = TEXTS[ext]
    return StreamingHttpResponse(_closing(file, lines(file)), content_type=kind)


def _closing(file: IO[bytes], parts: Iterator[bytes]) -> Iterator[bytes]:
    """The parts, with the file closed also when the reader goes away."""
    with file:
        yield from parts
