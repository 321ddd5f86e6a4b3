"""One row's page: its values, its state, and everything that happened to it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.errors import Missing
from common.http import HttpRequest
from datasets import queries, services
from datasets.models import RowState
from datasets.queries import Purpose
from datasets.queries.listing import shown_row
from datasets.queries.row_history import history_of
from projects.access import Right, project_for


@require_safe
def row(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A row as its reader may see it: rows that are not accepted only their contributor and
    maintainers."""
    project = project_for(request.user, slug)
    fields = queries.typed_fields(project)
    described = [field for field, _type in fields]
    readable = queries.rows(project, Purpose.MODERATION, described)
    found = readable.select_related("contribution__user").filter(pk=pk).first()
    if found is None:
        raise Missing
    own = found.contribution.user_id == request.user.pk
    may_maintain = project.may >= Right.MAINTAIN
    if found.state != RowState.ACCEPTED and not (own or may_maintain):
        raise Missing
    context = {
        "project": project,
        "tab": "data",
        "row": shown_row(fields, found),
        "history": history_of(project, fields, found, maintains=may_maintain),
        "own": own,
        "editable": own and services.may_edit(found.contribution),
        "may_maintain": may_maintain,
        "pending": found.state == RowState.PENDING,
        "rejected": found.state == RowState.REJECTED,
    }
    return render(request, "datasets/row.html", context)
