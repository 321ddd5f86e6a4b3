"""Picking good examples, and putting them back."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Missing, Refused
from common.limits import EXAMPLES_PER_PROJECT
from datasets.models import DataTable, Example
from datasets.queries import Purpose, rows
from datasets.queries.examples import example_ids
from projects.access import Right, guarded
from projects.models import Project


def add_example(project: Project, actor: User, row: int) -> None:
    """Show an accepted row to contributors as a good one; doing it twice does it once.

    Raises:
        Forbidden: the actor is no maintainer.
        Missing: the project has no such accepted row.
        Refused: there are as many examples as there may be.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    with transaction.atomic():
        # Whoever picks waits here, so that two at once cannot pass the limit together.
        DataTable.objects.select_for_update().get(project=project)
        if not rows(project, Purpose.TABLE).filter(pk=row).exists():
            raise Missing
        standing = example_ids(project)
        if row in standing:
            return
        _forget_withdrawn(project)
        if len(standing) >= EXAMPLES_PER_PROJECT:
            raise Refused(
                _(
                    "There are %(most)d good examples already, as many as there may be. "
                    "Take one back first."
                )
                % {"most": EXAMPLES_PER_PROJECT},
                status=409,
            )
        Example.objects.get_or_create(project=project, row=row, defaults={"added_by": actor})


def remove_example(project: Project, actor: User, row: int) -> None:
    """Take a row from the good examples; one that is none stays none.

    Raises:
        Forbidden: the actor is no maintainer.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    Example.objects.filter(project=project, row=row).delete()


def _forget_withdrawn(project: Project) -> None:
    """Rejected rows may come back, withdrawn ones never do."""
    kept = rows(project, Purpose.MODERATION).order_by()
    picked = Example.objects.filter(project=project)
    alive = kept.filter(pk__in=list(picked.values_list("row", flat=True)))
    picked.exclude(row__in=list(alive.values_list("pk", flat=True))).delete()
