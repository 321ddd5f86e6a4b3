"""Reads of labels: what a row's page, the quality page, exports and profiles say of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Sum

from accounts.models import User
from datasets.labelling.case import Case, case_of, counted
from datasets.labelling.targets import Target
from datasets.models import DataTable, Gold, Item, Label, Reviewer
from datasets.queries import Purpose, rows, typed_fields
from datasets.queries.listing import ShownRow, shown_row
from datasets.records import Typed, with_free_target
from projects.access import Person, listed_for, rights_in
from projects.models import Project

DISPUTES_PER_PAGE = 20


class Progress(NamedTuple):
    """How far the labelling of a project is; ``total`` does not count what came with an answer."""

    settled: int
    disputed: int
    total: int


class Summary(NamedTuple):
    """How well the labels of a project agree.

    Attributes:
        progress: settled, disputed and all items.
        labels: labels given, gold ones among them.
        people: who gave them.
        agreement: share of the labels of settled items that were as the outcome; None before any.
        gold_right: share of the answers to gold items that were right; None before any.
        gold: gold items.
        certainty: mean certainty of the settled items; None before any.
    """

    progress: Progress
    labels: int
    people: int
    agreement: float | None
    gold_right: float | None
    gold: int
    certainty: float | None


@dataclass(frozen=True)
class Opinion:
    """What one person said of a row, as pages show it."""

    user: User
    text: str
    colour: int | None
    agreed: bool | None
    counts: bool
    label: Label


@dataclass(frozen=True)
class Dispute:
    """An item that waits for a maintainer: its values, and what people said."""

    row: ShownRow
    item: Item
    opinions: list[Opinion]
    #: Each answer with how often it was given, the most frequent first.
    tally: list[tuple[str, int | None, int]]


class Labelled(NamedTuple):
    """How many labels a person gave to one project, and how they fared."""

    project: Project
    labels: int
    settled: int
    agreed: int


def collects_labels(project: Project) -> bool:
    """Whether the project asks for labels of items; one query."""
    return DataTable.objects.filter(project=project, collects=DataTable.Collects.LABELS).exists()


def fields_to_give(project: Project) -> Typed:
    """The fields in use; of an item, which people label, the target may be left out."""
    fields = typed_fields(project)
    return with_free_target(fields) if collects_labels(project) else fields


def progress(project: Project) -> Progress:
    """Settled, disputed and all items of a project; three counts by index."""
    states: Counter[str] = Counter()
    items = Item.objects.filter(project=project).order_by()
    for state, amount in items.values_list("state").annotate(n=Count("pk")):
        states[state] = amount
    pending = DataTable.objects.filter(project=project).values_list("pending", flat=True).first()
    settled = states[Item.State.SETTLED]
    return Progress(settled, states[Item.State.DISPUTED], settled + (pending or 0))


def summary(project: Project) -> Summary:
    """What the quality page says of labels; a few sums over people, none over labels."""
    people = Reviewer.objects.filter(project=project, answers__gt=0)
    sums = people.aggregate(
        labels=Sum("answers"),
        people=Count("pk"),
        settled=Sum("settled"),
        agreed=Sum("agreed"),
        seen=Sum("gold_seen"),
        right=Sum("gold_right"),
    )
    settled = Item.objects.filter(project=project, state=Item.State.SETTLED)
    sure = settled.aggregate(sure=Sum("certainty"), n=Count("pk"))
    return Summary(
        progress=progress(project),
        labels=sums["labels"] or 0,
        people=sums["people"],
        agreement=_share(sums["agreed"], sums["settled"]),
        gold_right=_share(sums["right"], sums["seen"]),
        gold=Gold.objects.filter(project=project, label__isnull=False).count(),
        certainty=_share(sure["sure"], sure["n"]),
    )


@dataclass(frozen=True)
class GoldItem:
    """An item whose answer is known, how often it was asked for, and how often said right."""

    gold: Gold
    row: ShownRow
    answer: str
    colour: int | None
    asked: int
    right: int


def gold_items(project: Project) -> list[GoldItem]:
    """The gold items of a project that collects labels, the newest first."""
    case = _case(project)
    if case is None:
        return []
    found = list(
        Gold.objects.filter(project=project, label__isnull=False)
        .select_related("added_by")
        .order_by("-pk")
    )
    kept = rows(project, Purpose.TABLE, [field for field, _type in case.fields])
    shown = {
        row.pk: shown_row(case.fields, row)
        for row in kept.filter(pk__in=[one.row for one in found]).select_related(
            "contribution__user"
        )
    }
    asked: Counter[int] = Counter()
    right: Counter[int] = Counter()
    answers = {one.row: one.label for one in found}
    given = Label.objects.filter(project=project, gold=True, row__in=list(answers)).order_by()
    for row, value, amount in given.values_list("row", "value").annotate(n=Count("pk")):
        asked[row] += amount
        right[row] += amount * case.target.same(value, answers[row])
    return [
        GoldItem(
            one,
            shown[one.row],
            case.target.show(one.label),
            case.target.colour(one.label),
            asked[one.row],
            right[one.row],
        )
        for one in found
        if one.row in shown
    ]


def disputes(project: Project, after: int = 0) -> list[Dispute]:
    """The items that wait for a maintainer, the oldest first; a page of them."""
    case = _case(project)
    if case is None:
        return []
    waiting = case.items.order_by().values("pk")
    found = Item.objects.filter(
        project=project, state=Item.State.DISPUTED, row__in=waiting, pk__gt=after
    )
    items = {item.row: item for item in found.order_by("pk")[:DISPUTES_PER_PAGE]}
    shown = {
        row.pk: shown_row(case.fields, row)
        for row in case.items.filter(pk__in=list(items)).select_related("contribution__user")
    }
    said = _opinions(case, list(items), items)
    return [
        Dispute(shown[row], item, said.get(row, []), _tally(said.get(row, [])))
        for row, item in items.items()
        if row in shown
    ]


class RawLabel(NamedTuple):
    """One label as the file of all labels has it; ``number`` is the row's, as pages show it."""

    row: int
    number: int
    user: int
    answer: str
    gold: bool
    counts: bool
    when: str


