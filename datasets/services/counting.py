"""The counts of a project's table, changed in the transaction of the rows they count."""

from enum import IntEnum
from typing import NamedTuple

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Refused
from common.limits import ROWS_PER_PROJECT
from datasets.models import DataTable, RowState
from projects.models import Project

# Plain SQL on the way of every datapoint: the ORM cannot ask an UPDATE for its result.
TAKE = """
    UPDATE datasets_datatable
    SET next_arrival = next_arrival + %(count)s,
        accepted = accepted + CASE
            WHEN acceptance = 'peers' AND %(standing)s < 2 THEN 0
            WHEN acceptance = 'maintainer' AND %(standing)s < 1 THEN 0
            WHEN collects = 'labels' THEN %(count)s - %(bare)s
            ELSE %(count)s END,
        pending = pending + CASE
            WHEN acceptance = 'peers' AND %(standing)s < 2 THEN %(count)s
            WHEN acceptance = 'maintainer' AND %(standing)s < 1 THEN %(count)s
            WHEN collects = 'labels' THEN %(bare)s
            ELSE 0 END,
        revision = revision + 1
    WHERE project_id = %(project)s AND next_arrival <= %(most)s
    RETURNING next_arrival, accepted, pending, people, acceptance, collects, duplicates
"""
VERSION = "SELECT schema_version FROM projects_project WHERE id = %s"
GAIN = """
    INSERT INTO datasets_contributor (project_id, user_id, accepted)
    VALUES (%(project)s, %(user)s, %(change)s)
    ON CONFLICT (project_id, user_id)
    DO UPDATE SET accepted = datasets_contributor.accepted + excluded.accepted
    RETURNING accepted
"""
LOSE = """
    UPDATE datasets_contributor SET accepted = accepted + %(change)s
    WHERE project_id = %(project)s AND user_id = %(user)s
    RETURNING accepted
"""


class Standing(IntEnum):
    """Whose rows they are, as far as it decides whether they wait for a check."""

    ANYBODY = 0
    #: A maintainer's own are accepted at once where maintainers decide.
    MAINTAINER = 1
    #: The demo's data never wait.
    OPERATOR = 2


class Taken(NamedTuple):
    """Arrival numbers taken from ``first`` on, and the project's counts and rules with them."""

    first: int
    accepted: int
    pending: int
    people: int
    acceptance: str
    collects: str
    duplicates: str

    @property
    def labels(self) -> bool:
        """Whether rows without a label are items that people label."""
        return self.collects == DataTable.Collects.LABELS

    def state_for(self, standing: Standing) -> RowState:
        """What becomes of a complete row of such a person."""
        by_maintainers = self.acceptance == DataTable.Acceptance.MAINTAINER
        at_once = (
            self.acceptance == DataTable.Acceptance.AT_ONCE
            or standing is Standing.OPERATOR
            or (by_maintainers and standing is Standing.MAINTAINER)
        )
        return RowState.ACCEPTED if at_once else RowState.PENDING


def take_arrivals(
    project: Project,
    count: int,
    *,
    bare: int = 0,
    standing: Standing = Standing.ANYBODY,
) -> Taken:
    """Take the next ``count`` arrival numbers, and count the rows as accepted or as waiting.

    ``bare`` of them have no label: where labels are what people give, they wait in any case.
    The update locks the project's counts until the commit, so numbers are dense.

    Raises:
        Refused: the project would have more rows than are allowed, or its fields were changed
            since ``project`` was read.
    """
    values = {
        "count": count,
        "bare": bare,
        "standing": int(standing),
        "project": project.pk,
        "most": ROWS_PER_PROJECT - count,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)
        taken = cursor.fetchone()
        if taken is None:
            raise _full(count)
        # A statement of its own: one that waited for the lock would see the version of before.
        cursor.execute(VERSION, [project.pk])
        version = cursor.fetchone()
    if version != (project.schema_version,):
        raise Refused(_("The project's fields changed meanwhile. Load the page again."), status=409)
    following, *counts = taken
    return Taken(following - count, *counts)


def _full(count: int) -> Refused:
    sentence = _(
        "The project is full: it takes at most %(limit)s rows, and %(count)s more do not "
        "fit. Open another project for them."
    )
    return Refused(sentence % {"limit": ROWS_PER_PROJECT, "count": count}, status=409)


def change_counts(project: Project, *, accepted: int, pending: int = 0) -> None:
    """Count rows that went (negative) or came back, accepted ones and such as wait for a check."""
    DataTable.objects.filter(project=project).update(
        accepted=F("accepted") + accepted,
        pending=F("pending") + pending,
        revision=F("revision") + 1,
        rewritten=F("rewritten") + int(accepted != 0),
    )


def count_person(project: Project, user: User, change: int) -> int:
    """Count the person's accepted rows, and the people who have any; return how many came or went.

    Call it after the project's counts were changed in the same transaction: whoever counts takes
    the two locks in this order.
    """
    values = {"project": project.pk, "user": user.pk, "change": change}
    with connection.cursor() as cursor:
        cursor.execute(GAIN if change >= 0 else LOSE, values)
        after = int(cursor.fetchone()[0])
    people = (after > 0) - (after - change > 0)
    if people:
        DataTable.objects.filter(project=project).update(people=F("people") + people)
    return people
