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
from datasets.history import kept_of
from datasets.models import Contribution, DataTable, Flag, Row, RowChange, RowState
from datasets.queries import Purpose, rows, target_of, typed_fields
from datasets.queries.versions import check_version
from datasets.queries.wall import Cell
from datasets.records import BadRecord, Prepared, Typed, prepare, with_free_target
from datasets.reviewing.claims import lock
from datasets.reviewing.reasons import REPAIRED
from datasets.services.announcing import cell_of, row_changed
from datasets.services.class_counts import classes_of, count_classes
from datasets.services.contributing import check_takes_rows
from datasets.services.following import forget_judgements
from datasets.services.same_rows import check_new
from datasets.services.settling import move_rows
from datasets.services.writing import change_row
from projects.access import Right
from projects.models import Project

EDITABLE = (RowState.PENDING, RowState.ACCEPTED)


def may_edit(contribution: Contribution) -> bool:
    """Whether its contributor may still correct its rows, as far as time and state go."""
    age = timezone.now() - contribution.created
    return age < timedelta(hours=EDIT_HOURS) and contribution.state == Contribution.State.VISIBLE


def may_repair(project: Project, contribution: Contribution, row: int) -> bool:
    """Whether its contributor may repair a row that was rejected by itself: once, at any time."""
    if contribution.state != Contribution.State.VISIBLE:
        return False
    done = RowChange.objects.filter(project=project, row=row, kind=RowChange.Kind.EDITED)
    return not done.filter(reason=REPAIRED).exists()


def edit_row(
    *, project: Project, user: User, row: int, values: Mapping[int, Any], revision: int
) -> bool:
    """Give an own row other values, given by field id; tells whether anything changed.

    Class counts, hashes, the table's revision and the event change in the same transaction; older
    snapshots keep the old values. Values that the row has already change nothing, so doing it
    twice does it once. Where rows are checked it waits for a new check, and what was said of its
    old values goes; a rejected row waits again in any project, once.

    ``revision`` is the row's own as the form showed it.

    Raises:
        Missing: there is no such row.
        Forbidden: it is somebody else's.
        SameRow: another row has these values, where the project refuses duplicates.
        Refused: the day is over, the row or the project takes no changes now, the row was changed
            since the form was shown (409), or a value does not fit.
    """
    right = check_takes_rows(project, user)
    with transaction.atomic():
        # Whoever changes rows takes this lock first: what is read after it stays.
        rules = lock(project)
        check_version(project)
        fields = typed_fields(project)
        found = own_row(project, user, row, fields)
        check_open(found)
        try:
            prepared = prepare(_readable(rules, fields), values)
        except BadRecord as bad:
            raise Refused(" ".join(one.message for one in bad.problems)) from bad
        if prepared.row_hash == bytes(found.row_hash):
            return False
        if found.revision != revision:
            raise Refused(
                _("This datapoint was changed meanwhile, in another window. Load the page again."),
                status=409,
            )
        if rules.duplicates == DataTable.Duplicates.REFUSE:
            check_new(project, fields, [prepared], but=found.pk)
        _write(
            project, fields, found, prepared, waits=_waits(rules, right, found, fields, prepared)
        )
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
    visible = row.contribution.state == Contribution.State.VISIBLE
    if row.state == RowState.REJECTED and visible:
        if not may_repair(row.contribution.project, row.contribution, row.pk):
            raise Refused(
                _(
                    "This datapoint was repaired once and rejected again, so it cannot be edited. "
                    "You can withdraw it and add a new one."
                ),
                status=409,
            )
        return
    if row.state not in EDITABLE or not visible:
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


def _readable(rules: DataTable, fields: Typed) -> Typed:
    """The fields; the label of an item may be missing."""
    labels = rules.collects == DataTable.Collects.LABELS
    return with_free_target(fields) if labels else fields


def _waits(rules: DataTable, right: Right, row: Row, fields: Typed, prepared: Prepared) -> bool:
    """Whether the row waits for a check with its new values."""
    if row.state == RowState.REJECTED:
        return True
    if rules.collects == DataTable.Collects.LABELS:
        target = target_of([field for field, _type in fields])
        return target is not None and getattr(row, target.column) is None
    by_maintainers = rules.acceptance == DataTable.Acceptance.MAINTAINER
    own = by_maintainers and right >= Right.MAINTAIN
    return rules.acceptance != DataTable.Acceptance.AT_ONCE and not own


def _write(project: Project, fields: Typed, row: Row, prepared: Prepared, *, waits: bool) -> None:
    stored = tuple(_plain(getattr(row, field.column)) for field, _type in fields)
    old = Prepared(stored, bytes(row.row_hash), row.group_key)
    _write_history(project, fields, row)
    forget_judgements(project, [row.pk])
    if waits:
        # Before the values change: what is taken off the class counts is the old class.
        move_rows(project, [row.pk], RowState.PENDING, actor=None, kind=None)
    change_row(project, row.pk, fields, prepared)
    # It fits the schema as it is now.
    Flag.objects.filter(project=project, row=row.pk, kind=Flag.Kind.INVALID).delete()
    DataTable.objects.filter(project=project).update(
        revision=F("revision") + 1, rewritten=F("rewritten") + 1
    )
    if waits or row.state != RowState.ACCEPTED:
        # A row that waits for a check is on no wall and in no count.
        return
    changes = classes_of(fields, [prepared])
    changes.subtract(classes_of(fields, [old]))
    count_classes([field for field, _type in fields], changes)
    before, cell = (_cell(fields, one, row) for one in (old, prepared))
    # Last: the counter row of the event log stays locked until the commit.
    row_changed(project, before, cell)


def _write_history(project: Project, fields: Typed, row: Row) -> None:
    RowChange.objects.create(
        project=project,
        row=row.pk,
        kind=RowChange.Kind.EDITED,
        actor_id=row.contribution.user_id,
        schema_version=project.schema_version,
        reason=REPAIRED if row.state == RowState.REJECTED else "",
        before=kept_of(fields, row),
    )


def _cell(fields: Typed, prepared: Prepared, row: Row) -> Cell:
    assert row.arrival is not None
    return cell_of(fields, prepared, row.arrival, row.pk)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview | bytearray) else value
