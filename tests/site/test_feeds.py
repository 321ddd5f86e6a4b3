"""Atom feeds: valid, bounded, with lasting identities, and only of what everybody may see."""

from datetime import datetime
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from crowdcontrolled.feeds import MOST
from projects.models import Activity, Project
from projects.services import create_project, publish, record_activity
from tests.cast import client_of
from tests.projects.conftest import BASICS

ATOM = "{http://www.w3.org/2005/Atom}"


def opened(alice: User, name: str, **changed: object) -> Project:
    return publish(create_project(creator=alice, **{**BASICS, "name": name, **changed}), alice)


@pytest.fixture
def shells(alice: User) -> Project:
    return opened(alice, "Snail shells")


def feed(path: str, **headers: str) -> ElementTree.Element:
    answer = Client().get(path, headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def valid(root: ElementTree.Element) -> list[ElementTree.Element]:
    """The entries of a feed that holds what RFC 4287 wants of it."""
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    for one in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1, name
            assert (one.findtext(f"{ATOM}{name}") or "").strip()
        assert datetime.fromisoformat(one.findtext(f"{ATOM}updated") or "").tzinfo
        assert all(link.get("href", "").startswith("http") for link in one.findall(f"{ATOM}link"))
    assert {link.get("rel") for link in root.findall(f"{ATOM}link")} == {"alternate", "self"}
    assert all(entry.find(f"{ATOM}author/{ATOM}name") is not None for entry in entries)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))
    return entries


def titles(path: str) -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in valid(feed(path))]


def test_projects(alice: User):
    assert titles("/projects/feed.atom") == []
    opened(alice, "Open <b> & \u202eshut")
    opened(alice, "Linked", visibility="unlisted")
    opened(alice, "Cellar", visibility="private")
    create_project(creator=alice, **{**BASICS, "name": "Draft"})
    Project.objects.filter(pk=opened(alice, "Bad").pk).update(hidden=True)
    assert titles("/projects/feed.atom") == ["Open <b> & shut"]


def test_a_project(digits: Project):
    found = titles(f"/p/{digits.slug}/feed.atom")
    assert len(found) == Activity.objects.filter(project=digits).count()
    assert found[-1] == "alice opened the project"


@pytest.mark.parametrize(
    "changed", [{"visibility": "private"}, {"state": "draft"}, {"hidden": True}]
)
def test_what_not_everybody_sees_has_none_for_members_neither(
    digits: Project, alice: User, changed: dict[str, object]
):
    Project.objects.filter(pk=digits.pk).update(**changed)
    for client in (client_of(None), client_of(alice)):
        assert client.get(f"/p/{digits.slug}/feed.atom").status_code == 404
    assert titles("/u/alice/feed.atom") == titles("/u/carol/feed.atom") == []


def test_a_person(digits: Project, carol: User):
    assert len(titles("/u/carol/feed.atom")) == 1
    User.objects.filter(pk=carol.pk).update(is_active=False)
    assert Client().get("/u/carol/feed.atom").status_code == 404
    assert Client().get("/u/nobody/feed.atom").status_code == 404


def test_an_unlisted_project_is_in_no_feed_but_its_own(alice: User):
    project = opened(alice, "Linked", visibility="unlisted")
    assert titles(f"/p/{project.slug}/feed.atom")
    assert titles("/u/alice/feed.atom") == []


def test_it_is_bounded_and_newest_first(
    shells: Project, alice: User, django_assert_max_num_queries
):

    with transaction.atomic():
        for _number in range(MOST + 5):
            record_activity(project=shells, actor=alice, kind="member_joined", payload={})
    with django_assert_max_num_queries(3):
        entries = valid(feed(f"/p/{shells.slug}/feed.atom"))
    assert len(entries) == MOST
    moments = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert moments == sorted(moments, reverse=True)


def test_identities_outlive_a_new_name(shells: Project):
    before = [entry.findtext(f"{ATOM}id") for entry in valid(feed("/projects/feed.atom"))]
    Project.objects.filter(pk=shells.pk).update(name="Other", slug="other")
    after = [entry.findtext(f"{ATOM}id") for entry in valid(feed("/projects/feed.atom"))]
    assert before == after
    assert before[0] is not None
    assert before[0].startswith("tag:testserver,")


@pytest.mark.parametrize("path", ["/projects/feed.atom", "/p/snail-shells/feed.atom"])
def test_who_has_it_already_gets_nothing_again(shells: Project, alice: User, path: str):
    first = Client().get(path)
    again = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert "Last-Modified" not in first
    opened(alice, "News")
    Activity.objects.create(project=shells, actor=alice, kind="member_joined")
    assert Client().get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_it_only_reads(shells: Project):
    for path in ("/projects/feed.atom", f"/p/{shells.slug}/feed.atom", "/u/alice/feed.atom"):
        assert Client().post(path).status_code == 405


def test_pages_name_their_feed(shells: Project):
    for page in ("/projects/", f"/p/{shells.slug}/", "/u/alice/"):
        text = Client().get(page).text
        assert 'rel="alternate" type="application/atom+xml"' in text, page
