"""Taking snapshots loses nothing: the live database's log stays in place under its connections."""

import sqlite3

import pytest
from django.db import connection

from accounts.models import User
from datasets import services
from projects.models import Project
from tests.projects_in_use import add_records, seed_records, seeded

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's log is a file of its own"),
]


def test_what_is_written_after_a_snapshot_is_seen_by_others(
    alice: User, bob: User, carol: User
) -> None:
    project: Project = seeded(alice, bob, carol, "digits", rows=10)
    for turn in range(3):
        services.take_snapshot(project)
        add_records(project, alice, seed_records("digits", 5))
        # A connection of its own opens the files by their names: a log that was deleted under the
        # first connection would hide the rows from it.
        other = sqlite3.connect(connection.settings_dict["NAME"])
        count = other.execute(f"SELECT count(*) FROM p_{project.pk}").fetchone()[0]
        other.close()
        assert count == 10 + 5 * (turn + 1)
    second: Project = seeded(alice, bob, carol, "strokes", rows=10)
    assert services.take_snapshot(second).rows == 10
