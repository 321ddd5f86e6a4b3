"""A project whose digits wait for a label, and people who say what they are."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from datasets import services
from datasets.drafts import FieldDraft
from datasets.labelling.serving import Served, serve
from datasets.models import Claim, Contribution, DataTable, Item
from datasets.queries import Purpose, rows, typed_fields
from datasets.services.labelling import Answered, label
from projects.models import Project
from tests.cast import person
from tests.projects_in_use import published, rules

#: A feature, and a target of each kind that can be one.
ITEM = FieldDraft("length", "number", required=False)
KIND = FieldDraft("kind", "category", role="target", options={"categories": ["a", "b", "c"]})
ALIVE = FieldDraft("alive", "boolean", role="target")
COUNT = FieldDraft("count", "integer", role="target", options={"minimum": 0, "maximum": 100})
WEIGHT = FieldDraft("weight", "number", role="target")


def labelled_project(
    owner: User,
    *,
    target: FieldDraft = KIND,
    items: int = 3,
    name: str = "Items",
    redundancy: int = 3,
    **more: User,
) -> Project:
    """A published project with so many items that wait for a label."""
    task = "classification" if target.kind in ("category", "boolean") else "regression"
    project = published(owner, name, [ITEM, target], task=task, **more)
    collect_labels(project, redundancy=redundancy)
    if items:
        add_items(project, owner, range(items))
    return project


def collect_labels(project: Project, *, redundancy: int = 3) -> None:
    """Ask for labels, without asking anybody."""
    rules(project, collects=DataTable.Collects.LABELS)
    DataTable.objects.filter(project=project).update(redundancy=redundancy)


def add_items(project: Project, user: User, lengths: Iterable[float]) -> Contribution:
    """Items of so many lengths."""
    field = typed_fields(project)[0][0]
    values = [{field.pk: float(length)} for length in lengths]
    return services.contribute(
        project=project, user=user, rows=values, source=Contribution.Source.SEED
    )


def items_of(project: Project) -> list[int]:
    """The items' rows in the order in which they came, whatever became of them."""
    return list(rows(project, Purpose.OWN).values_list("pk", flat=True))


def crowd(count: int) -> list[User]:
    """People who label."""
    return [person(f"labeller{number}") for number in range(count)]


def give(project: Project, user: User, row: int) -> None:
    """Have an item with a person, whichever would be next."""
    until = timezone.now() + timedelta(minutes=10)
    Claim.objects.update_or_create(project=project, row=row, user=user, defaults={"until": until})


def say(project: Project, user: User, row: int, text: str) -> Answered:
    """What a person says of an item that they were shown."""
    give(project, user, row)
    return label(project=project, user=user, row=row, text=text)


def shown(project: Project, user: User, **more: object) -> Served:
    """What the person is shown next."""
    return serve(project, user, **more)  # type: ignore[arg-type]


def item(project: Project, row: int) -> Item:
    """What the labels of a row come to."""
    return Item.objects.get(project=project, row=row)


def state_of(project: Project, row: int) -> int:
    """The row's own state."""
    return int(rows(project, Purpose.CHANGE).values_list("state", flat=True).get(pk=row))


def target_value(project: Project, row: int) -> object:
    """The stored target of a row."""
    column = typed_fields(project)[1][0].column
    return rows(project, Purpose.CHANGE).values_list(column, flat=True).get(pk=row)
