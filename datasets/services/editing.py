"""A contributor corrects a datapoint within a day of adding it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Forbidden, Missing, Refused
from common.limits import EDIT_HOURS
from datasets.models import Contribution, DataTable, Row, RowState
from datasets.queries import Purpose, rows, typed_fields
from datasets.queries.wall import Cell
from datasets.records import BadRecord, Prepared, Typed, prepare
from datasets.services.announcing import cell_of, row_changed
from datasets.services.class_counts import classes_of, count_classes
from datasets.services.contributing import check_takes_rows
from datasets.services.writing import change_row
from projects.models import Project

EDITABLE = (RowState.PENDING, RowState.ACCEPTED)


def may_edit(contribution: Contribution) -> bool:
    """Whether its contributor may still correct its rows, as far as time and state go."""
    age = timezone.now() - contribution.created
    return age < timedelta(hours=EDIT_HOURS) and contribution.state == Contribution.State.VISIBLE


def edit_row(
    *, project: Project, user: User, row: int, values: Mapping[int, Any], revision: int
) -> bool:
    """Give an own row other values, given by field id; tells whether anything changed.

    Class counts, hashes, the table's revision and the event change in the same transaction; older
    snapshots keep the old values. Values that the row has already change nothing, so doing it
    twice does it once.

    ``revision`` is the row's own as the form showed it.

    Raises:
        Missing: there is no such row.
        Forbidden: it is somebody else's.
        Refused: the day is over, the row or the project takes no changes now, the row was changed
            since the form was shown (409), or a value does not fit.
    """
    check_takes_rows(project, user)
    with transaction.atomic():
        # Whoever changes rows takes this lock first: what is read after it stays.
        DataTable.objects.select_for_update().get(project_id=project.pk)
        fields = typed_fields(project)
        found = own_row(project, user, row, fields)
        check_open(found)
        try:
            prepared = prepare(fields, values)
        except BadRecord as bad:
            raise Refused(" ".join(one.message for one in bad.problems)) from bad
        if prepared.row_hash == bytes(found.row_hash):
            return False
        if found.revision != revision:
            raise Refused(
                _("This datapoint was changed meanwhile, in another window. Load the page again."),
                status=409,
            )
        _write(project, fields, found, prepared)
    return True


def own_row(project: Project, user: User, row: int, fields: Typed | None = None) -> Row:
    """The person's row, tombstones among them.

    Raises:
        Missing: there is no such row.
        Forbidden: it is somebody else's.
    """
    described = None if fields is None else [field for field, _type in fields]
    table = rows(project, Purpose.CHANGE, described).select_related("contribution")
    found = table.filter(pk=row).first()
    if found is None:
        raise Missing
    if found.contribution.user_id != user.pk:
        raise Forbidden(_("Only the person who added this datapoint can edit it."))
    return found


def check_open(row: Row) -> None:
    """Refuse when the row may not be edited any more, or at all."""
    if row.state not in EDITABLE or row.contribution.state != Contribution.State.VISIBLE:
        raise Refused(
            _("This datapoint was withdrawn or rejected, so it cannot be edited. Add a new one."),
            status=409,
        )
    if not may_edit(row.contribution):
        sentence = _(
            "A datapoint can be edited for %(hours)d hours after it was added, and that time is "
            "over. You can withdraw it and add it anew."
        )
        raise Refused(sentence % {"hours": EDIT_HOURS}, status=409)


def _write(project: Project, fields: Typed, row: Row, prepared: Prepared) -> None:
    stored = tuple(_plain(getattr(row, field.column)) for field, _type in fields)
    old = Prepared(stored, bytes(row.row_hash), row.group_key)
    change_row(project, row.pk, fields, prepared)
    DataTable.objects.filter(project=project).update(
        revision=F("revision") + 1, rewritten=F("rewritten") + 1
    )
    if row.state != RowState.ACCEPTED:
        # A row that waits for a check is on no wall and in no count.
        return
    changes = classes_of(fields, [prepared])
    changes.subtract(classes_of(fields, [old]))
    count_classes([field for field, _type in fields], changes)
    before, cell = (_cell(fields, one, row) for one in (old, prepared))
    # Last: the counter row of the event log stays locked until the commit.
    row_changed(project, before, cell)


def _cell(fields: Typed, prepared: Prepared, row: Row) -> Cell:
    assert row.arrival is not None
    return cell_of(fields, prepared, row.arrival, row.pk)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview | bytearray) else value
