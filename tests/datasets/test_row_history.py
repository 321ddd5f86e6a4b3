"""A row's page: everything that happened to it, to whoever may know."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from datasets.history import kept_of
from datasets.models import Flag, Item, Label, Review, Row, RowChange, Vote
from datasets.queries import Purpose, rows, typed_fields
from datasets.queries.row_history import history_of
from datasets.services.editing import edit_row
from projects.models import Project
from tests.datasets.browsed import named, zoo

pytestmark = pytest.mark.django_db


def row_at(project: Project, arrival: int) -> Row:
    found = rows(project, Purpose.CHANGE).select_related("contribution__user")
    return found.get(arrival=arrival)


def page_of(client: Client, project: Project, row: Row) -> str:
    answer = client.get(f"/p/{project.slug}/rows/{row.pk}/")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def edited(project: Project, user: User, row: Row, height: float) -> None:
    fields = typed_fields(project)
    values = {f.pk: type_.value_of(getattr(row, f.column)) for f, type_ in fields}
    values[named(project, "height").pk] = height
    edit_row(project=project, user=user, row=row.pk, values=values, revision=row.revision)


def test_values_before_and_after_each_change(alice: User, erin_client: Client) -> None:
    project = zoo(alice)
    row = row_at(project, 0)
    change = RowChange.objects.create(
        project=project,
        row=row.pk,
        kind=RowChange.Kind.SCHEMA,
        schema_version=2,
        before={**kept_of(typed_fields(project), row), str(named(project, "height").pk): 250.0},
    )
    RowChange.objects.filter(pk=change.pk).update(created=timezone.now() - timedelta(hours=1))
    edited(project, alice, row, 3.5)
    row = row_at(project, 0)
    history = history_of(project, typed_fields(project), row, maintains=False)
    values = [
        [(one.before.text, one.after.text) for one in happening.changes]
        for happening in history.happenings
    ]
    assert values == [[("2.5", "3.5")], [("250", "2.5")], []]
    page = page_of(erin_client, project, row)
    assert "Changed with the fields, version 2" in page
    assert page.index("Corrected") < page.index("version 2") < page.index("Added: demo data")


def test_votes_and_labels_are_sums_until_one_maintains(
    alice: User, bob: User, carol: User, dave: User, erin_client: Client, bob_client: Client
) -> None:
    project = zoo(alice, maintainer=bob)
    row = row_at(project, 1)
    key = {"project": project, "row": row.pk}
    Vote.objects.create(**key, user=carol, verdict=1)
    Vote.objects.create(**key, user=dave, verdict=-1, reason="wrong-label", note="an emu?")
    review = Review.objects.create(**key, yes=1, no=1)
    Label.objects.create(**key, user=carol, value=1)
    item = Item.objects.create(**key, labels=1, value=1)
    stranger = page_of(erin_client, project, row)
    assert "Checked by others" not in stranger
    assert "Labels" not in stranger
    Review.objects.filter(pk=review.pk).update(settled=timezone.now())
    Item.objects.filter(pk=item.pk).update(settled=timezone.now())
    stranger = page_of(erin_client, project, row)
    assert "Checked by others: 1 yes, 1 no" in stranger
    assert "Labels: dog 1" in stranger
    assert "carol" not in stranger
    assert "an emu?" not in stranger
    maintainer = page_of(bob_client, project, row)
    assert "Vote: yes" in maintainer
    assert "the label does not fit · an emu?" in maintainer
    assert "Label: dog" in maintainer
    assert "/u/carol/" in maintainer


def test_a_withdrawn_value_is_in_no_history(alice: User, alice_client: Client) -> None:
    project = zoo(alice)
    row = row_at(project, 3)
    edited(project, alice, row, 777.5)
    edited(project, alice, row_at(project, 3), 1.5)
    assert "777.5" in page_of(alice_client, project, row)
    alice_client.post(f"/contributions/{row.contribution.pk}/withdraw/")
    assert alice_client.get(f"/p/{project.slug}/rows/{row.pk}/").status_code == 404
    assert not [one for one in RowChange.objects.filter(row=row.pk) if "777.5" in str(one.before)]


def test_the_rows_around_and_those_like_it(alice: User, erin_client: Client) -> None:
    project = zoo(alice)
    row, twin = row_at(project, 2), row_at(project, 5)
    type(row)._default_manager.filter(pk__in=[row.pk, twin.pk]).update(group_key=7)
    Flag.objects.create(project=project, row=row.pk, kind="outlier")
    page = page_of(erin_client, project, row_at(project, 2))
    for arrival in (1, 3, 5):
        assert f'/rows/{row_at(project, arrival).pk}/"' in page
    assert "Nearly the same" in page
    assert "far from all others" in page
    first = history_of(project, typed_fields(project), row_at(project, 0), maintains=False)
    last = history_of(project, typed_fields(project), row_at(project, 7), maintains=False)
    assert first.older is None
    assert last.newer is None
