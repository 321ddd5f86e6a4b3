"""One project in each state, with one of everything in it, for every line of the table."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from allauth.usersessions.models import UserSession
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import User
from chat.models import Message
from datasets import services as datasets
from datasets import stash
from datasets.drafts import FieldDraft
from datasets.guessing.sheet import Sheet
from datasets.models import Contribution, Import, Snapshot
from datasets.queries import Purpose, rows, typed_fields
from datasets.records import read_record
from datasets.stash import Head
from jobs.services import enqueue
from projects import members
from projects.models import Membership, Project
from tests.authorisation.grids import ROLES, STATES
from tests.cast import client_of, person
from tests.kinds import photo
from tests.projects_in_use import basics
from training import predictions
from training.models import Run, TrainedModel
from training.queries import job_key, readiness
from training.services.starting import checked

FIELDS = (
    FieldDraft("length", "number", required=False),
    FieldDraft("kind", "category", role="target", options={"categories": ["a", "b"]}),
    FieldDraft("photo", "image", role="ignore", required=False),
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
#: As many as training needs.
ROWS = 20


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
    table = Sheet(["a", "b"], [["1", "x"]])
    owner = the(people, "owner")
    world.things["public"]["table"] = stash.keep(owner.pk, Head("", "", []), table)
    # The numbers that the missing project's addresses carry belong to nothing.
    world.things["missing"] = dict.fromkeys(world.things["public"], NOTHING) | {
        "slug": SLUGS["missing"],
        "token": "no-such-token",
        "username": "carol",
        "ext": "csv",
        "part": "README.md",
        "name": "model.json",
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
    datasets.publish_project(project, owner)
    Project.objects.filter(pk=project.pk).update(slug=SLUGS[state])
    project.refresh_from_db()
    return project


def things_in(project: Project, people: dict[str, User | None]) -> dict[str, Any]:
    """One of everything; the member made what somebody made."""
    owner, member = the(people, "owner"), the(people, "member")
    fields = typed_fields(project)
    shown = {"photo": photo()}
    values = [
        read_record(fields, {"length": n, "kind": "ab"[n % 2], **({} if n else shown)})
        for n in range(ROWS)
    ]
    contribution = datasets.contribute(
        project=project, user=member, rows=values, source=Contribution.Source.SEED
    )
    # Undo is open for seconds only; the table asks later on a slow machine.
    later = timezone.now() + timedelta(hours=1)
    Contribution.objects.filter(pk=contribution.pk).update(created=later)
    snapshot = datasets.take_snapshot(project)
    queued = waiting(project, member)
    model = finished(project, member, snapshot)
    invitation, token = members.invite(project, actor=owner, role=Membership.Role.MEMBER, uses=5)
    message = Message.objects.create(project=project, author=member, text="hello")
    named = {
        "slug": project.slug,
        "token": token,
        "key": "no-such-key",
        "uidb36": "1",
        "username": "carol",
        "contribution": contribution.pk,
        "row": row_of(contribution),
        "photo": fields[2][0].pk,
        "file": file_of(project, member),
        "lesson": "datapoint",
        "number": snapshot.number,
        "ext": "csv",
        "part": "README.md",
        "message": message.pk,
        "run": queued.pk,
        "model": model.pk,
        "name": "model.json",
        "invitation": invitation.pk,
        "project": project.pk,
        "session": session_of(member).pk,
        "api_token": tokens.issue(member, name="laptop", scopes=["read"], days=None).token.pk,
        "no_key": NOTHING,
    }
    if project.slug == SLUGS["hidden"]:
        Project.objects.filter(pk=project.pk).update(hidden=True)
    if project.slug == SLUGS["draft"]:
        Project.objects.filter(pk=project.pk).update(state=Project.State.DRAFT)
    return named


def file_of(project: Project, user: User) -> int:
    """A file that was checked, and of which nothing fits."""
    made = Import.objects.create(
        project=project,
        user=user,
        source=Contribution.Source.UPLOAD,
        state=Import.State.CHECKED,
        name="rows.csv",
        sha256="0" * 64,
        bytes=1,
        schema_version=project.schema_version,
        bad_file=default_storage.save("imports/bad.csv", ContentFile(b"reason\r\n")),
    )
    return made.pk


def waiting(project: Project, user: User) -> Run:
    """A run in the queue with its job; one person may not start as many as there are states."""
    run = Run.objects.create(
        project=project,
        user=user,
        number=1,
        architecture="dense",
        settings=checked(project, readiness(project), "dense", {}),
        epochs=1,
    )
    enqueue("train", job_key(run.pk), user_id=user.pk, payload={"run": run.pk})
    return run


def finished(project: Project, user: User, snapshot: Snapshot) -> TrainedModel:
    """A model as a finished run leaves it; its file is no network, since nobody asks it."""
    ready = readiness(project)
    run = Run.objects.create(
        project=project,
        user=user,
        number=2,
        snapshot=snapshot,
        architecture="dense",
        settings=checked(project, ready, "dense", {}),
        state=Run.State.DONE,
        score=0.75,
        epochs=1,
        epoch=1,
        best_epoch=1,
        metrics={"test": {"accuracy": 0.75}},
        started=timezone.now(),
        finished=timezone.now(),
    )
    predictions.ensure(project, 2)
    folder = f"models/{uuid.uuid4().hex}"
    default_storage.save(f"{folder}/model.json", ContentFile(b"{}"))
    return TrainedModel.objects.create(
        run=run, project=project, folder=folder, files={"model.json": sha256(b"{}").hexdigest()}
    )


def session_of(user: User) -> UserSession:
    """A place where that person is signed in besides the client that asks."""
    key = client_of(user).session.session_key
    return UserSession.objects.create(
        user=user, ip="192.0.2.7", user_agent="Firefox", session_key=key
    )


def row_of(contribution: Contribution) -> int:
    found = rows(contribution.project, Purpose.MODERATION).filter(contribution=contribution)
    number: int = found.values_list("pk", flat=True)[0]
    return number


def the(people: dict[str, User | None], role: str) -> User:
    user = people[role]
    assert user is not None
    return user
