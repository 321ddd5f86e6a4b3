"""The one way to read rows: it knows which of them a purpose may see."""

from collections.abc import Iterable
from enum import Enum

from django.db.models import F, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from datasets.models import DataTable, Field, Row, RowState
from datasets.tables import row_table
from projects.models import Project


class Purpose(Enum):
    """Why rows are read. Each sees the states of ``_STATES``, and visible rows only."""

    #: Pixels in arrival order: a row that is not accepted leaves an empty cell.
    WALL = "wall"
    #: The data tab and a row's own page.
    TABLE = "table"
    #: Class balance and other statistics.
    COUNT = "count"
    #: What models learn from, and the files that people download.
    SNAPSHOT = "snapshot"
    #: Whether somebody gave such a row before.
    DUPLICATE = "duplicate"
    #: Whether this very row is there already, seen by everybody or waiting for a check.
    SAME = "same"
    #: A contributor's own rows.
    OWN = "own"
    #: What moderators look at.
    MODERATION = "moderation"
    #: What changes with a contribution's state: also tombstones.
    CHANGE = "change"
    #: What waits for somebody's judgement.
    REVIEW = "review"
    #: Items whose target is asked for.
    LABEL = "label"
    #: Tombstones, for the list of what was deleted.
    DELETED = "deleted"

    @property
    def states(self) -> tuple[RowState, ...]:
        """The states of the rows that this purpose sees."""
        return _STATES[self]


_SHOWN = (RowState.ACCEPTED,)
_KEPT = (RowState.PENDING, RowState.ACCEPTED, RowState.REJECTED)
_STATES: dict[Purpose, tuple[RowState, ...]] = {
    Purpose.WALL: _SHOWN,
    Purpose.TABLE: _SHOWN,
    Purpose.COUNT: _SHOWN,
    Purpose.SNAPSHOT: _SHOWN,
    Purpose.DUPLICATE: _SHOWN,
    Purpose.SAME: (RowState.PENDING, RowState.ACCEPTED),
    Purpose.OWN: _KEPT,
    Purpose.MODERATION: _KEPT,
    Purpose.CHANGE: (*_KEPT, RowState.WITHDRAWN),
    Purpose.REVIEW: (RowState.PENDING,),
    Purpose.LABEL: (RowState.PENDING,),
    Purpose.DELETED: (RowState.WITHDRAWN,),
}


def rows(
    project: Project, purpose: Purpose, fields: Iterable[Field] | None = None
) -> QuerySet[Row]:
    """Return the project's rows that this purpose may see, in arrival order.

    Rows of an import that is still being written are never among them: they have no arrival
    number, or their contribution is the one that ``DataTable.writing`` names; the database looks
    that up once a statement.
    Values are in attributes ``c_<field id>``, in their stored form: ``FieldType.value_of`` reads
    them. Whoever has the project's fields at hand passes them, and saves their query.
    """
    table = row_table(project, fields)
    visible = table._default_manager.filter(arrival__isnull=False, state__in=purpose.states)
    written = DataTable.objects.filter(project_id=project.pk).values("writing_id")
    # Plus nothing: PostgreSQL knows how common each contribution is, not which one is meant here.
    # When one import brought most rows it would expect none to be left, and read them all.
    act = F("contribution_id") + Value(0)
    return visible.exclude(Exact(act, Coalesce(Subquery(written), Value(0)))).order_by("arrival")
