"""What is kept of a table or a schema that somebody begins a project with."""

from django.utils.translation import gettext as _

from common.text import clean_name
from datasets.guessing.plan import Proposal, propose
from datasets.guessing.schemas import Described
from datasets.guessing.sheet import Sheet
from datasets.guessing.tidying import tidied
from datasets.opening_forms import QUESTION_CHARACTERS
from datasets.stash import Head

#: Characters of the first rows that a head carries for quick looks.
SAMPLE_CHARACTERS = 200_000
SAMPLE_ROWS = 200


def begun(found: Sheet | Described, question: str, file: str) -> tuple[Head, Sheet | None]:
    """What is kept of something that was read."""
    question = clean_name(question, QUESTION_CHARACTERS)
    if isinstance(found, Sheet):
        return head_for(found, question, file), found
    proposals = [Proposal(draft, None, reason=_("The schema says so.")) for draft in found.drafts]
    head = Head(file, question, proposals, notes=found.notes, title=found.title)
    head.description, head.goal = found.description, found.goal
    return head, None


def head_for(sheet: Sheet, question: str, file: str, chosen: list[int] | None = None) -> Head:
    """What a page shows of a table."""
    tidy = tidied(sheet)
    return Head(
        file=file,
        question=question,
        proposals=propose(tidy, question, chosen),
        notes=tidy.notes,
        columns=tidy.header,
        rows=len(tidy.rows),
        sample=first_rows(tidy),
        headed=sheet.headed,
        may_turn=tidy.may_turn,
        gathered=tidy.gathered,
    )


def first_rows(sheet: Sheet) -> list[list[str]]:
    """As many of the first rows as a quick look can read."""
    rows: list[list[str]] = []
    characters = 0
    for row in sheet.rows[:SAMPLE_ROWS]:
        characters += sum(map(len, row))
        if rows and characters > SAMPLE_CHARACTERS:
            break
        rows.append(row)
    return rows
