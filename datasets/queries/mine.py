"""What one person has contributed, over all projects."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from datasets.models import Contribution, Row
from datasets.queries.counts import typed_fields
from datasets.queries.listing import ShownRow, shown_row
from datasets.queries.reading import Purpose, rows
from projects.access import rights_in
from projects.models import Project

ACTS_PER_PAGE = 30
ROWS_PER_PAGE = 50


@dataclass(frozen=True)
class Act:
    """One contribution as its contributor's list shows it."""

    contribution: Contribution
    #: None when the person may not know any more that the project exists.
    project: Project | None

    @property
    def first(self) -> int | None:
        """The number of its first row, as pages count them."""
        arrival = self.contribution.first_arrival
        return None if arrival is None else arrival + 1

    @property
    def last(self) -> int | None:
        """The number of its last row."""
        return None if self.first is None else self.first + self.contribution.rows - 1

    @property
    def withdrawn(self) -> bool:
        """Whether nothing of it is left to take back."""
        return self.contribution.state == Contribution.State.WITHDRAWN


@dataclass(frozen=True)
class Acts:
    """One page of acts, newest first; ``older`` and ``newer`` are ids of contributions."""

    acts: list[Act]
    older: int | None
    newer: int | None


def acts_of(
    user: User,
    *,
    project: Project | None = None,
    before: int | None = None,
    after: int | None = None,
) -> Acts:
    """A person's contributions before (or after) an id; the newest without either."""
    found = Contribution.objects.filter(user=user).exclude(state=Contribution.State.OPEN)
    found = found.select_related("project")
    if project is not None:
        found = found.filter(project=project)
    more = ACTS_PER_PAGE + 1
    if after is not None:
        listed = list(found.filter(pk__gt=after).order_by("pk")[:more])
        newer, older = len(listed) == more, True
        listed = listed[:ACTS_PER_PAGE][::-1]
    else:
        if before is not None:
            found = found.filter(pk__lt=before)
        listed = list(found.order_by("-pk")[:more])
        newer, older = before is not None, len(listed) == more
        listed = listed[:ACTS_PER_PAGE]
    rights = rights_in(user, {one.project for one in listed})
    acts = [Act(one, one.project if rights[one.project_id] is not None else None) for one in listed]
    return Acts(
        acts,
        older=listed[-1].pk if listed and older else None,
        newer=listed[0].pk if listed and newer else None,
    )


def projects_of(user: User) -> list[Project]:
    """The projects that the person gave to and may still see, by name."""
    given = Contribution.objects.filter(user=user).exclude(state=Contribution.State.OPEN)
    found = list(Project.objects.filter(pk__in=given.values("project").distinct()).order_by("name"))
    rights = rights_in(user, found)
    return [project for project in found if rights[project.pk] is not None]


def rows_given(contribution: Contribution, after: int = -1) -> tuple[list[ShownRow], int | None]:
    """Rows of a contribution behind a place in it, and the ``after`` of the following page."""
    fields = typed_fields(contribution.project)
    found = _rows(contribution).filter(position__gt=after).order_by("position")
    listed = list(found.select_related("contribution__user")[: ROWS_PER_PAGE + 1])
    shown = [shown_row(fields, row) for row in listed[:ROWS_PER_PAGE]]
    return shown, listed[ROWS_PER_PAGE - 1].position if len(listed) > ROWS_PER_PAGE else None


def _rows(contribution: Contribution) -> QuerySet[Row]:
    return rows(contribution.project, Purpose.OWN).filter(contribution=contribution)
