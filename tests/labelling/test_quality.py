"""What the quality page and profiles say of labels."""

import pytest
from django.test import Client

from accounts.models import User
from datasets.labelling.queries import summary
from datasets.services.deciding import add_gold
from projects.models import Project
from tests.labelling.crowd import crowd, items_of, labelled_project, say


@pytest.fixture
def project(alice: User) -> Project:
    return labelled_project(alice)


def test_the_quality_page_tells_of_labels(
    project: Project, alice: User, dave_client: Client
) -> None:
    empty = dave_client.get(f"/p/{project.slug}/quality/").content.decode()
    assert "Nobody has labelled anything yet." in empty
    first, second, _third = items_of(project)
    add_gold(project, alice, second, "a", "")
    people = crowd(4)
    for user, text in zip(people, "bbcb", strict=True):
        say(project, user, first, text)
    say(project, people[0], second, "a")
    say(project, people[1], second, "c")
    found = summary(project)
    assert (found.labels, found.people, found.gold) == (6, 4, 1)
    assert (found.agreement, found.gold_right) == (0.75, 0.5)
    assert found.progress == (2, 0, 3)
    page = dave_client.get(f"/p/{project.slug}/quality/").content.decode()
    assert "6 labels by 4 people." in page


def test_whoever_labelled_is_credited(project: Project, dave: User, dave_client: Client) -> None:
    say(project, dave, items_of(project)[0], "a")
    assert "1 item labelled" in Client().get("/u/dave/").content.decode()
    assert "1 label" in dave_client.get("/contributions/").content.decode()
    Project.objects.filter(pk=project.pk).update(visibility=Project.Visibility.PRIVATE)
    assert "item labelled" not in Client().get("/u/dave/").content.decode()
