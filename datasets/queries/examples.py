"""The rows that maintainers show to contributors as good ones."""

from collections.abc import Iterable

from django.db.models import QuerySet

from common.limits import EXAMPLES_PER_PROJECT
from datasets.models import Example, Row
from datasets.queries.counts import typed_fields
from datasets.queries.listing import ShownRow, shown_row
from datasets.queries.reading import Purpose, rows
from projects.models import Project


def examples_of(project: Project) -> list[ShownRow]:
    """The good examples in the order in which they were picked, ready to be drawn.

    A row that was withdrawn or rejected meanwhile is none of them.
    """
    picked = _picked(project)
    if not picked:
        return []
    fields = typed_fields(project)
    found = _accepted(project, picked).select_related("contribution__user")
    shown = {row.pk: shown_row(fields, row) for row in found}
    return [shown[pk] for pk in picked if pk in shown][:EXAMPLES_PER_PROJECT]


def example_ids(project: Project) -> set[int]:
    """The rows that are good examples now."""
    picked = _picked(project)
    if not picked:
        return set()
    return set(_accepted(project, picked).values_list("pk", flat=True))


def _picked(project: Project) -> list[int]:
    return list(Example.objects.filter(project=project).values_list("row", flat=True))


def _accepted(project: Project, ids: Iterable[int]) -> QuerySet[Row]:
    return rows(project, Purpose.TABLE).filter(pk__in=list(ids))
