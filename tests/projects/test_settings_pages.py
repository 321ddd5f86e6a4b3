"""The pages of settings and members: who gets in, and what is answered."""

import re

import pytest
from django.test import Client

from accounts.models import User
from projects.members import invite
from projects.models import Invitation, Membership, Project
from tests.cast import client_of
from tests.projects.conftest import BASICS

FORM = {key: value for key, value in BASICS.items() if key != "task"}


def posts(project: Project) -> list[str]:
    """Every address that changes something, with its least right in the parametrised tests."""
    base = f"/p/{project.slug}"
    return [
        f"{base}/settings/",
        f"{base}/members/invite/",
        f"{base}/members/invite/1/revoke/",
        f"{base}/members/carol/role/",
        f"{base}/members/carol/remove/",
        f"{base}/leave/",
    ]


def test_strangers_see_no_difference_between_private_and_missing(
    cellar: Project, dave_client: Client
):
    for address in [f"/p/{cellar.slug}/members/", f"/p/{cellar.slug}/join/abc/", *posts(cellar)]:
        act = (
            dave_client.get if address[-8:] == "members/" or "join" in address else dave_client.post
        )
        there = act(address)
        assert there.status_code == 404, address
    Project.objects.filter(pk=cellar.pk).update(slug="elsewhere")
    for address in posts(cellar):
        gone = dave_client.post(address)
        assert gone.status_code == 404
    one = dave_client.get("/p/elsewhere/settings/").content
    Project.objects.filter(pk=cellar.pk).update(slug="moved")
    assert dave_client.get("/p/elsewhere/settings/").content == one


def test_strangers_are_refused_in_a_public_project(shells: Project, dave_client: Client):
    for address in posts(shells)[:-1]:
        assert dave_client.post(address).status_code == 403, address
    assert dave_client.get(f"/p/{shells.slug}/settings/").status_code == 403
    assert dave_client.post(f"/p/{shells.slug}/leave/").status_code == 404


def test_members_are_refused_what_maintainers_do(shells: Project, carol_client: Client):
    for address in posts(shells)[:-1]:
        assert carol_client.post(address).status_code == 403, address


def test_anonymous_people_are_sent_to_sign_in(shells: Project, erin_client: Client):
    for address in [*posts(shells), f"/p/{shells.slug}/members/", f"/p/{shells.slug}/join/x/"]:
        response = erin_client.post(address) if "join" not in address else erin_client.get(address)
        assert response["Location"].startswith("/accounts/login/"), address


def test_other_methods_are_none(shells: Project, alice_client: Client):
    for address in posts(shells)[1:]:
        assert alice_client.get(address).status_code == 405, address
    assert alice_client.post(f"/p/{shells.slug}/members/").status_code == 405
    assert alice_client.put(f"/p/{shells.slug}/settings/").status_code == 405


def test_owners_save_everything(shells: Project, alice_client: Client):
    form = {**FORM, "name": "Shells", "visibility": "unlisted", "goal": ""}
    response = alice_client.post(f"/p/{shells.slug}/settings/", form)
    assert response.status_code == 302
    shells.refresh_from_db()
    assert (shells.name, shells.visibility, shells.goal) == ("Shells", "unlisted", None)


def test_what_a_maintainer_may_not_change_is_left_as_it_is(shells: Project, bob_client: Client):
    form = {**FORM, "pitch": "New.", "visibility": "private", "licence": "CC-BY-4.0"}
    assert bob_client.post(f"/p/{shells.slug}/settings/", form).status_code == 302
    shells.refresh_from_db()
    assert (shells.pitch, shells.visibility, shells.licence) == ("New.", "public", "CC0-1.0")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "\u202e"}, "Write at least one letter"),
        ({"goal": "many"}, "Enter a whole number"),
        ({"goal": "0"}, "greater than or equal to 1"),
        ({"licence": "CC-BY-4.0"}, "A licence can only become freer"),
        ({"visibility": "secret"}, "Select a valid choice"),
        ({"pitch": "x" * 141}, "at most 140"),
        ({"name": "a\0b"}, "Null characters are not allowed"),
    ],
)
def test_bad_input_is_shown_and_changes_nothing(
    shells: Project, alice_client: Client, changed: dict[str, str], said: str
):
    response = alice_client.post(f"/p/{shells.slug}/settings/", {**FORM, **changed})
    assert response.status_code == 422
    assert said in response.content.decode()
    before = {**vars(shells)}
    shells.refresh_from_db()
    assert (shells.name, shells.licence) == (before["name"], before["licence"])


