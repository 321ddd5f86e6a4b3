"""A published project of alice's, in which bob maintains and carol is a member."""

from typing import Any

import pytest

from accounts.models import User
from projects.members import add_member
from projects.models import Membership, Project
from projects.services import create_project, publish

BASICS: dict[str, Any] = {
    "name": "Snail shells",
    "pitch": "Measure a shell.",
    "description": "",
    "goal": 100,
    "task": "regression",
    "licence": "CC0-1.0",
    "visibility": "public",
}


@pytest.fixture
def shells(alice: User, bob: User, carol: User) -> Project:
    """Public and published, without fields: enough for who may what."""
    project = create_project(creator=alice, **BASICS)
    add_member(project, bob, Membership.Role.MAINTAINER)
    add_member(project, carol, Membership.Role.MEMBER)
    return publish(project, alice)


@pytest.fixture
def cellar(alice: User, bob: User, carol: User) -> Project:
    """The same, but private."""
    project = create_project(creator=alice, **{**BASICS, "name": "Cellar", "visibility": "private"})
    add_member(project, bob, Membership.Role.MAINTAINER)
    add_member(project, carol, Membership.Role.MEMBER)
    return publish(project, alice)
