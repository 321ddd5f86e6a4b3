"""Background work on labels: all of a project together, and all of one person again.

Each row is weighed in a transaction of its own. Killed half-way the work begins again where it
was, since weighing an item twice weighs it once.
"""

import uuid
from collections.abc import Iterable

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from accounts import leaving, my_data, suspending
from accounts.models import User
from common.errors import Refused
from datasets.labelling.case import Case, case_of, counted, open_case
from datasets.labelling.crowd import Consensus, Labels, consensus
from datasets.labelling.growth import KIND
from datasets.labelling.queries import labels_given
from datasets.labelling.rule import verdict
from datasets.labelling.targets import Target
from datasets.models import DataTable, Gold, Item, Label
from datasets.services.weighing import DECIDED, forget_label, settle, weigh
from jobs.kinds import Kind, register
from jobs.models import Job
from jobs.services import enqueue, finish
from projects.models import Project

RECOUNT = "recount_labels"


def install() -> None:
    """Register the jobs; called once the apps are ready."""
    register(Kind(KIND, "light", "datasets.labelling.upkeep.look_together", time_limit=780))
    register(Kind(RECOUNT, "light", "datasets.labelling.upkeep.recount", time_limit=780))
    leaving.add_step("labels", on_leaving)
    suspending.register(on_suspension)
    my_data.add_part("labels", labels_given)


def wish_to_recount(user: User, project: Project | None = None, *, forget: bool = False) -> None:
    """Have every item that the person labelled weighed anew, after the commit.

    Whoever is suspended or paused does not count any more, who comes back counts again; items
    that are left with too few labels open again. With ``forget`` the labels go for good.
    """
    payload: dict[str, int] = {"user": user.pk, "forget": int(forget)}
    if project is not None:
        payload["project"] = project.pk
    enqueue(RECOUNT, f"{RECOUNT}:{uuid.uuid4().hex}", payload=payload)


def on_leaving(user: User, wants_withdrawal: bool) -> None:
    """Somebody closes their account: their labels stay and count, or go with all they gave."""
    if wants_withdrawal and Label.objects.filter(user=user).exists():
        wish_to_recount(user, forget=True)


def on_suspension(user: User) -> None:
    """Somebody was suspended, or may come in again."""
    if Label.objects.filter(user=user).exists():
        wish_to_recount(user)


def recount(job: Job) -> None:
    """Weigh every item of a person anew."""
    user = User.objects.get(pk=job.payload["user"])
    labels = Label.objects.filter(user=user)
    if "project" in job.payload:
        labels = labels.filter(project=job.payload["project"])
    for number in list(labels.order_by().values_list("project", flat=True).distinct()):
        project = Project.objects.get(pk=number)
        listed = labels.filter(project=project).order_by("row").values_list("row", flat=True)
        weigh_all(project, list(listed), forget=user if job.payload.get("forget") else None)
    _done(job)


def weigh_all(project: Project, listed: Iterable[int], forget: User | None = None) -> None:
    """Weigh items of a project, each in a transaction of its own; first forget a person's label."""
    for row in listed:
        with transaction.atomic():
            try:
                case = open_case(project)
            except Refused:
                # The project collects whole datapoints by now.
                return
            if forget is not None:
                forget_label(case, forget, row)
            if (found := case.row(row)) is not None:
                weigh(case, found)


def look_together(job: Job) -> None:
    """Let all labels of a project explain each other, and settle what is sure by it."""
    project = Project.objects.filter(pk=job.payload["project"]).first()
    if project is not None:
        settle_together(project)
    _done(job)


def settle_together(project: Project) -> int:
    """Settle the open items that all labels together make sure; return how many.

    Only classes are looked at together; a number's median needs no others. Disputed items are
    among them: what others say elsewhere may tell whom to believe.
    """
    try:
        case = case_of(project, DataTable.objects.get(project=project))
    except Refused:
        return 0
    found = together(case)
    if found is None:
        return 0
    listed, outcome = found
    sure = [
        (row, value, certainty)
        for row, value, certainty in zip(
            listed, outcome.values.tolist(), outcome.certainty.tolist(), strict=True
        )
        if verdict(case.table.redundancy, certainty, case.table.redundancy) == Item.State.SETTLED
    ]
    opened = _open_items(case)
    return sum(
        _settle_one(project, row, case.target.codes[value], certainty)
        for row, value, certainty in sure
        if row in opened
    )


def together(case: Case) -> tuple[list[int], Consensus] | None:
    """The items that have labels, and what all labels come to; None for numbers, or no labels."""
    target = case.target
    place = {float(code): at for at, code in enumerate(target.codes)}
    given = counted(case.project).order_by().values_list("row", "user", "value")
    said = [
        (row, user, place[plain])
        for row, user, value in given.iterator(chunk_size=5_000)
        if (plain := target.plain(value)) in place
    ]
    gold = _gold_said(case, place)
    if not target.codes or not said:
        return None
    columns = np.array([*said, *gold], dtype=np.int64)
    listed, items = np.unique(columns[:, 0], return_inverse=True)
    _people, people = np.unique(columns[:, 1], return_inverse=True)
    known = _known(case, target, listed.tolist(), place)
    return listed.tolist(), consensus(
        Labels(items, people, columns[:, 2], len(target.codes), known)
    )


def _gold_said(case: Case, place: dict[float, int]) -> list[tuple[int, int, int]]:
    """Labels of gold items: they say how good people are."""
    given = Label.objects.filter(project=case.project, gold=True).order_by()
    return [
        (row, user, place[plain])
        for row, user, value in given.values_list("row", "user", "value").iterator()
        if (plain := case.target.plain(value)) in place
    ]


def _known(
    case: Case, target: Target, listed: list[int], place: dict[float, int]
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """The class of each item whose answer is known: gold ones and decided ones; else -1."""
    answers = dict(
        Gold.objects.filter(project=case.project, label__isnull=False).values_list("row", "label")
    )
    decided = Item.objects.filter(project=case.project, state=Item.State.SETTLED, certainty=DECIDED)
    answers |= dict(decided.values_list("row", "value"))
    plain = (target.plain(answers.get(row)) for row in listed)
    return np.array([-1 if value is None else place.get(value, -1) for value in plain])


def _open_items(case: Case) -> set[int]:
    """The items that are not settled and have as many labels as the project wants at least."""
    found = _unsettled(case.project).filter(labels__gte=case.table.redundancy)
    return set(found.values_list("row", flat=True))


def _settle_one(project: Project, row: int, code: int, certainty: float) -> bool:
    with transaction.atomic():
        case = open_case(project)
        item = _unsettled(project).filter(row=row).first()
        if item is None or item.labels < case.table.redundancy:
            return False
        item.certainty = certainty
        return settle(case, item, case.target.stored(code), actor=None)


def _unsettled(project: Project) -> QuerySet[Item]:
    return Item.objects.filter(project=project).exclude(state=Item.State.SETTLED)


def _done(job: Job) -> None:
    if job.token is not None:
        with transaction.atomic():
            finish(job.pk, job.token)
