"""A project comes onto the lists when it shows five things, and leaves them at any time."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from common.errors import Forbidden, Refused
from common.limits import LISTING_EXAMPLES, LISTING_ROWS
from datasets import services
from datasets.listing import checklist, lacking
from datasets.models import Contribution
from datasets.queries import Purpose, rows
from projects.access import listed_for
from projects.members import leave
from projects.models import Activity, Membership, Project
from projects.services import update_project
from tests.cast import client_of
from tests.projects_in_use import add_records, published, seed_fields, seed_records

TEXTS: dict[str, Any] = {
    "name": "Digits",
    "pitch": "Draw a digit.",
    "description": "What it is.",
    "goal": 100,
    "licence": "CC0-1.0",
}


@pytest.fixture
def unlisted(alice: User) -> Project:
    """An unlisted project of one person, with nothing in it."""
    return published(alice, "Digits", seed_fields("digits"), visibility="unlisted")


def write(project: Project, actor: User, **changes: Any) -> Project:
    return update_project(project, actor=actor, **{**TEXTS, "visibility": "unlisted", **changes})


def fill(project: Project, actor: User) -> None:
    """Everything but one who looks after it."""
    write(project, actor, guidelines="Fill the grid.")
    add_records(project, actor, seed_records("digits", LISTING_ROWS))
    for row in rows(project, Purpose.TABLE)[:LISTING_EXAMPLES]:
        services.add_example(project, actor, row.pk)


@pytest.fixture
def ready(unlisted: Project, alice: User) -> Project:
    """The same project with everything that listed ones show."""
    fill(unlisted, alice)
    services.look_after(unlisted, alice)
    unlisted.refresh_from_db()
    return unlisted


def is_listed(project: Project, reader: User) -> bool:
    return listed_for(reader).filter(pk=project.pk).exists()


def open_items(project: Project) -> list[str]:
    project.refresh_from_db()
    return [item.key for item in checklist(project) if not item.done]


def test_everything_is_missing_at_first(unlisted: Project) -> None:
    assert open_items(unlisted) == ["about", "guidelines", "rows", "examples", "kept"]


def test_each_thing_is_ticked_off_when_it_is_done(unlisted: Project, alice: User) -> None:
    write(unlisted, alice)
    assert open_items(unlisted) == ["guidelines", "rows", "examples", "kept"]
    fill(unlisted, alice)
    assert open_items(unlisted) == ["kept"]
    services.look_after(unlisted, alice)
    assert open_items(unlisted) == []


def test_a_second_maintainer_is_somebody_who_answers(
    unlisted: Project, alice: User, bob: User
) -> None:
    fill(unlisted, alice)
    member = Membership.objects.create(project=unlisted, user=bob, role=Membership.Role.MEMBER)
    assert open_items(unlisted) == ["kept"]
    member.role = Membership.Role.MAINTAINER
    member.save()
    assert open_items(unlisted) == []


def test_the_word_of_who_left_counts_no_more(ready: Project, alice: User, bob: User) -> None:
    Membership.objects.create(project=ready, user=bob, role=Membership.Role.OWNER)
    leave(ready, alice)
    assert open_items(ready) == ["kept"]


def test_a_ready_project_is_listed_and_says_so(ready: Project, alice: User, dave: User) -> None:
    assert not is_listed(ready, dave)
    services.list_project(ready, alice)
    assert is_listed(ready, dave)
    services.list_project(ready, alice)
    assert Activity.objects.filter(project=ready, kind="project_listed").count() == 1


def test_an_unready_project_is_refused_and_told_what_is_missing(
    unlisted: Project, alice: User, dave: User
) -> None:
    with pytest.raises(Refused) as refused:
        services.list_project(unlisted, alice)
    for words in ("description", "guidelines", "30 accepted", "5 good examples", "looks after"):
        assert words in refused.value.message
    assert not is_listed(unlisted, dave)


def test_it_says_how_many_are_still_missing(unlisted: Project, alice: User) -> None:
    fill(unlisted, alice)
    add_records(unlisted, alice, seed_records("digits", 3))
    for row in rows(unlisted, Purpose.TABLE)[:2]:
        services.remove_example(unlisted, alice, row.pk)
    assert "5 good examples (2 more)" in lacking(unlisted)


def test_withdrawn_rows_do_not_count(ready: Project, alice: User) -> None:
    services.withdraw(Contribution.objects.get(project=ready), alice)
    assert open_items(ready) == ["rows", "examples"]


def test_the_settings_ask_the_same(unlisted: Project, alice: User, alice_client: Client) -> None:
    form = {**TEXTS, "guidelines": "", "visibility": "public"}
    path = f"/p/{unlisted.slug}/settings/"
    response = alice_client.post(path, form)
    assert response.status_code == 422
    assert "5 good examples" in response.content.decode()
    unlisted.refresh_from_db()
    assert (unlisted.visibility, unlisted.pitch) == ("unlisted", "Digits, for tests")


def test_the_settings_list_a_ready_project_and_take_it_back(
    ready: Project, alice_client: Client, dave: User
) -> None:
    path = f"/p/{ready.slug}/settings/"
    form = {**TEXTS, "guidelines": "Fill the grid.", "visibility": "public"}
    assert alice_client.post(path, form).status_code == 302
    assert is_listed(ready, dave)
    Project.objects.filter(pk=ready.pk).update(guidelines="")
    emptied = {**form, "guidelines": "", "pitch": "Still listed."}
    assert alice_client.post(path, emptied).status_code == 302
    assert is_listed(ready, dave)
    assert alice_client.post(path, {**emptied, "visibility": "unlisted"}).status_code == 302
    assert not is_listed(ready, dave)
    assert alice_client.post(path, emptied).status_code == 422


def test_texts_of_the_same_form_count(ready: Project, alice: User) -> None:
    Project.objects.filter(pk=ready.pk).update(guidelines="", guidelines_html="")
    listed = write(ready, alice, guidelines="Fill **it**.", visibility="public")
    assert listed.visibility == "public"
    assert "<strong>it</strong>" in listed.guidelines_html


def test_a_draft_is_published_first(alice: User) -> None:
    draft = services.open_project(
        creator=alice,
        basics={**TEXTS, "task": "classification", "visibility": "unlisted"},
        fields=seed_fields("digits"),
    )
    with pytest.raises(Refused, match="Publish it first"):
        services.list_project(draft, alice)


def test_only_owners_list_and_only_maintainers_speak(
    ready: Project, bob: User, carol: User, dave: User
) -> None:
    Membership.objects.create(project=ready, user=bob, role=Membership.Role.MAINTAINER)
    Membership.objects.create(project=ready, user=carol, role=Membership.Role.MEMBER)
    for actor in (bob, carol, dave):
        with pytest.raises(Forbidden):
            services.list_project(ready, actor)
    for actor in (carol, dave):
        with pytest.raises(Forbidden):
            services.look_after(ready, actor)


def test_saying_it_twice_says_it_once(ready: Project, alice: User) -> None:
    services.look_after(ready, alice)
    assert Activity.objects.filter(project=ready, kind="looks_after").count() == 1


def test_a_refused_press_shows_what_is_missing(unlisted: Project, alice_client: Client) -> None:
    response = alice_client.post(f"/p/{unlisted.slug}/listing/")
    assert response.status_code == 409
    assert "30 accepted datapoints" in response.content.decode()


def test_maintainers_see_the_list_and_visitors_the_banner(
    unlisted: Project, alice_client: Client, dave: User, erin_client: Client
) -> None:
    path = f"/p/{unlisted.slug}/"
    mine = alice_client.get(path).content.decode()
    assert "Until everybody finds it" in mine
    assert "0 of 30" in mine
    for client in (client_of(dave), erin_client):
        theirs = client.get(path).content.decode()
        assert "Until everybody finds it" not in theirs
        assert "Not listed yet" in theirs


def test_a_listed_project_shows_neither(digits: Project, alice_client: Client) -> None:
    page = alice_client.get(f"/p/{digits.slug}/").content.decode()
    assert "Until everybody finds it" not in page
    assert "Not listed yet" not in page


def test_guidelines_are_cleaned_and_shown(
    unlisted: Project, alice: User, erin_client: Client
) -> None:
    write(
        unlisted, alice, guidelines="# Rules\n<script>alert(1)</script> **bold** [x](javascript:1)"
    )
    page = erin_client.get(f"/p/{unlisted.slug}/").content.decode()
    assert "<strong>bold</strong>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_guidelines_have_a_limit(unlisted: Project, alice: User) -> None:
    with pytest.raises(Refused, match="5001 characters") as refused:
        write(unlisted, alice, guidelines="x" * 5_001)
    assert refused.value.field == "guidelines"
