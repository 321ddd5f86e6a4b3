"""What upper apps say on pages of lower ones: cards of projects and pages of people."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Sum

from accounts import profiles
from accounts.models import User
from datasets.labelling.queries import labelled_by
from datasets.models import Contribution, DataTable
from projects import browsing, cards
from projects.access import listed_for
from projects.models import Project
from training.models import Run

MOST = 24


class Counts(NamedTuple):
    """What a card says about a project's data."""

    accepted: int
    people: int


class Given(NamedTuple):
    """What a person gave to one project."""

    project: Project
    rows: int


def install() -> None:
    """Register every part; called once the apps are ready."""
    cards.add_part("counts", counts)
    browsing.count_by("data_table__accepted")
    profiles.add_part("contributions", "crowdcontrolled/_given.html", given)
    profiles.add_part("labels", "crowdcontrolled/_labelled.html", labelled)
    profiles.add_part("runs", "crowdcontrolled/_trained.html", trained)


def counts(projects: Sequence[Project]) -> dict[int, Counts]:
    """The counts of each project that has a table."""
    tables = DataTable.objects.filter(project__in=[project.pk for project in projects])
    return {table.project_id: Counts(table.accepted, table.people) for table in tables}


def given(person: User, reader: User | AnonymousUser) -> dict[str, Any] | None:
    """How many datapoints the person gave, by project; only what the reader may know."""
    visible = listed_for(reader).filter(hidden=False).order_by().values("pk")
    sums = (
        Contribution.objects.filter(
            user=person, project__in=visible, state=Contribution.State.VISIBLE
        )
        .order_by()
        .values("project")
        .annotate(total=Sum("rows"), acts=Count("pk"), last=Max("pk"))
        .order_by("-last")
    )
    top = list(sums[:MOST])
    if not top:
        return None
    by_id = Project.objects.in_bulk([one["project"] for one in top])
    total = sum(one["total"] for one in sums)
    return {"given": [Given(by_id[o["project"]], o["total"]) for o in top], "total": total}


def labelled(person: User, reader: User | AnonymousUser) -> dict[str, Any] | None:
    """How many items the person labelled, by project; only what the reader may know."""
    found = labelled_by(person, reader)
    if not found:
        return None
    return {"labelled": found[:MOST], "total": sum(one.labels for one in found)}


def trained(person: User, reader: User | AnonymousUser) -> dict[str, Any] | None:
    """The newest finished runs of the person; only what the reader may know."""
    visible = listed_for(reader).filter(hidden=False).order_by().values("pk")
    runs = Run.objects.filter(
        user=person,
        origin=Run.Origin.PERSON,
        project__in=visible,
        state=Run.State.DONE,
        hidden=False,
    ).select_related("project")
    found = list(runs[:MOST])
    return {"runs": found} if found else None
