"""The index says what the data say: a drift is seen, and mended by building it anew."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from projects.models import Project
from projects.services import create_project, publish
from search.filling import drift, fill_when_new, rebuild
from search.models import Document
from search.queries import search
from tests.projects.conftest import BASICS


@pytest.fixture
def snails(alice: User) -> Project:
    project = publish(create_project(creator=alice, **BASICS), alice)
    rebuild()
    return project


def differences() -> set[tuple[str, str]]:
    return {(kind, what) for kind, _number, what in drift()}


def test_what_the_services_write_needs_no_building(alice: User):
    rebuild()
    publish(create_project(creator=alice, **BASICS), alice)
    assert differences() == set()
    call_command("search_index", check=True)


def test_every_kind_of_drift_is_seen_and_mended(alice: User, snails: Project):
    User.objects.create_user("stowaway", "s@example.org", "x")
    Project.objects.filter(pk=snails.pk).update(name="Whales")
    Document.objects.create(kind="person", object_id=999, title="nobody", public=True)
    assert differences() == {("person", "missing"), ("project", "stale"), ("person", "too much")}
    with pytest.raises(CommandError, match="3 differences"):
        call_command("search_index", check=True)
    call_command("search_index")
    assert differences() == set()
    assert [one.title for one in search("whales").found] == ["Whales"]


def test_a_broken_index_of_the_database_is_seen_and_mended(snails: Project):
    if connection.vendor != "sqlite":
        assert search("snail").found
        return
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO search_text(search_text) VALUES ('delete-all')")
    assert search("snail").found == []
    with pytest.raises(CommandError, match="1 difference"):
        call_command("search_index", check=True)
    rebuild()
    assert search("snail").found


def test_a_new_index_is_filled_from_what_is_there(snails: Project):
    Document.objects.all().delete()
    fill_when_new("default", plan=[])
    assert not Document.objects.exists()
    fill_when_new("queue", plan=[(None, False)])
    assert not Document.objects.exists()
    fill_when_new("default", plan=[(None, True)])
    assert not Document.objects.exists()
    fill_when_new("default", plan=[(None, False)])
    assert differences() == set()
    assert search("snail").found
    before = list(Document.objects.values_list("pk", flat=True))
    fill_when_new("default", plan=[(None, False)])
    assert list(Document.objects.values_list("pk", flat=True)) == before


def test_a_change_that_is_rolled_back_leaves_no_word(alice: User, snails: Project):
    from django.db import transaction

    with transaction.atomic():
        publish(create_project(creator=alice, **{**BASICS, "name": "Whales"}), alice)
        transaction.set_rollback(True)
    assert search("whales").found == []
    call_command("search_index", check=True)
