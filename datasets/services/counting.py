"""The counts of a project's table, changed in the transaction of the rows they count."""

from typing import NamedTuple

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Refused
from common.limits import ROWS_PER_PROJECT
from datasets.models import DataTable
from projects.models import Project

# Plain SQL on the way of every datapoint: the ORM cannot ask an UPDATE for its result.
TAKE = """
    UPDATE datasets_datatable
    SET next_arrival = next_arrival + %(count)s, accepted = accepted + %(count)s,
        revision = revision + 1
    WHERE project_id = %(project)s AND next_arrival <= %(most)s
    RETURNING next_arrival, accepted, pending, people
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


class Taken(NamedTuple):
    """Arrival numbers taken from ``first`` on, and the project's counts with them."""

    first: int
    accepted: int
    pending: int
    people: int


def take_arrivals(project: Project, count: int) -> Taken:
    """Take the next ``count`` arrival numbers for accepted rows.

    The update locks the project's counts until the commit, so numbers are dense.

    Raises:
        Refused: the project would have more rows than are allowed, or its fields were changed
            since ``project`` was read.
    """
    values = {"count": count, "project": project.pk, "most": ROWS_PER_PROJECT - count}
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


def change_accepted(project: Project, change: int) -> None:
    """Count accepted rows that went (negative) or came back."""
    DataTable.objects.filter(project=project).update(
        accepted=F("accepted") + change, revision=F("revision") + 1, rewritten=F("rewritten") + 1
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
