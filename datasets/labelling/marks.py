"""What a form says instead of an item's number.

A gold item's row has a page of its own with the answer on it; an open item's has none. So a form
never names the row: it carries a mark that only the site can turn back into one.
"""

from datasets.models import Claim, Label
from datasets.reviewing.reviewers import secret_number
from projects.models import Project

#: Labels among which a form that is sent again is looked for.
RECENT = 20


def mark_of(project: Project, user_id: int, row: int) -> str:
    """The mark of a row for one person; 0 stands for whoever is signed out."""
    return f"{secret_number(project.pk, user_id, row):016x}"


def row_of(project: Project, user_id: int, mark: str) -> int | None:
    """The row that the person was shown under that mark, or has just labelled."""
    shown = Claim.objects.filter(project=project, user=user_id).values_list("row", flat=True)
    said = Label.objects.filter(project=project, user=user_id).order_by("-pk")
    listed = [*shown, *said.values_list("row", flat=True)[:RECENT]]
    return next((row for row in listed if mark_of(project, user_id, row) == mark), None)
