"""The rules of a project's data: who accepts datapoints, and whether the same may come twice."""

from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Refused
from datasets.models import DataTable, Review, RowChange, RowState
from datasets.queries import Purpose, rows
from datasets.reviewing.claims import lock
from datasets.reviewing.queue import waiting_rows
from datasets.reviewing.reasons import BY_RULES
from datasets.schema import ensure_indexes
from datasets.services.settling import PORTION, move_rows
from jobs.kinds import Kind, register
from jobs.models import Job
from jobs.services import enqueue, finish
from projects.access import Right, guarded
from projects.models import Project

KIND = "accept_waiting"


class Rules(NamedTuple):
    """What a maintainer may set."""

    acceptance: str
    duplicates: str


def install() -> None:
    """Register the job; called once the apps are ready."""
    register(Kind(KIND, "light", "datasets.services.ruling.accept_portions", time_limit=780))


def set_rules(project: Project, actor: User, rules: Rules) -> DataTable:
    """Change who accepts datapoints and whether duplicates may come; what waits goes on waiting.

    Raises:
        Missing, Forbidden: the actor does not maintain the project.
        Refused: there is no such rule.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    if rules.acceptance not in DataTable.Acceptance.values:
        raise Refused(_("Choose from the list who accepts datapoints."), field="acceptance")
    if rules.duplicates not in DataTable.Duplicates.values:
        raise Refused(_("Choose from the list what becomes of duplicates."), field="duplicates")
    if rules.acceptance != DataTable.Acceptance.AT_ONCE:
        # A table that is older than this index looks through all its rows for those that wait.
        ensure_indexes(rows(project, Purpose.REVIEW).model)
    with transaction.atomic():
        table = lock(project)
        table.acceptance, table.duplicates = rules.acceptance, rules.duplicates
        table.save(update_fields=["acceptance", "duplicates"])
    return table


def accept_waiting(project: Project, actor: User) -> int:
    """Accept every row that waits now, by a job; returns how many wait. Twice does it once.

    Raises:
        Missing, Forbidden: the actor does not maintain the project.
        Refused: the crowd decides here, or nothing waits.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    with transaction.atomic():
        table = lock(project)
        if table.acceptance == DataTable.Acceptance.PEERS:
            raise Refused(
                _("Here the crowd decides. First change who accepts datapoints."), status=409
            )
        count = waiting_rows(project).count()
        if not count:
            raise Refused(_("Nothing waits any more."), status=409)
        last = waiting_rows(project).order_by("-arrival").values_list("arrival", flat=True)[0]
        enqueue(
            KIND,
            f"{KIND}:{project.pk}:{last}:{count}:{table.revision}",
            user_id=actor.pk,
            payload={"project": project.pk, "actor": actor.pk, "last": last},
        )
    return count


def accept_portions(job: Job) -> None:
    """Accept what waited when it was asked for, in short transactions; killed it begins again."""
    project = Project.objects.filter(pk=job.payload["project"]).first()
    actor = User.objects.get(pk=job.payload["actor"])
    while project is not None and _accept_portion(project, actor, job.payload["last"]):
        pass
    if job.token is not None:
        with transaction.atomic():
            finish(job.pk, job.token)


def _accept_portion(project: Project, actor: User, last: int) -> bool:
    with transaction.atomic():
        if lock(project).acceptance == DataTable.Acceptance.PEERS:
            # Somebody thought better of it.
            return False
        found = waiting_rows(project).filter(arrival__lte=last)
        ids = list(found.values_list("pk", flat=True)[:PORTION])
        moved = move_rows(
            project,
            ids,
            RowState.ACCEPTED,
            actor=actor,
            kind=RowChange.Kind.ACCEPTED,
            reason=BY_RULES,
        )
        Review.objects.filter(project=project, row__in=moved).update(
            state=Review.State.ACCEPTED, settled=timezone.now()
        )
        return bool(moved)
