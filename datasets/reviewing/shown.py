"""A row as its reviewer sees it: everything that was given, and nothing that tells who or where.

Forms carry a mark instead of the row's number, so that nobody looks up what became of a gold row.
"""

from dataclasses import dataclass

from datasets.labelling.marks import mark_of
from datasets.labelling.showing import ShownItem, drawn_large
from datasets.models import Claim, Field, Vote
from datasets.queries import Purpose, rows, typed_fields
from datasets.queries.listing import Cell, shown_row
from projects.models import Project

#: Votes among which a form that is sent again is looked for.
RECENT = 20


@dataclass(frozen=True)
class ShownRow:
    """A row to check: its label stands by itself, the rest is drawn large or in a small table."""

    mark: str
    label: Cell | None
    item: ShownItem


def shown(project: Project, user_id: int, row: int) -> ShownRow | None:
    """The row ready to be drawn; None when it was withdrawn meanwhile."""
    fields = typed_fields(project)
    described = [field for field, _type in fields]
    table = rows(project, Purpose.MODERATION, described).select_related("contribution__user")
    found = table.filter(pk=row).first()
    if found is None:
        return None
    target = next((field for field in described if field.role == Field.Role.TARGET), None)
    cells = shown_row(fields, found).cells
    label = next((cell for cell in cells if target and cell.field.pk == target.pk), None)
    without = target.pk if target else None
    item = drawn_large(fields, found, without=without)
    return ShownRow(mark_of(project, user_id, row), label, item)


def marked_row(project: Project, user_id: int, mark: str) -> int | None:
    """The row that the person was shown under that mark, or has just judged."""
    held = Claim.objects.filter(project=project, user=user_id).values_list("row", flat=True)
    said = Vote.objects.filter(project=project, user=user_id).order_by("-pk")
    listed = [*held, *said.values_list("row", flat=True)[:RECENT]]
    return next((row for row in listed if mark_of(project, user_id, row) == mark), None)
