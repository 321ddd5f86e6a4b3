"""Changing and publishing a project, and what its feed says."""

from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from common.errors import Forbidden, Missing, Refused
from live.models import Event
from projects.models import Project
from projects.queries import feed, recent
from projects.services import create_project, publish, record_activity, update_project
from tests.projects.conftest import BASICS

TEXTS = {key: value for key, value in BASICS.items() if key != "task"}


def changed(project: Project, actor: User, **values: object) -> Project:
    return update_project(project, actor=actor, **{**TEXTS, **values})


def test_maintainers_change_the_texts_and_the_address_stays(shells: Project, bob: User):
    project = changed(shells, bob, name="Shells", pitch="New.", goal=None, description="*x*")
    project.refresh_from_db()
    assert (project.name, project.slug, project.goal) == ("Shells", "snail-shells", None)
    assert "<em>x</em>" in project.description_html


def test_licence_and_visibility_are_the_owners(shells: Project, alice: User, bob: User):
    for values in ({"visibility": "private"}, {"licence": "CC-BY-4.0"}):
        with pytest.raises(Forbidden):
            changed(shells, bob, **values)
    assert changed(shells, alice, visibility="unlisted").visibility == "unlisted"


def test_strangers_and_members_change_nothing(
    shells: Project, cellar: Project, carol: User, dave: User
):
    with pytest.raises(Forbidden):
        changed(shells, carol, name="Mine")
    with pytest.raises(Forbidden):
        changed(shells, dave, name="Mine")
    with pytest.raises(Missing):
        changed(cellar, dave, name="Mine")


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("CC-BY-4.0", "CC0-1.0", True),
        ("ODbL-1.0", "CC-BY-4.0", True),
        ("CC0-1.0", "CC-BY-4.0", False),
        ("CC-BY-SA-4.0", "ODbL-1.0", False),
        ("CC-BY-4.0", "nonsense", False),
    ],
)
def test_a_licence_only_becomes_freer(
    shells: Project, alice: User, before: str, after: str, allowed: bool
):
    Project.objects.filter(pk=shells.pk).update(licence=before)
    if allowed:
        assert changed(shells, alice, licence=after).licence == after
        return
    with pytest.raises(Refused) as refused:
        changed(shells, alice, licence=after)
    assert refused.value.field == "licence"
    shells.refresh_from_db()
    assert shells.licence == before


def test_going_private_has_the_sockets_checked(
    shells: Project, alice: User, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        changed(shells, alice, visibility="private")
    assert Event.objects.filter(topic="rights:0", payload__project=shells.pk).exists()


def test_owners_publish_once(alice: User, bob: User):
    project = create_project(creator=alice, **BASICS)
    with pytest.raises(Missing):
        publish(project, bob)
    assert publish(project, alice).published is not None
    with pytest.raises(Refused) as refused:
        publish(project, alice)
    assert refused.value.status == 409
    assert [line.kind for line in feed(project)] == ["project_published"]


def test_the_feed_words_each_kind(shells: Project, carol: User):
    with transaction.atomic():
        kinds: tuple[tuple[str, dict[str, Any]], ...] = (
            ("rows_added", {"rows": 1}),
            ("rows_added", {"rows": 40}),
            ("model_trained", {"number": 3}),
            ("model_trained", {"number": 4, "architecture": "LSTM"}),
            ("member_joined", {}),
        )
        for kind, payload in kinds:
            record_activity(project=shells, actor=carol, kind=kind, payload=payload)
    assert [line.text for line in feed(shells)] == [
        "joined the project",
        "trained a model in run 4 (LSTM)",
        "trained a model in run 3",
        "added 40 datapoints",
        "added 1 datapoint",
        "opened the project",
    ]
    event = Event.objects.filter(topic=f"project:{shells.pk}").order_by("seq").last()
    assert event is not None
    assert (event.kind, event.payload["actor"]) == ("activity", "carol")
    assert event.payload["text"] == "joined the project"


def test_an_unknown_kind_or_a_thin_payload_writes_nothing(shells: Project, carol: User):
    for kind in ("fireworks", "rows_added"):
        with pytest.raises(KeyError), transaction.atomic():
            record_activity(project=shells, actor=carol, kind=kind, payload={})
    assert len(feed(shells)) == 1


def test_the_sites_feed_shows_what_the_reader_may_see(
    shells: Project, cellar: Project, carol: User, dave: User
):
    assert {line.project for line in recent(dave)} == {shells}
    assert {line.project for line in recent(carol)} == {shells, cellar}
