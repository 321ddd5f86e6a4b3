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


def test_one_s_own_page_leads_to_the_settings(alice: User, dave: User):
    assert 'href="/settings/profile/"' in page(alice, "alice")
    assert 'href="/settings/profile/"' not in page(dave, "alice")
    assert "Sign in to follow" in page(None, "alice")


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
