"""A change of the schema beside people who contribute, and killed half-way."""

import os
import signal
import subprocess
import time
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from common.errors import Refused
from datasets import services
from datasets.checking import Checked, check_project
from datasets.models import Contribution, RowChange, SchemaVersion
from datasets.queries import Purpose, rows, typed_fields
from datasets.records import read_record
from datasets.services import backfilling, versioning
from jobs.errors import LostLease
from jobs.models import Job
from jobs.sweeper import sweep
from jobs.tasks import work_one
from projects.models import Project
from tests.at_once import at_once
from tests.live.test_real_server import running
from tests.projects_in_use import add_records, seed_records, seeded

pytestmark = pytest.mark.django_db(transaction=True)
ROWS, WRITERS = 200, 3


@pytest.fixture
def project(alice: User, bob: User, carol: User, monkeypatch: Any) -> Project:
    """Digits, whose changes go by jobs in small portions."""
    monkeypatch.setattr(versioning, "AT_ONCE", 0)
    monkeypatch.setattr(backfilling, "FIRST", 20)
    monkeypatch.setattr(backfilling, "MOST", 20)
    return seeded(alice, bob, carol, "digits", rows=ROWS)


def merge(project: Project, actor: User, number: int, gone: int = 7) -> SchemaVersion:
    """Merge a class of the digits into 1, and add a field, as one version."""
    label = project.fields.get(name="label")
    project.refresh_from_db()
    draft = {"name": f"note {number}", "kind": "text", "required": False}
    return versioning.change_schema(
        project=project,
        actor=actor,
        operations=[
            {"operation": "merge_categories", "field": label.pk, "codes": [gone], "into": 1},
            {"operation": "add_field", "draft": draft, "fill": "none"},
        ],
        base=project.schema_version,
    )


def findings(project: Project) -> list[str]:
    return [one.detail for one in check_project(Checked(Project.objects.get(pk=project.pk)))]


def test_nobody_who_contributes_meanwhile_loses_anything(
    project: Project, alice: User, carol: User
) -> None:
    records = seed_records("digits", 40)
    done = Event()

    def write(number: int) -> tuple[int, int, float]:
        """Contribute until the change is through; acknowledged, refused, and the longest wait."""
        counts, longest = [0, 0], 0.0
        while not done.is_set() or counts[0] < 5:
            now = Project.objects.get(pk=project.pk)
            fields = typed_fields(now)
            record = {"note 1": "new", **records[sum(counts) % 40]}
            if record["label"] == "7" and now.schema_version > 1:
                record["label"] = "1"
            began = time.perf_counter()
            try:
                services.contribute(
                    project=now,
                    user=(alice, carol)[number % 2],
                    rows=[read_record(fields, record)],
                    source=Contribution.Source.SEED,
                )
                counts[0] += 1
            except Refused as refused:
                counts[1] += refused.status == 409
            longest = max(longest, time.perf_counter() - began)
        return counts[0], counts[1], longest

    def act(number: int) -> tuple[int, int, float]:
        if number < WRITERS:
            return write(number)
        try:
            time.sleep(0.05)
            made = merge(project, alice, 1)
            assert made.state == SchemaVersion.State.APPLYING
            while work_one("light", raising=True) is not None:
                pass
        finally:
            done.set()
        return 0, 0, 0.0

    told = at_once(act, WRITERS + 1)
    acknowledged = sum(one[0] for one in told)
    found = rows(project, Purpose.TABLE)
    assert found.count() == ROWS + acknowledged
    version = SchemaVersion.objects.get(project=project, number=2)
    assert version.state == SchemaVersion.State.APPLIED
    label, note = (project.fields.get(name=name) for name in ("label", "note 1"))
    assert not found.filter(**{label.column: 7}).exists()
    assert not found.filter(**{f"{note.column}__isnull": True}, schema_version=1).exists()
    assert findings(project) == []
    longest = max(one[2] for one in told)
    print(f"{acknowledged} writes beside a change, longest wait {1000 * longest:.0f} ms")
    # The promise is a second; the tests' machine may be busy with other things as well.
    assert longest < 5


