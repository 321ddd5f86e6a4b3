"""Giving datapoints that wait, and saying what one thinks of them."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from datasets import services
from datasets.models import Claim, Contribution, Vote
from datasets.queries import Purpose, rows, typed_fields
from datasets.records import read_record
from datasets.services import reviewing
from datasets.services.reviewing import Voted
from projects.models import Project
from tests.projects_in_use import seed_records

YES, NO, SKIP = Vote.Verdict.YES, Vote.Verdict.NO, Vote.Verdict.SKIP


def give(project: Project, user: User, *places: int, **options: Any) -> list[int]:
    """Contribute penguins by their places in the demo's data; the ids of their rows."""
    records = seed_records("penguins", max(places) + 1)
    fields = typed_fields(project)
    made = services.contribute(
        project=project,
        user=user,
        rows=[read_record(fields, records[place]) for place in places],
        source=Contribution.Source.FORM,
        **options,
    )
    table = rows(project, Purpose.CHANGE).filter(contribution=made)
    return list(table.values_list("pk", flat=True))


def show(project: Project, user: User, row: int) -> None:
    """Have the row shown to the person, whatever the queue would show."""
    with transaction.atomic():
        Claim.objects.update_or_create(
            project=project,
            row=row,
            user=user,
            defaults={"until": timezone.now() + timedelta(minutes=10)},
        )


def say(project: Project, user: User, row: int, verdict: int, **said: Any) -> Voted:
    """Vote on a row that was shown a moment ago."""
    show(project, user, row)
    if verdict == NO:
        said = {"reason": "unclear", **said}
    return reviewing.vote(project=project, user=user, row=row, verdict=verdict, **said)


def state_of(project: Project, row: int) -> int:
    """The row's state."""
    return int(rows(project, Purpose.CHANGE).values_list("state", flat=True).get(pk=row))
