"""Exact duplicates are refused, with the way to the one that is there, unless they are allowed."""

import pytest
from django.test import Client

from accounts.models import User
from datasets import services
from datasets.models import Contribution, DataTable
from datasets.queries import count_of, typed_fields
from datasets.records import read_record
from datasets.services import Copies
from datasets.services.same_rows import SameRow
from projects.models import Project
from tests.projects_in_use import add_records, published, rules, seed_fields, seed_records
from tests.reviewing.giving import give


@pytest.fixture
def once_only(alice: User, bob: User, carol: User) -> Project:
    """Accepts at once, and each datapoint once."""
    project = published(alice, "Once", seed_fields("penguins"), maintainer=bob, member=carol)
    rules(project, duplicates=DataTable.Duplicates.REFUSE)
    return project


def test_refused_with_the_number(once_only: Project, carol: User, bob: User) -> None:
    (row,) = give(once_only, carol, 0)
    with pytest.raises(SameRow, match="as row 1") as refused:
        give(once_only, bob, 0)
    assert (refused.value.row, refused.value.number, refused.value.status) == (row, 1, 409)
    assert count_of(once_only).accepted == 1
    assert Contribution.objects.filter(project=once_only).count() == 1


def test_one_that_waits_counts_too(once_only: Project, carol: User, bob: User) -> None:
    rules(once_only, acceptance=DataTable.Acceptance.PEERS)
    give(once_only, carol, 0)
    with pytest.raises(SameRow, match="waits for a check") as refused:
        give(once_only, bob, 0)
    assert refused.value.row is None, "its page is not everybody's"


def test_twice_in_one_table(once_only: Project, carol: User) -> None:
    with pytest.raises(SameRow, match="Row 3: The same datapoint stands above"):
        give(once_only, carol, 0, 1, 0)
    assert count_of(once_only).accepted == 0


def test_left_out_or_added_where_asked(once_only: Project, carol: User) -> None:
    give(once_only, carol, 0)
    assert len(give(once_only, carol, 0, 1, 1, 2, copies=Copies.SKIP)) == 2
    with pytest.raises(SameRow):
        give(once_only, carol, 0, 1, copies=Copies.SKIP)
    assert len(give(once_only, carol, 0, 1, copies=Copies.ADD)) == 2
    assert count_of(once_only).accepted == 5


def test_allowed_and_demo_data(once_only: Project, carol: User) -> None:
    add_records(once_only, carol, seed_records("penguins", 1) * 2)
    rules(once_only, duplicates=DataTable.Duplicates.ALLOW)
    give(once_only, carol, 0)
    assert count_of(once_only).accepted == 3


def test_withdrawn_or_rejected_ones_are_gone(once_only: Project, carol: User) -> None:
    give(once_only, carol, 0)
    services.withdraw(Contribution.objects.get(project=once_only), carol)
    give(once_only, carol, 0)
    services.reject(Contribution.objects.latest("pk"), carol)
    give(once_only, carol, 0)
    assert count_of(once_only).accepted == 1


def test_sending_again_under_the_same_key_is_no_duplicate(once_only: Project, carol: User) -> None:
    first = give(once_only, carol, 0, key="k")
    assert give(once_only, carol, 0, key="k") == first


def test_an_edit_makes_no_copy(once_only: Project, carol: User) -> None:
    _first, second = give(once_only, carol, 0, 1)
    fields = typed_fields(once_only)
    values = read_record(fields, seed_records("penguins", 1)[0])
    with pytest.raises(SameRow, match="as row 1"):
        services.edit_row(project=once_only, user=carol, row=second, values=values, revision=1)


def test_the_form_links_to_it(once_only: Project, carol: User, dave_client: Client) -> None:
    (row,) = give(once_only, carol, 0)
    record = seed_records("penguins", 1)[0]
    values = read_record(typed_fields(once_only), record)
    form = {
        field.column: type_.show(values[field.pk]) if values[field.pk] is not None else ""
        for field, type_ in typed_fields(once_only)
    }
    answer = dave_client.post(f"/p/{once_only.slug}/contribute/", {**form, "agree": "on"})
    assert answer.status_code == 409
    assert f'<a href="/p/{once_only.slug}/rows/{row}/">See it</a>' in answer.content.decode()
    assert count_of(once_only).accepted == 1
