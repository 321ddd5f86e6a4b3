"""A published project of alice's, in which bob maintains and carol is a member."""

from typing import Any

import pytest

from accounts.models import User
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


def with_members(project: Project, bob: User, carol: User) -> None:
    for user, role in ((bob, Membership.Role.MAINTAINER), (carol, Membership.Role.MEMBER)):
        Membership.objects.create(project=project, user=user, role=role)


@pytest.fixture
def shells(alice: User, bob: User, carol: User) -> Project:
    """Public and published, without fields: enough for who may what."""
    project = create_project(creator=alice, **BASICS)
    with_members(project, bob, carol)
    return publish(project, alice)


@pytest.fixture
def cellar(alice: User, bob: User, carol: User) -> Project:
    """The same, but private."""
    project = create_project(creator=alice, **{**BASICS, "name": "Cellar", "visibility": "private"})
    with_members(project, bob, carol)
    return publish(project, alice)
