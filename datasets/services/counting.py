"""The counts of a project's table, changed in the transaction of the rows they count."""

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Refused
from common.limits import ROWS_PER_PROJECT
from datasets.models import Contributor, DataTable
from projects.models import Project


def take_arrivals(project: Project, count: int) -> int:
    """Take the next ``count`` arrival numbers for accepted rows and return the first.

    The update locks the project's counts until the commit, so numbers are dense.

    Raises:
        Refused: the project would have more rows than are allowed, or its fields were changed
            since ``project`` was read.
    """
    tables = DataTable.objects.filter(project=project)
    changed = tables.filter(next_arrival__lte=ROWS_PER_PROJECT - count).update(
        next_arrival=F("next_arrival") + count,
        accepted=F("accepted") + count,
        revision=F("revision") + 1,
    )
    if not changed:
        raise Refused(
            _(
                "The project is full: it takes at most %(limit)s rows, and %(count)s more do not "
                "fit. Open another project for them."
            )
            % {"limit": ROWS_PER_PROJECT, "count": count},
            status=409,
        )
    following, version = tables.values_list("next_arrival", "project__schema_version").get()
    if version != project.schema_version:
        raise Refused(_("The project's fields changed meanwhile. Load the page again."), status=409)
    return int(following) - count


def change_accepted(project: Project, change: int) -> None:
    """Count accepted rows that went (negative) or came back."""
    DataTable.objects.filter(project=project).update(
        accepted=F("accepted") + change, revision=F("revision") + 1
    )


def count_person(project: Project, user: User, change: int) -> None:
    """Count the person's accepted rows, and the people who have any.

    Call it after the project's counts were changed in the same transaction: their lock makes the
    reading and writing here one step.
    """
    counter, _made = Contributor.objects.get_or_create(project=project, user=user)
    after = counter.accepted + change
    Contributor.objects.filter(pk=counter.pk).update(accepted=after)
    people = (after > 0) - (counter.accepted > 0)
    if people:
        DataTable.objects.filter(project=project).update(people=F("people") + people)
