"""The admin: who gets in, what it shows, and that it writes nothing but through moderate()."""

import re

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import ModerationAction, User
from accounts.moderation import acts_on
from chat.models import Message
from datasets.models import Contribution, DataTable
from projects.models import Project
from projects.services import create_project, publish
from tests.cast import client_of, person
from tests.projects.conftest import BASICS
from training.models import Run

LISTS = [
    "accounts/user",
    "accounts/moderationaction",
    "projects/project",
    "projects/feature",
    "datasets/contribution",
    "datasets/snapshot",
    "training/run",
    "training/champion",
    "chat/message",
]


@pytest.fixture
def project(alice: User) -> Project:
    return publish(create_project(creator=alice, **BASICS), alice)


@pytest.fixture
def message(project: Project, dave: User) -> Message:
    return Message.objects.create(project=project, author=dave, text="<b>Buy snails</b>")


def choose(client: Client, where: str, action: str, *targets: int, **form: str):
    chosen = {"action": action, "_selected_action": list(targets), "index": "0", **form}
    return client.post(f"/admin/{where}/", chosen)


def confirm(client: Client, where: str, action: str, *targets: int, **form: str):
    form = {"confirmed": "yes", "reason": "spam", "note": "", **form}
    return choose(client, where, action, *targets, **form)


def said(client: Client, where: str) -> str:
    return client.get(f"/admin/{where}/").content.decode()


@pytest.mark.parametrize("where", ["", *(f"{one}/" for one in LISTS)])
def test_moderators_only(where: str, mona: User, alice: User):
    assert client_of(mona).get(f"/admin/{where}").status_code == 200
    for outsider in (alice, None):
        response = client_of(outsider).get(f"/admin/{where}")
        assert response.status_code in {302, 403}
        if response.status_code == 302:
            assert "/login/" in response["Location"]


def test_a_moderator_needs_no_permission_rows(project: Project):
    milo = person("milo", is_staff=True)
    assert "Snail shells" in said(client_of(milo), "projects/project")


def test_signing_in_goes_through_the_sites_own_page(alice: User):
    response = Client().get("/admin/login/?next=/admin/")
    assert response["Location"].startswith("/accounts/login/")
    assert Client().post("/admin/login/", {"username": "mona"}).status_code == 302
    assert client_of(alice).get("/admin/login/").status_code == 403


def test_nothing_else_is_registered():
    names = {model._meta.label_lower.replace(".", "/") for model in admin.site._registry}
    assert names == set(LISTS)


