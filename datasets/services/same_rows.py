"""Exact duplicates: a datapoint that is there already is refused, unless the project allows it.

Call these under the lock of the project's counts: of two equal rows at once the second waits, and
then finds the first.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from common.errors import Refused
from datasets.models import RowState
from datasets.queries import Purpose, rows
from datasets.records import Prepared, Typed
from projects.models import Project

#: Rows whose like is looked for in one statement.
PORTION = 200


class SameRow(Refused):
    """The datapoint is there already.

    Attributes:
        row: the id of the one that is there, None when it waits for a check or came in this act.
        number: its number as pages show it, None as above.
    """

    def __init__(self, message: str, row: int | None = None, number: int | None = None) -> None:
        super().__init__(message, status=409)
        self.row = row
        self.number = number


class Same(NamedTuple):
    """Which of the given rows is there already, and where."""

    place: int
    #: None when it is a copy of a row before it in the same act.
    row: int | None
    arrival: int | None
    waits: bool


def same_rows(
    project: Project, fields: Typed, prepared: Sequence[Prepared], *, but: int | None = None
) -> list[Same]:
    """The rows that are in the project already, or twice among these, by place.

    ``but`` is a row that does not count: the one that is being edited.
    """
    found: list[Same] = []
    seen: set[bytes] = set()
    for start in range(0, len(prepared), PORTION):
        portion = prepared[start : start + PORTION]
        known = _known(project, fields, portion, but)
        for place, row in enumerate(portion, start=start):
            if (there := known.get(row.row_hash)) is not None:
                pk, arrival, state = there
                found.append(Same(place, pk, arrival, state == RowState.PENDING))
            elif row.row_hash in seen:
                found.append(Same(place, None, None, False))
            seen.add(row.row_hash)
    return found


def check_new(
    project: Project, fields: Typed, prepared: Sequence[Prepared], *, but: int | None = None
) -> None:
    """Refuse rows that are there already.

    Raises:
        SameRow: the sentence names the first of them, and the way out.
    """
    same = same_rows(project, fields, prepared, but=but)
    if same:
        raise refusal(same, len(prepared))


def refusal(same: Sequence[Same], count: int) -> SameRow:
    """What is said of rows that are there already, of ``count`` that were given."""
    first = same[0]
    sentence = _sentence(first)
    if count > 1:
        sentence = _("Row %(number)s: %(reason)s") % {"number": first.place + 1, "reason": sentence}
    if first.row is None or first.waits or first.arrival is None:
        return SameRow(sentence)
    return SameRow(sentence, first.row, first.arrival + 1)


def _sentence(same: Same) -> str:
    if same.row is None or same.arrival is None:
        return _("The same datapoint stands above it in this table. Take one of the two out.")
    if same.waits:
        return _(
            "The very same datapoint was added before, and waits for a check. Each datapoint is "
            "here once: change what differs, or add another one."
        )
    return _(
        "The very same datapoint is here already, as row %(number)s. Each datapoint is here "
        "once: change what differs, or add another one."
    ) % {"number": same.arrival + 1}


def _known(
    project: Project, fields: Typed, portion: Sequence[Prepared], but: int | None
) -> dict[bytes, tuple[int, int | None, int]]:
    table = rows(project, Purpose.SAME, [field for field, _type in fields]).order_by()
    if but is not None:
        table = table.exclude(pk=but)
    # Equal rows share the group key, which has an index; the hash has none.
    near = table.filter(
        group_key__in={row.group_key for row in portion},
        row_hash__in={row.row_hash for row in portion},
    )
    listed = near.values_list("row_hash", "pk", "arrival", "state")
    return {bytes(exact): (pk, arrival, state) for exact, pk, arrival, state in listed}
