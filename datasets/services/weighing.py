"""What becomes of an item by its labels: settled, disputed, open, and open again.

``weigh`` may be called at any time and as often as one likes: it reads the labels that count now
and brings the item to where they lead. Everything runs inside the transaction that holds the
project's lock (``datasets.labelling.case.open_case``).
"""

from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from datasets.hashing import row_hash
from datasets.labelling.case import Case, said_of
from datasets.labelling.opinions import Opinion
from datasets.labelling.rule import verdict
from datasets.models import Item, Label, Reviewer, Row, RowChange, RowState
from datasets.reviewing.claims import end_claims
from datasets.reviewing.reasons import LABELS_GONE
from datasets.services.settling import move_rows
from datasets.services.writing import set_value

#: What a maintainer decided is certain.
DECIDED = 1.0


#: A row in another state was taken out of the project by somebody: labels do not bring it back.
WEIGHED = (RowState.PENDING, RowState.ACCEPTED)


def weigh(case: Case, row: Row) -> Item:
    """Bring an item to the state that its labels lead to, and return what they come to."""
    item, _made = Item.objects.get_or_create(project=case.project, row=row.pk)
    if row.state not in WEIGHED or (item.state == Item.State.SETTLED and decided(case, row.pk)):
        return item
    said = [one for _user, one in said_of(case, row.pk)]
    opinion = case.target.opinion(said)
    state = verdict(len(said), opinion.certainty, case.table.redundancy)
    if item.state == Item.State.SETTLED and not _stands(case, item, opinion, state):
        reopen(case, item)
    was = item.state
    _note(case, item, len(said), opinion)
    if state == Item.State.SETTLED and was != Item.State.SETTLED:
        assert opinion.value is not None
        settle(case, item, case.target.stored(opinion.value), actor=None)
    elif was != Item.State.SETTLED and state != was:
        _turn(case, item, state)
    return item


def settle(case: Case, item: Item, stored: Any, *, actor: User | None, reason: str = "") -> bool:
    """Write an item's answer into its row and accept it; tells whether the row was still there.

    ``actor`` is the maintainer who decided, None for the crowd together.
    """
    row = case.items.filter(pk=item.row).first()
    if row is None:
        return False
    _write_target(case, row, stored)
    item.state, item.value, item.settled = Item.State.SETTLED, stored, timezone.now()
    item.save(update_fields=["state", "value", "certainty", "settled"])
    count_outcomes(case, item, labels_on(case, item), 1)
    moved = move_rows(
        case.project,
        [row.pk],
        RowState.ACCEPTED,
        actor=actor,
        kind=RowChange.Kind.LABELLED,
        reason=reason,
    )
    return bool(moved)


def reopen(case: Case, item: Item) -> None:
    """Take a settled item's answer out of its row again: it waits for more labels."""
    count_outcomes(case, item, labels_on(case, item), -1)
    row = case.row(item.row)
    move_rows(
        case.project,
        [item.row],
        RowState.PENDING,
        actor=None,
        kind=RowChange.Kind.RESTORED,
        reason=LABELS_GONE,
    )
    if row is not None:
        _write_target(case, row, None)
    item.state, item.settled = Item.State.OPEN, None
    item.save(update_fields=["state", "settled"])


def decided(case: Case, row: int) -> bool:
    """Whether a maintainer said what the item is: then no label changes it."""
    changes = RowChange.objects.filter(project=case.project, row=row)
    last = changes.filter(kind=RowChange.Kind.LABELLED).order_by("-pk").values_list("actor")
    actor = last.first()
    return actor is not None and actor[0] is not None


def labels_on(case: Case, item: Item) -> list[tuple[int, Any]]:
    """Who said what of an item, whether it counts or not."""
    labels = Label.objects.filter(project=case.project, row=item.row, gold=False)
    return list(labels.values_list("user", "value"))


def count_outcomes(case: Case, item: Item, labels: list[tuple[int, Any]], sign: int) -> None:
    """Count a settled item, or one that opens again, for those who labelled it."""
    people = [user for user, _value in labels]
    right = [user for user, value in labels if case.target.same(value, item.value)]
    records = Reviewer.objects.filter(project=case.project)
    counted = records.filter(user__in=people, settled__gte=-sign)
    counted.update(settled=F("settled") + sign)
    agreed = records.filter(user__in=right, agreed__gte=-sign)
    agreed.update(agreed=F("agreed") + sign)


def forget_label(case: Case, user: User, row: int) -> bool:
    """Delete what a person said of an item, and count it no more; tells whether there was any.

    Whoever calls it weighs the item next.
    """
    known = Label.objects.filter(project=case.project, row=row, user=user).first()
    if known is None:
        return False
    item = Item.objects.filter(project=case.project, row=row).first()
    if item is not None and item.state == Item.State.SETTLED and not known.gold:
        count_outcomes(case, item, [(user.pk, known.value)], -1)
    known.delete()
    return True


def _stands(case: Case, item: Item, opinion: Opinion, state: Item.State) -> bool:
    """Whether the labels that count still lead to the answer that the row has."""
    if state != Item.State.SETTLED or opinion.value is None:
        return False
    return case.target.same(case.target.stored(opinion.value), item.value)


def _note(case: Case, item: Item, labels: int, opinion: Opinion) -> None:
    item.labels, item.certainty = labels, opinion.certainty
    if item.state != Item.State.SETTLED:
        item.value = None if opinion.value is None else case.target.stored(opinion.value)
    item.save(update_fields=["labels", "certainty", "value"])


def _turn(case: Case, item: Item, state: Item.State) -> None:
    item.state = state
    item.save(update_fields=["state"])
    if state == Item.State.DISPUTED:
        end_claims(case.project, [item.row])
        RowChange.objects.create(
            project=case.project,
            row=item.row,
            kind=RowChange.Kind.DISPUTED,
            schema_version=case.project.schema_version,
        )


def _write_target(case: Case, row: Row, stored: Any) -> None:
    column = case.target.field.column
    setattr(row, column, stored)
    values = {field.pk: _plain(getattr(row, field.column)) for field, _type in case.fields}
    # The group of near-duplicates is made of features only, so it stays.
    set_value(case.project, row.pk, column, stored, row_hash(values))


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview | bytearray) else value
