"""A project whose rows people check: penguins, with people enough to agree and to differ."""

import pytest

from accounts.models import User
from datasets.models import DataTable
from projects.models import Project
from tests.cast import person
from tests.projects_in_use import published, rules, seed_fields


@pytest.fixture
def checked(alice: User, bob: User, carol: User) -> Project:
    """Peers decide; alice owns it, bob maintains it, carol is a member."""
    project = published(
        alice, "Checked penguins", seed_fields("penguins"), maintainer=bob, member=carol
    )
    rules(project, acceptance=DataTable.Acceptance.PEERS)
    return project


@pytest.fixture
def crowd(db: None) -> list[User]:
    """Nine strangers who check."""
    return [person(f"peer{number}") for number in range(9)]
