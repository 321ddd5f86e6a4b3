"""What is not everybody's is found by its members only, and what is hidden by nobody."""

from collections.abc import Callable

import pytest

from accounts.models import User
from accounts.moderation import moderate
from accounts.services import change_about
from projects.finding import circles_of
from projects.models import Membership, Project
from projects.services import create_project, publish, update_project
from search.filling import drift
from search.queries import search
from tests.authorisation.world import finished
from tests.cast import client_of
from tests.projects.conftest import BASICS

Finds = Callable[[User | None], list[str]]


def found(reader: User | None, text: str, kind: str) -> list[str]:
    also = circles_of(reader.pk if reader else None)
    return [one.title for one in search(text, kinds=[kind], also=also).found]


def opened(alice: User, name: str, **changed: object) -> Project:
    project = create_project(creator=alice, **{**BASICS, "name": name, **changed})
    return publish(project, alice)


def changed(project: Project, actor: User, **changes: object) -> None:
    said = {key: BASICS[key] for key in ("pitch", "description", "goal", "licence", "visibility")}
    update_project(project, actor=actor, **{"name": project.name, **said, **changes})


@pytest.mark.parametrize("visibility", ["unlisted", "private"])
def test_members_alone_find_what_is_not_listed(
    alice: User, carol: User, dave: User, visibility: str
):
    project = opened(alice, "Cellar", visibility=visibility)
    Membership.objects.create(project=project, user=carol, role=Membership.Role.MEMBER)
    assert found(alice, "cellar", "project") == found(carol, "cellar", "project") == ["Cellar"]
    assert found(None, "cellar", "project") == found(dave, "cellar", "project") == []


def test_a_draft_is_found_once_it_is_open(alice: User):
    project = create_project(creator=alice, **{**BASICS, "name": "Attic"})
    assert (found(None, "attic", "project"), found(alice, "attic", "project")) == ([], ["Attic"])
    publish(project, alice)
    assert found(None, "attic", "project") == ["Attic"]


def test_a_moderator_hides_it_from_the_owner_too(alice: User, mona: User):
    project = opened(alice, "Attic")
    moderate(actor=mona, target=project, action="hide", reason="spam")
    assert found(None, "attic", "project") == found(alice, "attic", "project") == []
    # Whatever is changed meanwhile does not bring it back.
    assert list(drift()) == [] or all(one.kind == "person" for one in drift())
    moderate(actor=mona, target=project, action="restore", reason="mistake")
    assert found(None, "attic", "project") == ["Attic"]


def test_new_words_are_found_at_once(alice: User):
    project = opened(alice, "Attic")
    changed(project, alice, name="Loft", pitch="Things under a roof", tags="boxes, Dust")
    assert found(None, "attic", "project") == []
    assert found(None, "loft", "project") == found(None, "roof", "project") == ["Loft"]
    assert found(None, "dust", "project") == ["Loft"]


def test_models_follow_their_project(digits: Project, alice: User, carol: User, mona: User):
    from datasets.services import take_snapshot
    from training.finding import note_model

    run = finished(digits, carol, take_snapshot(digits)).run
    note_model(run)
    assert found(None, "digits dense", "model") == ["Digits"]
    changed(digits, alice, name="Numerals")
    assert found(None, "numerals dense", "model") == ["Numerals"]
    changed(digits, alice, name="Numerals", visibility="private")
    assert found(None, "numerals", "model") == []
    assert found(carol, "numerals", "model") == ["Numerals"]
    moderate(actor=mona, target=run, action="hide", reason="spam")
    assert found(carol, "numerals", "model") == []
    moderate(actor=mona, target=run, action="restore", reason="mistake")
    moderate(actor=mona, target=digits, action="hide", reason="spam")
    assert found(carol, "numerals", "model") == []


def test_people(alice: User, mona: User, db: None):
    page = client_of(None).post(
        "/accounts/signup/",
        {"username": "grace", "email": "g@example.org", "password1": "correct-horse-battery"},
    )
    assert page.status_code == 302
    assert found(None, "grace", "person") == ["grace"]
    grace = User.objects.get(username="grace")
    change_about(grace, "Counts moths")
    assert found(None, "moths", "person") == ["grace"]
    moderate(actor=mona, target=grace, action="suspend", reason="spam")
    assert found(None, "grace", "person") == []
    moderate(actor=mona, target=grace, action="reinstate", reason="mistake")
    assert found(None, "grace", "person") == ["grace"]
