"""Checking rows: what somebody is shown, and what comes of what they say of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import ratelimit
from common.errors import Forbidden, Refused
from common.limits import UNDO_SECONDS, VOTES_PER_MINUTE
from common.text import clean_name
from datasets.models import DataTable, Gold, Review, Reviewer, Vote
from datasets.queries import Purpose, rows
from datasets.reviewing import reviewers
from datasets.reviewing.claims import (
    Wanted,
    check_held,
    give_back,
    held_by,
    lock,
    take_first,
)
from datasets.reviewing.queue import gold_to_check, to_check, waiting_rows
from datasets.reviewing.reasons import RowReason
from datasets.reviewing.rule import Outcome
from datasets.services.taking_back import GRACE_SECONDS
from datasets.services.tallying import recount, unsettle, weigh, weigh_again
from projects.access import Right, right_of
from projects.models import Project

NOTE_CHARACTERS = 160
Verdict = Vote.Verdict


class Served(NamedTuple):
    """The row that somebody is shown, None when nothing waits for them; their record."""

    row: int | None
    record: Reviewer


class Voted(NamedTuple):
    """What came of a vote.

    Attributes:
        row: what it was about.
        verdict: what was said.
        outcome: what the votes on the row come to now; None of gold rows and skipped ones.
        gold: the known answer, when the row has one; then ``right`` says whether it was said.
        right: see ``gold``; None of other rows, and of skipped ones.
        record: how the person judges, with this vote.
    """

    row: int
    verdict: int
    outcome: Outcome | None
    gold: Gold | None
    right: bool | None
    record: Reviewer


def check_may_review(project: Project, user: User, right: Right | None = None) -> DataTable:
    """The rules of the project's data, when the person may check rows there.

    Raises:
        Refused: the project is hidden, a draft, or somebody else decides.
    """
    right = right_of(user, project) if right is None else right
    rules = DataTable.objects.get(project=project)
    if right is None or right < Right.PARTICIPATE or project.hidden:
        raise Forbidden(_("Sign in to check datapoints of this project."))
    if right < Right.MAINTAIN and rules.acceptance != DataTable.Acceptance.PEERS:
        raise Forbidden(
            _("In this project maintainers decide about datapoints. You can add some of your own.")
        )
    return rules


def serve(project: Project, user: User, right: Right | None = None) -> Served:
    """Claim the next row for the person: the one that they were shown before, or another.

    Raises:
        Forbidden: see ``check_may_review``.
    """
    check_may_review(project, user, right)
    with transaction.atomic():
        rules = lock(project)
        record = reviewers.record_of(project, user)
        if record.paused:
            return Served(None, record)
        standing = [row for row in held_by(project, user) if _stands(project, row)]
        row = standing[0] if standing else take_first(project, user, _wanted(rules, user, record))
        return Served(row, record)


def vote(
    *,
    project: Project,
    user: User,
    row: int,
    verdict: int,
    reason: str = "",
    note: str = "",
    right: Right | None = None,
) -> Voted:
    """Take what the person says of the row that they were shown. Sent again, it counts once.

    ``verdict`` is one of ``Vote.Verdict``; a no needs a reason of ``RowReason``. The row may be
    settled by it, with all that follows, in the same transaction.

    Raises:
        Forbidden: see ``check_may_review``.
        Refused: it was not shown to the person or too long ago, they said something else of it
            before, it was settled meanwhile (409), they are paused, or a reason is missing.
    """
    check_may_review(project, user, right)
    reason, note = _checked(verdict, reason, note)
    ratelimit.spend("vote", user.pk, limit=VOTES_PER_MINUTE, seconds=60)
    with transaction.atomic():
        rules = lock(project)
        record = reviewers.record_of(project, user)
        before = Vote.objects.filter(project=project, row=row, user=user).first()
        if before is not None:
            return _said_before(before, verdict, record)
        if record.paused:
            raise Refused(_("Read the guidelines first: your checks are paused."), status=409)
        check_held(project, user, row)
        gold = Gold.objects.filter(project=project, row=row, accept__isnull=False).first()
        if gold is None:
            _check_waits(project, user, row)
        record = reviewers.count_answer(project, user)
        said = Vote.objects.create(
            project=project,
            row=row,
            user=user,
            verdict=verdict,
            reason=reason,
            note=note,
            weight=reviewers.weight_of(record),
            gold=gold is not None,
        )
        give_back(project, user, row)
        if gold is not None:
            return _answered_gold(said, gold, record)
        return Voted(row, verdict, weigh(rules, said), None, None, record)


def take_back_vote(project: Project, user: User, row: int) -> int:
    """Take the last vote back within ten seconds; what it settled waits again. Returns the row.

    Raises:
        Refused: the time is over, others voted since, or the answer was known.
    """
    with transaction.atomic():
        rules = lock(project)
        said = Vote.objects.filter(project=project, row=row, user=user).first()
        _check_undo(project, said)
        assert said is not None
        changed = Review.objects.filter(project=project, row=row).first()
        if changed is not None and changed.state != Review.State.OPEN:
            unsettle(project, changed)
        said.delete()
        if changed is not None:
            recount(changed)
        Reviewer.objects.filter(project=project, user=user).update(answers=F("answers") - 1)
        take_first(project, user, [one for one in to_check(project, user, rules) if one.row == row])
    return row


def resume(project: Project, user: User) -> None:
    """Go on after a pause: the person has read the guidelines."""
    with transaction.atomic():
        lock(project)
        reviewers.resume(project, user)


def _stands(project: Project, row: int) -> bool:
    """Whether a row that somebody holds is still to be checked."""
    if Gold.objects.filter(project=project, row=row, accept__isnull=False).exists():
        return rows(project, Purpose.MODERATION).filter(pk=row).exists()
    disputed = Review.objects.filter(project=project, row=row, state=Review.State.DISPUTED)
    return waiting_rows(project).filter(pk=row).exists() and not disputed.exists()


def _wanted(rules: DataTable, user: User, record: Reviewer) -> Iterator[Wanted]:
    """What the person may be shown, the best first; a gold row where one is due."""
    project = record.project
    if reviewers.gold_is_due(record):
        yield from gold_to_check(project, user)
    yield from to_check(project, user, rules)


def _checked(verdict: int, reason: str, note: str) -> tuple[str, str]:
    """Reason and note as they are kept: only a no has them."""
    if verdict not in Verdict.values:
        raise Refused(_("Say yes, no or skip."), field="verdict")
    if verdict != Verdict.NO:
        return "", ""
    if reason not in RowReason.values:
        raise Refused(_("Choose what is wrong with it."), field="reason")
    note = clean_name(note, NOTE_CHARACTERS)
    if reason == RowReason.OTHER and not note:
        raise Refused(_("Say in the note what is wrong with it."), field="note")
    return reason, note


def _said_before(before: Vote, verdict: int, record: Reviewer) -> Voted:
    if before.verdict != verdict:
        raise Refused(_("You have checked this datapoint already."), status=409)
    gold = None
    if before.gold:
        gold = Gold.objects.filter(project_id=before.project_id, row=before.row).first()
    right = None if gold is None else _is_right(before, gold)
    return Voted(before.row, verdict, None, gold, right, record)


def _check_waits(project: Project, user: User, row: int) -> None:
    found = waiting_rows(project).select_related("contribution").filter(pk=row).first()
    if found is None:
        give_back(project, user, row)
        raise Refused(
            _("This datapoint was settled or taken back meanwhile. Nothing was saved."), status=409
        )
    if found.contribution.user_id == user.pk:
        raise Forbidden(_("Somebody else has to check what you added."))


def _answered_gold(said: Vote, gold: Gold, record: Reviewer) -> Voted:
    right = _is_right(said, gold)
    if right is not None and reviewers.count_gold(record, right=right):
        weigh_again(record)
    return Voted(said.row, said.verdict, None, gold, right, record)


def _is_right(said: Vote, gold: Gold) -> bool | None:
    """Whether the vote is the known answer; None of a skipped row."""
    if said.verdict == Verdict.SKIP:
        return None
    return (said.verdict == Verdict.YES) == gold.accept


def _check_undo(project: Project, said: Vote | None) -> None:
    """Refuse to take back what is not the person's newest, fresh vote on a row."""
    if said is None:
        raise Refused(_("There is no check of yours to take back."), status=409)
    age = timezone.now() - said.created
    if age > timedelta(seconds=UNDO_SECONDS + GRACE_SECONDS):
        sentence = _("A check can be taken back for %(limit)s seconds; that time is over.")
        raise Refused(sentence % {"limit": UNDO_SECONDS}, status=409)
    if said.gold:
        raise Refused(_("The answer was shown to you, so this check stands."), status=409)
    if Vote.objects.filter(project=project, row=said.row, pk__gt=said.pk).exists():
        raise Refused(_("Somebody has checked it after you, so your check stands."), status=409)
