"""What maintainers decide about single rows: accept, reject with a reason, let a flag stand."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Forbidden, Missing, Refused
from common.text import clean_name
from datasets.models import DataTable, Flag, Gold, RowChange, RowState
from datasets.queries import Purpose, rows
from datasets.reviewing.claims import end_claims, lock
from datasets.reviewing.reasons import RowReason, written
from datasets.services.reviewing import NOTE_CHARACTERS
from datasets.services.settling import move_rows
from datasets.services.tallying import close_review
from projects.access import Right, guarded
from projects.models import Project

WHY_CHARACTERS = 200


def accept_row(project: Project, actor: User, row: int) -> bool:
    """Take a row in that waits, is disputed or was rejected; tells whether anything changed.

    Raises:
        Missing: the project has no such row.
        Forbidden: the actor does not maintain the project, or the crowd decides and the row is
            their own.
        Refused: its whole contribution is rejected.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    with transaction.atomic():
        rules = lock(project)
        _check(project, rules, actor, row)
        return _decide(project, actor, row, accept=True, reason="")


def reject_row(project: Project, actor: User, row: int, reason: str, note: str = "") -> bool:
    """Take a row out of wall, table and later versions; its contributor reads why.

    Raises:
        Missing: the project has no such row.
        Forbidden: the actor does not maintain the project.
        Refused: there is no reason, or a needed note is missing.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    why = checked_reason(reason, note)
    with transaction.atomic():
        lock(project)
        _check(project, None, actor, row)
        return _decide(project, actor, row, accept=False, reason=why)


def let_stand(project: Project, actor: User, row: int) -> int:
    """The row is right as it is: its flags are settled; returns how many. Twice does it once.

    Raises:
        Missing, Forbidden: the actor does not maintain the project.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    found = Flag.objects.filter(project=project, row=row, settled=None)
    return found.update(settled=timezone.now())


def mark_gold(project: Project, actor: User, row: int, *, accept: bool, why: str) -> None:
    """Make a row one whose answer is known: it comes among others, and weighs who answers.

    A row that waits is settled by it. Marking it again changes what is said of it.

    Raises:
        Missing: the project has no such row.
        Forbidden: the actor does not maintain the project.
        Refused: nothing says why.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    why = clean_name(why, WHY_CHARACTERS)
    if not why:
        raise Refused(_("Say why: whoever checks it reads this after answering."), field="why")
    with transaction.atomic():
        rules = lock(project)
        found = _check(project, rules if accept else None, actor, row)
        if found == RowState.PENDING:
            reason = "" if accept else written(RowReason.OTHER, why)
            _decide(project, actor, row, accept=accept, reason=reason)
        end_claims(project, [row])
        Gold.objects.update_or_create(
            project=project, row=row, defaults={"accept": accept, "why": why, "added_by": actor}
        )


def unmark_gold(project: Project, actor: User, row: int) -> None:
    """The row is shown to be checked no more; its state stays. Twice does it once.

    Raises:
        Missing, Forbidden: the actor does not maintain the project.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    with transaction.atomic():
        lock(project)
        end_claims(project, [row])
        Gold.objects.filter(project=project, row=row, accept__isnull=False).delete()


def checked_reason(reason: str, note: str) -> str:
    """A reason and its note as histories keep them.

    Raises:
        Refused: it is none, or it needs a note.
    """
    if reason not in RowReason.values:
        raise Refused(_("Choose what is wrong with it."), field="reason")
    note = clean_name(note, NOTE_CHARACTERS)
    if reason == RowReason.OTHER and not note:
        raise Refused(_("Say in the note what is wrong with it."), field="note")
    return written(reason, note)


def _check(project: Project, rules: DataTable | None, actor: User, row: int) -> int:
    """The row's state, when a maintainer may decide about it."""
    table = rows(project, Purpose.MODERATION).select_related("contribution")
    found = table.filter(pk=row).first()
    if found is None:
        raise Missing
    if found.contribution.state != found.contribution.State.VISIBLE:
        raise Refused(
            _("Its whole contribution is rejected: restore that first, on the row's page."),
            status=409,
        )
    peers = rules is not None and rules.acceptance == DataTable.Acceptance.PEERS
    if peers and found.contribution.user_id == actor.pk:
        raise Forbidden(_("Somebody else has to take in what you added yourself."))
    return found.state


def _decide(project: Project, actor: User, row: int, *, accept: bool, reason: str) -> bool:
    state = RowState.ACCEPTED if accept else RowState.REJECTED
    kind = RowChange.Kind.ACCEPTED if accept else RowChange.Kind.REJECTED
    table = rows(project, Purpose.MODERATION).filter(pk=row)
    if table.filter(state=state).exists():
        return False
    close_review(project, row, accepted=accept)
    return bool(move_rows(project, [row], state, actor=actor, kind=kind, reason=reason))
