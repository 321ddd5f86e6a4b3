"""The rows of the current view as CSV."""

from collections.abc import Iterator
from itertools import chain

import pyarrow as pa
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from common import ratelimit
from common.http import HttpRequest
from common.limits import VIEW_DOWNLOAD_ROWS, VIEW_DOWNLOADS_PER_HOUR
from datasets.arrowing import CONTRIBUTOR, ROW, pseudonym
from datasets.exports import csv_line, safe_text
from datasets.models import Row
from datasets.queries.data_page import rows_from
from datasets.queries.data_view import DataView
from datasets.views import browsing
from datasets.views.likeness import asker
from projects.access import project_for

BATCH = 1_000
ADDED = "_added"


@require_safe
def view_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Filters, order and columns of the view; at most ``VIEW_DOWNLOAD_ROWS`` rows."""
    project = project_for(request.user, slug)
    view = browsing.view_in(request, project)
    if view.faults:
        # A file cannot say what was left out: the page does.
        return HttpResponseRedirect(f"../{view.address()}")
    ratelimit.spend("view_csv", asker(request), limit=VIEW_DOWNLOADS_PER_HOUR, seconds=3600)
    lines = csv_of(view)
    # The first batch is read before the answer begins: what takes too long is refused with words.
    response = StreamingHttpResponse(
        chain([next(lines)], lines), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{project.slug}-view.csv"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def csv_of(view: DataView, most: int = VIEW_DOWNLOAD_ROWS) -> Iterator[bytes]:
    """The view as CSV in UTF-8, header first; values as the forms of the site read them back.

    No cell is taken for a formula by a spreadsheet. The first part holds the first batch.
    """
    names = [safe_text(field.name) for field, _type in view.shown]
    # A number may begin with a minus; what is text to a spreadsheet may be a formula to it.
    texts = [pa.types.is_string(type_.arrow_type()) for _field, type_ in view.shown]
    part = [csv_line([ROW, CONTRIBUTOR, ADDED, *names])]
    for row in rows_from(view, most, BATCH):
        part.append(csv_line(_cells(view, row, texts)))
        if len(part) > BATCH:
            yield b"".join(part)
            part = []
    yield b"".join(part)


def _cells(view: DataView, row: Row, texts: list[bool]) -> list[str]:
    act = row.contribution
    added = act.created.isoformat(timespec="seconds")
    cells = [str(row.pk), pseudonym(view.project.pk, act.user_id), added]
    for (field, type_), is_text in zip(view.shown, texts, strict=True):
        value = type_.value_of(getattr(row, field.column))
        shown = "" if value is None else type_.show(value)
        cells.append(safe_text(shown) if is_text else shown)
    return cells