def test_killed_half_way_the_next_worker_goes_on(project: Project, alice: User) -> None:
    version = merge(project, alice, 1)
    pipe = subprocess.PIPE
    with running("tests.datasets.schema_worker", stdout=pipe) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "portion\n"
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    version.refresh_from_db()
    assert version.state == SchemaVersion.State.APPLYING
    half = version.done
    assert 0 < half < ROWS
    # Half of the rows have followed, and adding goes on.
    add_records(Project.objects.get(pk=project.pk), alice, seed_records("digits", 3)[:1])
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep()
    assert work_one("light", raising=True) is not None
    version.refresh_from_db()
    assert (version.state, version.done) == (SchemaVersion.State.APPLIED, ROWS)
    assert version.rows_changed == ROWS
    assert RowChange.objects.filter(kind="schema", schema_version=2).count() == ROWS
    assert findings(project) == []


def test_a_worker_that_lost_its_job_writes_nothing(project: Project, alice: User) -> None:
    version = merge(project, alice, 1)
    hold = backfilling.Backfill(version, 10**9, lambda: None)
    other = backfilling.Backfill(SchemaVersion.objects.get(pk=version.pk), 10**9, lambda: None)
    assert hold.portion(lambda: None) is False
    with pytest.raises(LostLease):
        other.portion(lambda: None)
    version.refresh_from_db()
    assert version.done == 20


def test_a_version_is_given_up_before_its_rows_are_touched(project: Project, alice: User) -> None:
    version = merge(project, alice, 1)
    with pytest.raises(Refused, match="being changed just now"):
        versioning.undo_version(version, alice)
    assert versioning.cancel_version(version, alice).state == SchemaVersion.State.UNDONE
    assert versioning.cancel_version(version, alice).state == SchemaVersion.State.UNDONE
    assert work_one("light") is None
    project.refresh_from_db()
    assert project.schema_version == 1
    assert findings(project) == []
    # Another one takes the next number and goes through; undone by a job, all is as before.
    second = merge(project, alice, 2)
    assert second.number == 3
    work_one("light", raising=True)
    with pytest.raises(Refused, match="changed already"):
        versioning.cancel_version(SchemaVersion.objects.get(pk=second.pk), alice)
    assert versioning.undo_version(second, alice).state == SchemaVersion.State.APPLYING
    assert work_one("light", raising=True) is not None
    second.refresh_from_db()
    assert second.state == SchemaVersion.State.UNDONE
    assert set(rows(project, Purpose.TABLE).values_list("schema_version", flat=True)) == {1}
    assert findings(project) == []


def test_an_edit_between_reading_and_writing_is_kept(
    project: Project, alice: User, monkeypatch: Any
) -> None:
    version = merge(project, alice, 1)
    backfill = backfilling.Backfill(version, 10**9, lambda: None)
    first = rows(project, Purpose.OWN).filter(contribution__user=alice)[0]
    read = backfill._read
    edited: list[int] = []

    def late(*_args: Any) -> Any:
        found = read()
        if not edited:
            edited.append(first.pk)
            now = Project.objects.get(pk=project.pk)
            values = read_record(
                typed_fields(now),
                {**seed_records("digits", 1)[0], "label": "5", "note 1": "edited"},
            )
            services.edit_row(
                project=now, user=alice, row=first.pk, values=values, revision=first.revision
            )
        return found

    monkeypatch.setattr(backfill, "_read", late)
    finished = []
    while not backfill.portion(lambda: finished.append(True)):
        pass
    note = project.fields.get(name="note 1")
    [found] = rows(project, Purpose.TABLE).filter(pk=first.pk).values_list(note.column)
    assert found == ("edited",)
    assert finished == [True]


def test_a_long_change_gives_its_worker_back_in_between(
    project: Project, alice: User, monkeypatch: Any
) -> None:
    monkeypatch.setattr(versioning, "TURN_SECONDS", 0)
    version = merge(project, alice, 1)
    turns = 0
    while work_one("light", raising=True) is not None:
        turns += 1
    version.refresh_from_db()
    assert version.state == SchemaVersion.State.APPLIED
    assert turns > 5
    assert versioning.job_of(version).attempt == 1  # type: ignore[union-attr]
