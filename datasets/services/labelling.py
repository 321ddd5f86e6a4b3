"""Labels: what people say of items, one item at a time."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import ratelimit
from common.errors import Refused
from common.limits import LABELS_PER_MINUTE, UNDO_SECONDS
from datasets.labelling.case import Case, open_case
from datasets.labelling.growth import wish_for_consensus
from datasets.models import Gold, Item, Label, Reviewer
from datasets.reviewing.claims import Wanted, check_held, give_back, take_first
from datasets.reviewing.reviewers import count_answer, count_gold, record_of, resume
from datasets.services.contributing import check_takes_rows
from datasets.services.taking_back import GRACE_SECONDS
from datasets.services.weighing import forget_label, weigh
from projects.access import Right
from projects.models import Project
from projects.services import note_event, record_activity

#: A line of the feed is written when somebody has labelled so many, then with each hundredth.
TOLD_AT = frozenset({1, 10, 25, 50})
TOLD_EVERY = 100


class Answered(NamedTuple):
    """What came of a label.

    Attributes:
        row: the item.
        value: the stored value of what was said.
        gold: the known answer, when the item has one; then ``right`` says whether it was said.
        right: see ``gold``; None of other items.
        item: what the labels of the item come to now; None of gold ones.
        paused: whether the person's labels wait from now on for a look at the guidelines.
        given: how many labels the person has given in this project.
    """

    row: int
    value: Any
    gold: Gold | None = None
    right: bool | None = None
    item: Item | None = None
    paused: bool = False
    given: int = 0


def label(
    *, project: Project, user: User, row: int, text: str, right: Right | None = None
) -> Answered:
    """Take what a person says of the item that they were shown. Sent again, it counts once.

    The item may be settled by it: its row gets the answer and is accepted, all in one transaction.

    Args:
        project: which asks for labels.
        user: who says it.
        row: the item's row.
        text: what the form sent, as the target's ``parse`` reads it.
        right: the person's right as the door found it.

    Raises:
        Refused: it is no value of the target (422); the person was not shown the item, or longer
            ago than ten minutes, or said something else of it before (409); the item was settled
            or taken out meanwhile (409); the person is paused (403) or too fast (429).
    """
    check_takes_rows(project, user, right)
    ratelimit.spend("label", user.pk, limit=LABELS_PER_MINUTE, seconds=60)
    with transaction.atomic():
        case = open_case(project)
        value = case.target.read(text)
        known = Label.objects.filter(project=project, row=row, user=user).first()
        if known is not None:
            return _again(case, known, value)
        check_not_paused(record_of(project, user))
        check_held(project, user, row)
        gold = Gold.objects.filter(project=project, row=row, label__isnull=False).first()
        if gold is not None:
            return _gold_label(case, user, gold, value)
        found = case.items.filter(pk=row).first()
        if found is None:
            raise Refused(
                _("This one is settled by now, so your label is not needed. Here is the next."),
                status=409,
            )
        Label.objects.create(project=project, row=row, user=user, value=value)
        record = _counted(case, user, row)
        item = weigh(case, found)
        wish_for_consensus(project)
        return Answered(row, value, item=item, given=record.answers)


def undo_label(*, project: Project, user: User, row: int) -> None:
    """Take a label back within seconds; the item is with the person again. Twice does it once.

    Raises:
        Refused: the time is over, or its right answer was told.
    """
    with transaction.atomic():
        case = open_case(project)
        known = Label.objects.filter(project=project, row=row, user=user).first()
        if known is None:
            return
        _check_undo(known)
        forget_label(case, user, row)
        mine = Reviewer.objects.filter(project=project, user=user, answers__gt=0)
        mine.update(answers=F("answers") - 1)
        found = case.row(row)
        if found is not None:
            weigh(case, found)
        # Last: an item that opens again is with nobody.
        take_first(project, user, [Wanted(row, None)])


def skip(*, project: Project, user: User, row: int) -> None:
    """Give an item back unlabelled: somebody else may have it at once."""
    with transaction.atomic():
        open_case(project)
        give_back(project, user, row)


def go_on(*, project: Project, user: User) -> None:
    """Let a paused person go on, who says that they have read the guidelines.

    What they said before counts again, by what their answers to gold items say of them.
    """
    from datasets.labelling.upkeep import wish_to_recount

    with transaction.atomic():
        open_case(project)
        if record_of(project, user).paused is not None:
            resume(project, user)
            wish_to_recount(user, project)


def check_not_paused(record: Reviewer) -> None:
    """Refuse labels of a person who is paused.

    Raises:
        Refused: 403, with the way out.
    """
    if record.paused is not None:
        raise Refused(
            _("Your labels are paused: read the guidelines once more, then go on."), status=403
        )


def _again(case: Case, known: Label, value: Any) -> Answered:
    """The answer to a label that came twice: a double click, a retry."""
    if not case.target.same(known.value, value):
        raise Refused(
            _("You have labelled this one already. Here is what waits for you now."), status=409
        )
    item = Item.objects.filter(project=case.project, row=known.row).first()
    return Answered(known.row, known.value, item=item)


def _gold_label(case: Case, user: User, gold: Gold, value: Any) -> Answered:
    from datasets.labelling.upkeep import wish_to_recount

    Label.objects.create(project=case.project, row=gold.row, user=user, value=value, gold=True)
    record = _counted(case, user, gold.row)
    right = case.target.same(value, gold.label)
    paused = count_gold(record, right=right)
    if paused:
        wish_to_recount(user, case.project)
    return Answered(gold.row, value, gold, right, None, paused, record.answers)


def _counted(case: Case, user: User, row: int) -> Reviewer:
    """Note one more label of the person, and that the item is with them no more."""
    record = count_answer(case.project, user)
    give_back(case.project, user, row)
    note_event(case.project, user, "rows")
    if record.answers in TOLD_AT or record.answers % TOLD_EVERY == 0:
        record_activity(
            project=case.project, actor=user, kind="labelled", payload={"labels": record.answers}
        )
    return record


def _check_undo(known: Label) -> None:
    if known.gold:
        raise Refused(
            _("This one had a known answer, and you were told it: it cannot be undone."), status=409
        )
    age = timezone.now() - known.created
    if age > timedelta(seconds=UNDO_SECONDS + GRACE_SECONDS):
        sentence = _("A label can be undone for %(limit)s seconds, and that time is over.")
        raise Refused(sentence % {"limit": UNDO_SECONDS}, status=409)
