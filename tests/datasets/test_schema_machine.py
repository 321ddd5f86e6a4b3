"""Random changes, rows, edits and undos against a model in memory: nothing is lost."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from accounts.models import User
from tests.datasets.schema_machine import SchemaMachine

pytestmark = pytest.mark.django_db


def run(owner: User, examples: int, steps: int) -> None:
    class Machine(SchemaMachine):
        pass

    Machine.owner = owner
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nothing_is_lost(alice: User, monkeypatch: Any) -> None:
    monkeypatch.setattr("projects.services.PROJECTS_PER_PERSON_PER_DAY", 10**6)
    run(alice, 3, 12)


@pytest.mark.long
def test_nothing_is_lost_in_many_lives(alice: User, monkeypatch: Any, full_counts: bool) -> None:
    monkeypatch.setattr("projects.services.PROJECTS_PER_PERSON_PER_DAY", 10**6)
    run(alice, 300 if full_counts else 25, 40)