@pytest.mark.parametrize("where", LISTS)
def test_nothing_is_added_changed_or_deleted(
    where: str, mona_client: Client, mona: User, message: Message
):
    found = {"accounts/user": mona.pk, "projects/project": message.project_id}
    pk = found.get(where, message.pk)
    # A pick of the day is what moderators make; everything else comes from people.
    may_add = 200 if where == "projects/feature" else 403
    assert mona_client.get(f"/admin/{where}/add/").status_code == may_add
    if where not in {"accounts/user", "projects/project", "chat/message"}:
        return
    assert mona_client.get(f"/admin/{where}/{pk}/change/").status_code == 200
    assert mona_client.post(f"/admin/{where}/{pk}/change/", {"username": "x"}).status_code == 403
    assert mona_client.post(f"/admin/{where}/{pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = choose(mona_client, where, "delete_selected", pk)
    assert chosen.status_code in {200, 302}
    assert Message.objects.filter(pk=message.pk).exists()


def test_every_kind_has_its_acts():
    expected = {
        "projects.Project": [
            "hide",
            "restore",
            "halve_momentum",
            "lower_momentum",
            "release_momentum",
        ],
        "accounts.User": ["suspend", "reinstate"],
        "chat.Message": ["hide", "restore"],
        "datasets.Contribution": ["reject", "restore"],
        "training.Run": ["hide", "restore"],
        "training.Champion": ["switch_off", "switch_on"],
    }
    for label, actions in expected.items():
        from django.apps import apps

        assert [act.action for act in acts_on(apps.get_model(label))] == actions, label


def test_an_act_asks_first_with_counts(mona_client: Client, message: Message):
    other = Message.objects.create(project=message.project, author=message.author, text="More")
    page = choose(mona_client, "chat/message", "hide", message.pk, other.pk)
    text = page.content.decode()
    assert "2 things" in text
    assert f'value="{message.pk}"' in text
    assert not Message.objects.filter(hidden=True).exists()
    assert not ModerationAction.objects.exists()


def test_a_confirmed_act_is_done_and_logged(mona_client: Client, mona: User, message: Message):
    response = confirm(mona_client, "chat/message", "hide", message.pk, note="ads")
    assert response.status_code == 302
    message.refresh_from_db()
    assert message.hidden
    line = ModerationAction.objects.get()
    assert (line.actor, line.action, line.target_id) == (mona, "hide", message.pk)
    assert (line.reason, line.note) == ("spam", "ads")
    assert "Buy snails" not in line.target_label


def test_without_a_reason_nothing_happens(mona_client: Client, message: Message):
    response = confirm(mona_client, "chat/message", "hide", message.pk, reason="")
    assert response.status_code == 422
    message.refresh_from_db()
    assert not message.hidden


def test_what_was_done_already_does_not_hold_up_the_others(mona_client: Client, message: Message):
    other = Message.objects.create(project=message.project, author=message.author, text="More")
    confirm(mona_client, "chat/message", "hide", message.pk)
    confirm(mona_client, "chat/message", "hide", message.pk, other.pk)
    other.refresh_from_db()
    assert other.hidden
    assert ModerationAction.objects.count() == 2
    assert "hidden already" in said(mona_client, "chat/message")


def test_hiding_a_project_takes_it_out_of_sight_and_restoring_brings_it_back(
    mona_client: Client, project: Project, erin_client: Client, alice: User
):
    confirm(mona_client, "projects/project", "hide", project.pk)
    assert erin_client.get("/projects/").context["cards"] == []
    assert erin_client.get(f"/p/{project.slug}/data/").status_code == 404
    assert client_of(alice).get(f"/p/{project.slug}/members/").status_code == 200
    confirm(mona_client, "projects/project", "restore", project.pk, reason="appeal")
    assert len(erin_client.get("/projects/").context["cards"]) == 1


def test_a_contribution_is_shown_rejected_and_restored(
    mona_client: Client, penguins: Project, erin_client: Client
):
    contribution = Contribution.objects.filter(project=penguins)[0]
    page = mona_client.get(f"/admin/datasets/contribution/{contribution.pk}/change/")
    assert "Adelie" in page.content.decode()
    before = DataTable.objects.get(project=penguins).accepted
    confirm(mona_client, "datasets/contribution", "reject", contribution.pk, reason="nonsense")
    contribution.refresh_from_db()
    assert contribution.state == Contribution.State.REJECTED
    assert DataTable.objects.get(project=penguins).accepted == before - contribution.rows
    assert "Penguins" in erin_client.get("/moderation-log/").content.decode()
    confirm(mona_client, "datasets/contribution", "restore", contribution.pk, reason="appeal")
    assert DataTable.objects.get(project=penguins).accepted == before


def test_a_run_is_hidden_and_restored(mona_client: Client, project: Project, alice: User):
    run = Run.objects.create(
        project=project, user=alice, number=1, architecture="dense", settings={}
    )
    assert mona_client.get(f"/admin/training/run/{run.pk}/change/").status_code == 200
    confirm(mona_client, "training/run", "hide", run.pk)
    run.refresh_from_db()
    assert run.hidden
    confirm(mona_client, "training/run", "restore", run.pk, reason="mistake")
    run.refresh_from_db()
    assert not run.hidden


def test_people_are_suspended_and_reinstated(mona_client: Client, dave: User):
    browser = client_of(dave)
    confirm(mona_client, "accounts/user", "suspend", dave.pk)
    assert browser.get("/projects/new/").status_code == 302
    confirm(mona_client, "accounts/user", "reinstate", dave.pk, reason="mistake")
    assert client_of(User.objects.get(pk=dave.pk)).get("/projects/new/").status_code == 200


def test_a_moderator_cannot_suspend_a_moderator(mona: User):
    milo = person("milo", is_staff=True)
    confirm(client_of(milo), "accounts/user", "suspend", mona.pk)
    mona.refresh_from_db()
    assert mona.is_active
    assert not ModerationAction.objects.exists()


def test_queues_count_what_is_behind_their_links(mona_client: Client, message: Message):
    confirm(mona_client, "chat/message", "hide", message.pk)
    queues = mona_client.get("/admin/").context["queues"]
    for queue in queues:
        page = mona_client.get(queue.url)
        assert page.status_code == 200, queue
        assert page.context["cl"].result_count == queue.waiting, queue
    assert {queue.title: queue.waiting for queue in queues}["Hidden messages"] == 1


def test_lists_search_and_filter(mona_client: Client, message: Message):
    for where, query, count in (
        ("chat/message", "q=snails", 1),
        ("chat/message", "q=whales", 0),
        ("chat/message", "hidden__exact=1", 0),
        ("projects/project", "q=alice", 1),
        ("projects/project", "visibility__exact=private", 0),
        ("accounts/user", "q=dave", 1),
        ("accounts/user", "is_active__exact=0", 0),
    ):
        page = mona_client.get(f"/admin/{where}/?{query}")
        assert page.context["cl"].result_count == count, (where, query)


def test_the_page_of_a_thing_offers_acts_and_tells_its_past(mona_client: Client, message: Message):
    confirm(mona_client, "chat/message", "hide", message.pk, note="three times")
    page = mona_client.get(f"/admin/chat/message/{message.pk}/change/").content.decode()
    assert "three times" in page
    assert 'name="action" value="restore"' in page
    assert "<b>Buy" not in page


@pytest.mark.parametrize("pk", ["99999999999999999999999", "²", "x", "1%00"])
def test_a_thing_that_is_not_there_leads_back_to_the_desk(mona_client: Client, pk: str):
    response = mona_client.get(f"/admin/chat/message/{pk}/change/")
    assert response.status_code in {302, 404}


def test_pages_keep_the_strict_policy(mona_client: Client, message: Message):
    confirm(mona_client, "chat/message", "hide", message.pk)
    log = ModerationAction.objects.get()
    for address in (
        "/admin/",
        "/admin/chat/message/",
        f"/admin/chat/message/{message.pk}/change/",
        f"/admin/accounts/moderationaction/{log.pk}/change/",
        f"/admin/accounts/user/{message.author_id}/change/",
    ):
        response = mona_client.get(address)
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        text = response.content.decode()
        assert not re.search(r"<[^>]+\s(style|on\w+)=", text), address
        assert not re.search(r"<style", text), address
        assert not re.search(r"<script(?![^>]*(src=|application/json))", text), address


def test_passwords_are_changed_on_the_sites_own_page(mona_client: Client):
    response = mona_client.get("/admin/password_change/")
    assert response["Location"] == "/accounts/password/change/"
