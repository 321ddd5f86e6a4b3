"""A project whose labels are read or changed, as it stands under its lock."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.names import CLOSED_PREFIX
from common.errors import Refused
from datasets.labelling.opinions import LEAST_SKILL, MOST_SKILL, Said
from datasets.labelling.targets import Target, target_for
from datasets.models import Contribution, DataTable, Label, Reviewer, Row, RowState
from datasets.queries import Purpose, rows, typed_fields
from datasets.records import Typed
from datasets.reviewing.claims import lock
from datasets.reviewing.reviewers import PRIOR_RIGHT, PRIOR_WRONG
from projects.models import Project


@dataclass(frozen=True)
class Case:
    """The project, its rules, its fields, and what is asked for."""

    project: Project
    table: DataTable
    fields: Typed
    target: Target

    # Kept, since each call of rows() builds the table's class anew.

    @cached_property
    def items(self) -> QuerySet[Row]:
        """The rows that wait for a label, in arrival order."""
        waiting = rows(self.project, Purpose.LABEL, [field for field, _type in self.fields])
        # The state once more, as the index of waiting rows has it.
        waiting = waiting.filter(
            state=RowState.PENDING, contribution__state=Contribution.State.VISIBLE
        )
        return waiting.filter(**{f"{self.target.field.column}__isnull": True})

    @cached_property
    def kept(self) -> QuerySet[Row]:
        """The rows in whatever state, but for tombstones."""
        return rows(self.project, Purpose.OWN, [field for field, _type in self.fields])

    def row(self, pk: int) -> Row | None:
        """One of these."""
        return self.kept.filter(pk=pk).first()


def open_case(project: Project) -> Case:
    """Lock the project's table record until the commit, and read what labels depend on.

    Raises:
        Refused: the project asks for whole datapoints, or it has no target yet.
    """
    return case_of(project, lock(project))


def case_of(project: Project, table: DataTable) -> Case:
    """The same of a record that was read already, locked or not.

    Raises: as ``open_case``.
    """
    if table.collects != DataTable.Collects.LABELS:
        sentence = _("This project asks for whole datapoints, not for labels.")
        raise Refused(sentence, status=409)
    fields = typed_fields(project)
    return Case(project, table, fields, target_for(project, fields))


def counted(project: Project) -> QuerySet[Label]:
    """The labels that count: none of a suspended person, or of one whose answers are paused.

    Whoever closed the account and left what they gave is counted on.
    """
    paused = Reviewer.objects.filter(project=project, paused__isnull=False).values("user")
    people = Q(user__is_active=True) | Q(user__username__startswith=CLOSED_PREFIX)
    return Label.objects.filter(people, project=project, gold=False).exclude(user__in=paused)


def said_of(case: Case, row: int) -> list[tuple[int, Said]]:
    """The labels of an item that count, in the order in which they came, by person."""
    labels = list(counted(case.project).filter(row=row).values_list("user", "value"))
    skills = skills_of(case.project, [user for user, _value in labels])
    known = [(user, case.target.plain(value)) for user, value in labels]
    return [(user, Said(value, skills[user])) for user, value in known if value is not None]


def skills_of(project: Project, people: list[int]) -> dict[int, float]:
    """How probably each person's next label is right, by id."""
    found = {one.user_id: one for one in Reviewer.objects.filter(project=project, user__in=people)}
    return {user: skill_of(found.get(user)) for user in people}


def skill_of(record: Reviewer | None) -> float:
    """The mean of Beta(8, 2) after the person's gold items and the settled ones they labelled."""
    right = seen = 0
    if record is not None:
        right = record.gold_right + record.agreed
        seen = record.gold_seen + record.settled
    mean = (PRIOR_RIGHT + right) / (PRIOR_RIGHT + PRIOR_WRONG + seen)
    return min(MOST_SKILL, max(LEAST_SKILL, mean))


def counted_value(target: Target, stored: Any) -> Any:
    """A label's value as it is kept: JSON, the same for the same answer."""
    plain = target.plain(stored)
    return None if plain is None else target.stored(plain)
