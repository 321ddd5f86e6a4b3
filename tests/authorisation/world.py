"""One project in each state, with one of everything in it, for every line of the table."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from accounts.models import User
from chat.models import Message
from datasets import services as datasets
from datasets.drafts import FieldDraft
from datasets.models import Contribution
from datasets.queries import typed_fields
from datasets.records import read_record
from projects import members
from projects.models import Membership, Project
from tests.authorisation.grids import ROLES, STATES
from tests.cast import client_of, person
from tests.projects_in_use import basics

FIELDS = (
    FieldDraft("length", "number", required=False),
    FieldDraft("kind", "category", role="target", options={"categories": ["a", "b"]}),
)
#: As long as each other: the pages of the two differ in nothing but the address.
SLUGS = {
    "public": "open-public",
    "unlisted": "open-by-link",
    "private": "shut-private",
    "draft": "shut-drafted",
    "hidden": "shut-hidden1",
    "missing": "shut-missing",
}
NOTHING = 987_654_321


@dataclass
class World:
    """Who asks, and what the addresses name."""

    clients: dict[str, Client]
    #: State → the parts of addresses by their names in urls.py.
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    users: dict[str, User | None] = field(default_factory=dict)


def build() -> World:
    """Make it: the caller rolls it back."""
    people = {
        "anonymous": None,
        "stranger": person("dave"),
        "member": person("carol"),
        "maintainer": person("bob"),
        "owner": person("alice"),
        "moderator": person("mona", is_staff=True, is_superuser=True),
    }
    world = World({role: client_of(people[role]) for role in ROLES}, users=people)
    for state in STATES:
        if state != "missing":
            world.things[state] = things_in(project_in(state, people), people)
    # The numbers that the missing project's addresses carry belong to nothing.
    world.things["missing"] = dict.fromkeys(world.things["public"], NOTHING) | {
        "slug": SLUGS["missing"],
        "token": "no-such-token",
        "username": "carol",
    }
    return world


def project_in(state: str, people: dict[str, User | None]) -> Project:
    owner = the(people, "owner")
    visibility = state if state in Project.Visibility.values else Project.Visibility.PUBLIC
    project = datasets.open_project(
        creator=owner, basics=basics(state.capitalize(), visibility=visibility), fields=FIELDS
    )
    for role, rank in (("maintainer", "MAINTAINER"), ("member", "MEMBER")):
        Membership.objects.create(
            project=project, user=the(people, role), role=Membership.Role[rank]
        )
    if state != "draft":
        datasets.publish_project(project, owner)
    Project.objects.filter(pk=project.pk).update(slug=SLUGS[state])
    project.refresh_from_db()
    return project


def things_in(project: Project, people: dict[str, User | None]) -> dict[str, Any]:
    """One of everything; the member made what somebody made."""
    owner, member = the(people, "owner"), the(people, "member")
    fields = typed_fields(project)
    rows = [read_record(fields, {"length": 1.5, "kind": "a"})]
    contribution = datasets.contribute(
        project=project, user=owner, rows=rows, source=Contribution.Source.SEED
    )
    _invitation, token = members.invite(project, actor=owner, role=Membership.Role.MEMBER, uses=5)
    message = Message.objects.create(project=project, author=member, text="hello")
    named = {
        "slug": project.slug,
        "token": token,
        "username": "carol",
        "contribution": contribution.pk,
        "message": message.pk,
        "invitation": _invitation.pk,
        "project": project.pk,
    }
    if project.slug == SLUGS["hidden"]:
        Project.objects.filter(pk=project.pk).update(hidden=True)
    return named


def the(people: dict[str, User | None], role: str) -> User:
    user = people[role]
    assert user is not None
    return user
