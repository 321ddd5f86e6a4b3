"""The public log tells what was done and why, and nothing more."""

import pytest

from accounts.models import User
from accounts.moderation import moderate
from projects.models import Project
from projects.services import create_project, publish
from tests.cast import client_of
from tests.projects.conftest import BASICS


def page(reader: User | None, query: str = "") -> str:
    response = client_of(reader).get(f"/moderation-log/{query}")
    assert response.status_code == 200
    return response.content.decode()


def project_named(alice: User, name: str, visibility: str) -> Project:
    project = create_project(creator=alice, **{**BASICS, "name": name, "visibility": visibility})
    return publish(project, alice)


def test_it_leaves_out_who_moderated_and_the_note(mona: User, dave: User):
    moderate(actor=mona, target=dave, action="suspend", reason="spam", note="told by carol")
    text = page(None)
    assert "dave" in text
    assert "spam or advertising" in text
    assert "mona" not in text
    assert "carol" not in text


def test_a_hidden_projects_name_is_not_repeated(mona: User, alice: User):
    project = project_named(alice, "Vile name", "public")
    moderate(actor=mona, target=project, action="hide", reason="abuse")
    assert "Vile name" not in page(None)
    assert f"project {project.pk}" in page(None)
    moderate(actor=mona, target=project, action="restore", reason="mistake")
    assert "Vile name" in page(None)


@pytest.mark.parametrize("visibility", ["private", "unlisted"])
def test_a_project_that_is_not_listed_is_named_to_members_only(
    mona: User, alice: User, dave: User, visibility: str
):
    project = project_named(alice, "Cellar", visibility)
    moderate(actor=mona, target=project, action="hide", reason="abuse")
    moderate(actor=mona, target=project, action="restore", reason="mistake")
    assert "Cellar" not in page(dave)
    assert "Cellar" in page(alice)


def test_it_has_pages_and_takes_nothing(mona: User, dave: User):
    for _ in range(26):
        moderate(actor=mona, target=dave, action="suspend", reason="spam")
        moderate(actor=mona, target=dave, action="reinstate", reason="mistake")
    assert page(None).count("<tr><td") == 50
    assert page(None, "?page=2").count("<tr><td") == 2
    assert page(None, "?page=nonsense").count("<tr><td") == 50
    assert client_of(dave).post("/moderation-log/").status_code == 405


def test_an_empty_log_says_so(db: None):
    assert "Nothing was moderated yet" in page(None)
