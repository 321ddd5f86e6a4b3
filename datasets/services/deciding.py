"""What maintainers do in a project that collects labels: its rules, disputes and gold items."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Missing, Refused
from common.limits import GOLD_PER_PROJECT, REDUNDANCY
from common.text import clean_name
from datasets.labelling.case import Case, open_case
from datasets.models import DataTable, Gold, Item, Label, Row, RowChange, RowState
from datasets.queries import Purpose, rows, target_of, typed_fields
from datasets.reviewing.claims import end_claims, lock
from datasets.reviewing.reasons import NOBODY_TELLS, written
from datasets.services.settling import move_rows
from datasets.services.weighing import DECIDED, settle
from projects.access import Right, guarded
from projects.models import Project

WHY_CHARACTERS = 200


def set_collecting(
    project: Project, actor: User, *, collects: str, redundancy: int | None = None
) -> None:
    """Say whether people give whole datapoints or labels, and how many labels an item needs.

    Raises:
        Missing, Forbidden: the actor does not maintain the project.
        Refused: the number does not fit, there is nothing to label, or items wait for labels and
            would have no way to get them (409).
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    if collects not in DataTable.Collects.values:
        raise Refused(_("Choose what people give from the list."), field="collects")
    if redundancy is not None and not 1 <= redundancy <= REDUNDANCY:
        sentence = _("An item needs 1 to %(limit)s labels.")
        raise Refused(sentence % {"limit": REDUNDANCY}, field="redundancy")
    with transaction.atomic():
        table = lock(project)
        if collects != table.collects:
            _check_collecting(project, collects)
        table.collects = collects
        table.redundancy = table.redundancy if redundancy is None else redundancy
        table.save(update_fields=["collects", "redundancy"])


def decide(project: Project, actor: User, row: int, text: str) -> Item:
    """Settle an item as a maintainer says; the crowd's labels do not change it any more.

    Raises:
        Missing, Forbidden: the actor does not maintain the project.
        Refused: it is no value of the target, or the item is settled or gone (409).
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    with transaction.atomic():
        case = open_case(project)
        stored = case.target.read(text)
        item, _made = Item.objects.get_or_create(project=project, row=row)
        item.certainty = DECIDED
        if item.state == Item.State.SETTLED or not settle(case, item, stored, actor=actor):
            raise _gone()
    return item


def leave_out(project: Project, actor: User, row: int, reason: str) -> None:
    """Take an item out that nobody can tell; it can be taken in again on its own page.

    Raises:
        Missing, Forbidden: the actor does not maintain the project.
        Refused: the item is settled or gone by now (409).
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    reason = clean_name(reason, WHY_CHARACTERS - 20)
    with transaction.atomic():
        case = open_case(project)
        if not case.items.filter(pk=row).exists():
            raise _gone()
        Item.objects.filter(project=project, row=row).delete()
        move_rows(
            project,
            [row],
            RowState.REJECTED,
            actor=actor,
            kind=RowChange.Kind.REJECTED,
            reason=written(NOBODY_TELLS, reason),
        )


def add_gold(project: Project, actor: User, row: int, text: str, why: str) -> Gold:
    """Make a row a gold item: its answer is known, and whoever labels it is told why.

    An item that waits is settled by it; a row that has an answer keeps it, and that is the known
    one. Adding it twice changes what is said of it.

    Raises:
        Missing: there is no such row that is accepted or waits for a label.
        Forbidden: the actor does not maintain the project.
        Refused: the answer is no value of the target, or the row says another one (409), or there
            are too many gold items.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    why = clean_name(why, WHY_CHARACTERS + 1)
    if len(why) > WHY_CHARACTERS:
        sentence = _("Say why in at most %(limit)s characters.")
        raise Refused(sentence % {"limit": WHY_CHARACTERS}, field="why")
    with transaction.atomic():
        case = open_case(project)
        found = _row_for_gold(case, row)
        stored = _known_answer(case, found, text)
        _check_room(project, row)
        if getattr(found, case.target.field.column) is None:
            item, _made = Item.objects.get_or_create(project=project, row=row)
            item.certainty = DECIDED
            settle(case, item, stored, actor=actor)
        end_claims(project, [row])
        return Gold.objects.update_or_create(
            project=project, row=row, defaults={"label": stored, "why": why, "added_by": actor}
        )[0]


def remove_gold(project: Project, actor: User, row: int) -> None:
    """The row stays, with its answer; nobody is shown it any more. Twice does it once.

    Raises:
        Missing, Forbidden: the actor does not maintain the project.
    """
    guarded(actor, project, at_least=Right.MAINTAIN)
    with transaction.atomic():
        lock(project)
        Gold.objects.filter(project=project, row=row, label__isnull=False).delete()
        end_claims(project, [row])


def _check_collecting(project: Project, collects: str) -> None:
    fields = typed_fields(project)
    if collects == DataTable.Collects.LABELS:
        target = target_of([field for field, _type in fields])
        if target is None or not any(f == target and t.target_of for f, t in fields):
            raise Refused(
                _("There is nothing to label: first give the project a field that it predicts."),
                field="collects",
                status=409,
            )
        return
    target = target_of([field for field, _type in fields])
    waiting = rows(project, Purpose.LABEL, [field for field, _type in fields])
    if target is not None and waiting.filter(**{f"{target.column}__isnull": True}).exists():
        raise Refused(
            _(
                "Items wait here for a label: have them labelled, decide them or withdraw them, "
                "then ask for whole datapoints."
            ),
            field="collects",
            status=409,
        )


def _row_for_gold(case: Case, row: int) -> Row:
    found = case.row(row)
    if found is None or found.state not in (RowState.PENDING, RowState.ACCEPTED):
        raise Missing
    labelled = Label.objects.filter(project=case.project, row=row, gold=False).exists()
    if found.state == RowState.PENDING and labelled:
        raise Refused(
            _("Others have labelled this one already. Take one that nobody has labelled."),
            status=409,
        )
    return found


def _known_answer(case: Case, row: Row, text: str) -> float | int | bool:
    own = getattr(row, case.target.field.column)
    if own is None:
        return case.target.read(text)
    if text.strip() and not case.target.same(case.target.read(text), own):
        sentence = _("This row says “%(value)s”: correct the row first, then make it gold.")
        raise Refused(sentence % {"value": case.target.show(own)}, field="value", status=409)
    plain = case.target.plain(own)
    if plain is None:
        raise Missing
    return case.target.stored(plain)


def _check_room(project: Project, row: int) -> None:
    others = Gold.objects.filter(project=project, label__isnull=False).exclude(row=row)
    if others.count() >= GOLD_PER_PROJECT:
        sentence = _("A project has at most %(limit)s gold items: remove one first.")
        raise Refused(sentence % {"limit": GOLD_PER_PROJECT}, status=409)


def _gone() -> Refused:
    return Refused(_("This one is settled or gone by now: nothing was changed."), status=409)
