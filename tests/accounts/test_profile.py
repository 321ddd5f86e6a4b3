"""A person's page."""

import pytest

from accounts.models import User
from projects.models import Membership, Project
from projects.services import create_project, publish
from tests.cast import client_of
from tests.projects.conftest import BASICS


def page(reader: User | None, name: str) -> str:
    response = client_of(reader).get(f"/u/{name}/")
    assert response.status_code == 200
    return response.content.decode()


def test_everybody_reads_it(alice: User, dave: User):
    User.objects.filter(pk=alice.pk).update(about="<b>snails</b>")
    for reader in (None, dave, alice):
        assert "&lt;b&gt;snails&lt;/b&gt;" in page(reader, "alice")
    assert "alice@example.org" not in page(dave, "alice")


@pytest.mark.parametrize("name", ["nobody", "x' OR 1=1", "%00", "gone"])
def test_who_is_not_there_is_missing(erin_client, alice: User, name: str):
    User.objects.create_user("gone", "gone@example.org", "x", is_active=False)
    assert erin_client.get(f"/u/{name}/").status_code == 404


def test_another_spelling_leads_to_the_name(erin_client, alice: User):
    response = erin_client.get("/u/ALICE/")
    assert (response.status_code, response["Location"]) == (301, "/u/alice/")


def test_people_change_the_line_about_themselves(alice_client, alice: User):
    response = alice_client.post("/u/alice/", {"about": " Snails \u202e and\nshells. "})
    assert response.status_code == 302
    alice.refresh_from_db()
    assert alice.about == "Snails and shells."


def test_a_line_that_is_too_long_is_refused_with_its_length(alice_client, alice: User):
    response = alice_client.post("/u/alice/", {"about": "x" * 281})
    assert response.status_code == 422
    assert "281 characters" in response.content.decode()
    alice.refresh_from_db()
    assert alice.about == ""


def test_nobody_changes_anothers(dave_client, erin_client, alice: User):
    assert dave_client.post("/u/alice/", {"about": "x"}).status_code == 403
    assert erin_client.post("/u/alice/", {"about": "x"})["Location"].startswith("/accounts/login/")
    assert dave_client.put("/u/alice/").status_code == 405
    alice.refresh_from_db()
    assert alice.about == ""


def test_it_names_only_projects_that_the_reader_may_know(alice: User, bob: User, dave: User):
    for name, visibility in (("Open shells", "public"), ("Cellar", "private")):
        project = create_project(
            creator=alice, **{**BASICS, "name": name, "visibility": visibility}
        )
        publish(project, alice)
    cellar = Project.objects.get(name="Cellar")
    Membership.objects.create(project=cellar, user=bob, role=Membership.Role.MEMBER)
    assert "Open shells" in page(dave, "alice")
    assert "Cellar" not in page(dave, "alice")
    assert "Cellar" not in page(None, "bob")
    assert "Cellar" in page(bob, "alice")
