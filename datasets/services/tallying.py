"""What the votes on a row come to: counted, weighed, and the row settled by them.

Call these inside the transaction that holds ``claims.lock`` on the project.
"""

from collections import Counter

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from datasets.models import DataTable, Review, Reviewer, RowChange, RowState, Vote
from datasets.reviewing import reviewers
from datasets.reviewing.claims import end_claims
from datasets.reviewing.reasons import BY_PEERS, written
from datasets.reviewing.rule import Outcome, Tally
from datasets.services.announcing import waiting_changed
from datasets.services.settling import move_rows
from projects.models import Project

Verdict = Vote.Verdict
KINDS = {
    Outcome.ACCEPT: (RowState.ACCEPTED, RowChange.Kind.ACCEPTED),
    Outcome.REJECT: (RowState.REJECTED, RowChange.Kind.REJECTED),
}
#: What taking back a vote takes out of the row's history.
SETTLING = (RowChange.Kind.ACCEPTED, RowChange.Kind.REJECTED, RowChange.Kind.DISPUTED)


def weigh(rules: DataTable, said: Vote) -> Outcome:
    """Count a new vote, and settle the row when it is enough."""
    review, _made = Review.objects.get_or_create(project_id=said.project_id, row=said.row)
    tally = recount(review)
    if said.verdict == Verdict.SKIP:
        return Outcome.OPEN
    if rules.acceptance == DataTable.Acceptance.PEERS:
        outcome, actor, reason = tally.outcome, None, reasons_of(said)
    else:
        # Where maintainers decide, the first of them does.
        outcome = Outcome.ACCEPT if said.verdict == Verdict.YES else Outcome.REJECT
        actor, reason = said.user, written(said.reason, said.note)
    if outcome is not Outcome.OPEN:
        _settle(review, outcome, actor, reason)
    return outcome


def recount(review: Review) -> Tally:
    """Count the votes on a row anew, and keep what they come to."""
    tally = Tally()
    said = Vote.objects.filter(project_id=review.project_id, row=review.row, gold=False)
    skips = 0
    for verdict, weight in said.values_list("verdict", "weight"):
        yes, no = int(verdict == Verdict.YES), int(verdict == Verdict.NO)
        skips += int(verdict == Verdict.SKIP)
        tally = Tally(
            tally.yes + yes,
            tally.no + no,
            tally.yes_weight + yes * weight,
            tally.no_weight + no * weight,
        )
    review.yes, review.no, review.yes_weight, review.no_weight = tally
    review.skips = skips
    review.save(update_fields=["yes", "no", "yes_weight", "no_weight", "skips"])
    return tally


def weigh_again(record: Reviewer) -> None:
    """Give a person's votes on rows that are still open the weight that they have by now.

    Nothing is settled by it: what weighs less can only ask for more votes.
    """
    weight = reviewers.weight_of(record)
    mine = Vote.objects.filter(project_id=record.project_id, user_id=record.user_id, gold=False)
    still = Review.objects.filter(project_id=record.project_id, state=Review.State.OPEN)
    mine = mine.filter(row__in=still.values("row"))
    listed = list(mine.values_list("row", flat=True))
    mine.update(weight=weight)
    for review in still.filter(row__in=listed):
        recount(review)


def close_review(project: Project, row: int, *, accepted: bool) -> None:
    """Note that a row with votes was settled, by whomever, and who had said so."""
    state = Review.State.ACCEPTED if accepted else Review.State.REJECTED
    found = Review.objects.filter(project=project, row=row)
    found.update(state=state, settled=timezone.now())
    _count_agreement(project.pk, row, accepted=accepted, times=1)


def unsettle(project: Project, review: Review) -> None:
    """Undo what the newest vote on a row settled: the row waits again."""
    if review.state != Review.State.DISPUTED:
        accepted = review.state == Review.State.ACCEPTED
        move_rows(project, [review.row], RowState.PENDING, actor=None, kind=None)
        _count_agreement(project.pk, review.row, accepted=accepted, times=-1)
    last = RowChange.objects.filter(project=project, row=review.row, kind__in=SETTLING).last()
    if last is not None:
        last.delete()
    review.state, review.settled = Review.State.OPEN, None
    review.save(update_fields=["state", "settled"])


def reasons_of(said: Vote) -> str:
    """Why the crowd rejects a row, for its contributor: the reason given most, newest note."""
    votes = Vote.objects.filter(project_id=said.project_id, row=said.row, verdict=Verdict.NO)
    given = list(votes.order_by("-pk").values_list("reason", "note"))
    if not given or said.verdict != Verdict.NO:
        return BY_PEERS
    code = Counter(reason for reason, _note in given).most_common(1)[0][0]
    note = next((note for reason, note in given if reason == code and note), "")
    return written(code, note)


def _settle(review: Review, outcome: Outcome, actor: User | None, reason: str) -> None:
    project = review.project
    if outcome is Outcome.DISPUTE:
        review.state = Review.State.DISPUTED
        review.save(update_fields=["state"])
        RowChange.objects.create(
            project=project,
            row=review.row,
            kind=RowChange.Kind.DISPUTED,
            schema_version=project.schema_version,
        )
        end_claims(project, [review.row])
        waiting_changed(project)
        return
    close_review(project, review.row, accepted=outcome is Outcome.ACCEPT)
    state, kind = KINDS[outcome]
    move_rows(project, [review.row], state, actor=actor, kind=kind, reason=reason)


def _count_agreement(project: int, row: int, *, accepted: bool, times: int) -> None:
    """Note for everybody who voted on a row whether they said what came of it."""
    wanted = Verdict.YES if accepted else Verdict.NO
    said = Vote.objects.filter(project=project, row=row, gold=False).exclude(verdict=Verdict.SKIP)
    people = Reviewer.objects.filter(project=project)
    for right, votes in (
        (1, said.filter(verdict=wanted)),
        (0, said.exclude(verdict=wanted)),
    ):
        mine = people.filter(user__in=votes.values("user"))
        mine.update(settled=F("settled") + times, agreed=F("agreed") + right * times)