def raw_labels(project: Project, *, every: bool) -> Iterator[RawLabel]:
    """The labels of settled items in the order of giving; with ``every`` all, for maintainers.

    What others said of an open item, or which ones are gold, would help whoever labels carelessly.
    Labels of rows that were withdrawn are not among them.
    """
    case = _case(project)
    if case is None:
        return
    kept = rows(project, Purpose.OWN, [field for field, _type in case.fields]).order_by()
    valid = counted(project).filter(pk=OuterRef("pk"))
    given = Label.objects.filter(project=project, row__in=kept.values("pk"))
    if not every:
        settled = Item.objects.filter(project=project, state=Item.State.SETTLED)
        given = given.filter(gold=False, row__in=settled.values("row"))
    places: dict[int, int] = {}
    listed = given.annotate(counts=Exists(valid)).order_by("pk")
    for label in listed.iterator(chunk_size=1_000):
        if label.row not in places:
            places[label.row] = kept.filter(pk=label.row).values_list("arrival", flat=True)[0]
        when = label.created.isoformat(timespec="seconds")
        said = case.target.plain(label.value)
        answer = "" if said is None else case.target.type.show(case.target.type.from_storage(said))
        counts = label.counts or label.gold
        number = places[label.row] + 1
        yield RawLabel(label.row, number, label.user_id, answer, label.gold, counts, when)


def labelled_by(person: User, reader: Person) -> list[Labelled]:
    """How many labels a person gave, by project; only projects that the reader may know of."""
    visible = listed_for(reader).filter(hidden=False).order_by().values("pk")
    records = Reviewer.objects.filter(
        user=person,
        answers__gt=0,
        project__in=visible,
        project__data_table__collects=DataTable.Collects.LABELS,
    )
    return [
        Labelled(one.project, one.answers, one.settled, one.agreed)
        for one in records.select_related("project").order_by("-answers", "pk")
    ]


def own_labels(user: User) -> list[Labelled]:
    """The same for the person's own page: every project that they may still see."""
    records = Reviewer.objects.filter(
        user=user, answers__gt=0, project__data_table__collects=DataTable.Collects.LABELS
    )
    found = list(records.select_related("project").order_by("-answers", "pk"))
    rights = rights_in(user, {one.project for one in found})
    return [
        Labelled(one.project, one.answers, one.settled, one.agreed)
        for one in found
        if rights[one.project_id] is not None
    ]


def labels_given(user: User) -> list[dict[str, Any]]:
    """Everything that a person said of items, for their own download."""
    given = Label.objects.filter(user=user).order_by("pk")
    return [dict(one) for one in given.values("project", "row", "value", "gold", "created")]


def _case(project: Project) -> Case | None:
    table = DataTable.objects.filter(project=project, collects=DataTable.Collects.LABELS).first()
    return None if table is None else case_of(project, table)


def _opinions(
    case: Case, listed: Iterable[int], items: dict[int, Item]
) -> dict[int, list[Opinion]]:
    """What was said of each of these rows, in the order of saying."""
    valid = counted(case.project).filter(pk=OuterRef("pk"))
    given = Label.objects.filter(project=case.project, row__in=list(listed))
    found: dict[int, list[Opinion]] = {}
    for label in given.select_related("user").annotate(counts=Exists(valid)):
        item = items.get(label.row)
        agreed = None
        if item is not None and item.state == Item.State.SETTLED:
            agreed = case.target.same(label.value, item.value)
        found.setdefault(label.row, []).append(_opinion(case.target, label, agreed))
    return found


def _opinion(target: Target, label: Any, agreed: bool | None) -> Opinion:
    text, colour = target.show(label.value), target.colour(label.value)
    return Opinion(label.user, text, colour, agreed, label.counts or label.gold, label)


def _tally(opinions: list[Opinion]) -> list[tuple[str, int | None, int]]:
    colours = {one.text: one.colour for one in opinions}
    counts = Counter(one.text for one in opinions if one.counts)
    return [(text, colours[text], amount) for text, amount in counts.most_common()]


def _share(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


__all__ = [
    "Dispute",
    "GoldItem",
    "Labelled",
    "Opinion",
    "Progress",
    "Summary",
    "collects_labels",
    "disputes",
    "fields_to_give",
    "gold_items",
    "labelled_by",
    "labels_given",
    "own_labels",
    "progress",
    "raw_labels",
    "summary",
]
