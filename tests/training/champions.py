"""Living champions for the tests: switched on, with runs that end without an engine."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from datasets.services import take_snapshot
from jobs.services import claim
from projects.models import Project
from tests.projects_in_use import add_records, seed_records
from tests.training.finished import files_of, outcome_of
from training import services
from training.models import Champion, Run
from training.queries import classes_of
from training.services import champion


@pytest.fixture
def champions(settings: Any) -> Iterator[None]:
    """Projects train by themselves in this test."""
    settings.CHAMPIONS = True
    champion.memory.forget()
    yield
    champion.memory.forget()


def hours_later(project: Project, hours: float = 2) -> None:
    """As if the last training by itself had been queued so long ago."""
    then = timezone.now() - timedelta(hours=hours)
    Champion.objects.filter(project=project, queued__isnull=False).update(queued=then)
    champion.memory.forget()


def grown(project: Project, count: int, start: int = 0) -> None:
    """So many more rows of the digits, by the project's creator."""
    add_records(project, project.creator, seed_records("digits", start + count)[start:])


def ended(run: Run, folder: Path, score: float | None = 0.9) -> Run:
    """Let a worker take the project's own run and end it with that score."""
    job = claim("training", "here:1")
    assert job is not None
    assert job.payload == {"run": run.pk}
    services.begin(job, run, take_snapshot(run.project).pk)
    run.refresh_from_db()
    champion.note_begun(run)
    folder = folder / str(run.pk)
    folder.mkdir()
    outcome = outcome_of(run, files_of(run, folder), score)
    services.finish(job, run, outcome, folder, classes=len(classes_of(run)))
    run.refresh_from_db()
    return run


def looked(project: Project) -> Run:
    """The run that a look at the project queues, which it must."""
    run = champion.look(project.pk)
    assert run is not None
    return run