def test_a_link_is_shown_once_and_works(
    cellar: Project, alice_client: Client, dave_client: Client, dave: User
):
    response = alice_client.post(f"/p/{cellar.slug}/members/invite/", {"role": 10, "uses": 2})
    found = re.search(r"http://testserver(/p/cellar/join/[\w-]+/)", response.content.decode())
    assert found
    link = found[1]
    assert link not in alice_client.get(f"/p/{cellar.slug}/members/").content.decode()
    assert "Join the project" in dave_client.get(link).content.decode()
    assert not Membership.objects.filter(user=dave).exists()
    assert dave_client.post(link)["Location"] == "/p/cellar/"
    assert "You belong to this project already" in dave_client.get(link).content.decode()


def test_looking_at_an_invitation_is_limited(
    cellar: Project, dave_client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("projects.member_views.JOINS_PER_MINUTE", 3)
    seen = [dave_client.get(f"/p/cellar/join/guess{n}/").status_code for n in range(4)]
    assert seen == [404, 404, 404, 429]


def test_maintainers_make_no_maintainers(cellar: Project, bob_client: Client):
    response = bob_client.post(f"/p/{cellar.slug}/members/invite/", {"role": 20, "uses": 2})
    assert response.status_code == 422
    assert not Invitation.objects.exists()


def test_links_are_taken_back(cellar: Project, alice: User, alice_client: Client):
    invitation, _token = invite(cellar, actor=alice)
    address = f"/p/{cellar.slug}/members/invite/{invitation.pk}/revoke/"
    assert alice_client.post(address).status_code == 302
    invitation.refresh_from_db()
    assert invitation.revoked


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999"])
def test_a_link_that_is_not_there_is_missing(cellar: Project, alice_client: Client, pk: str):
    assert alice_client.post(f"/p/cellar/members/invite/{pk}/revoke/").status_code == 404


def test_roles_change_and_members_go(shells: Project, alice_client: Client, carol: User):
    base = f"/p/{shells.slug}/members/carol"
    assert alice_client.post(f"{base}/role/", {"role": 20}).status_code == 302
    assert Membership.objects.get(project=shells, user=carol).role == 20
    assert alice_client.post(f"{base}/role/", {"role": "king"}).status_code == 400
    assert alice_client.post(f"{base}/remove/").status_code == 302
    assert not Membership.objects.filter(project=shells, user=carol).exists()
    assert alice_client.post(f"{base}/remove/").status_code == 404
    assert alice_client.post(f"/p/{shells.slug}/members/nobody/remove/").status_code == 404


def test_the_last_owner_is_told_why_not(shells: Project, alice_client: Client):
    response = alice_client.post(f"/p/{shells.slug}/leave/")
    assert response.status_code == 409
    assert "needs an owner" in response.content.decode()


def test_leaving_a_private_project_ends_on_the_list(cellar: Project, carol: User):
    client = client_of(carol)
    assert client.post(f"/p/{cellar.slug}/leave/")["Location"] == "/projects/"
    assert client.get(f"/p/{cellar.slug}/members/").status_code == 404


def test_members_see_no_controls(shells: Project, carol_client: Client, dave_client: Client):
    for client in (carol_client, dave_client):
        page = client.get(f"/p/{shells.slug}/members/").content.decode()
        assert "alice" in page
        assert "Make a link" not in page
        assert "/role/" not in page
