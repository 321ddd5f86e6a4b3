"""Undo, withdraw, reject, restore."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import ModerationAction, User
from accounts.moderation import moderate
from common.errors import Refused
from datasets import services
from datasets.models import Contribution
from datasets.queries import Purpose, class_balance, count_of, rows
from live.models import Event
from projects.models import Project
from tests.projects_in_use import add_records, seed_records

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(digits: Project, dave: User) -> Contribution:
    """Three rows that dave has just added."""
    return add_records(digits, dave, seed_records("digits", 3))


def test_undo_empties_the_rows_and_leaves_a_gap(
    given: Contribution, digits: Project, dave_client: Client
) -> None:
    assert dave_client.post(f"/contributions/{given.pk}/undo/").status_code == 302
    counts = count_of(digits)
    assert (counts.accepted, counts.people) == (60, 2)
    wall = dave_client.get(f"/p/{digits.slug}/wall.json").json()
    assert (wall["count"], len(wall["cells"])) == (63, 60)
    event = Event.objects.filter(topic=f"project:{digits.pk}").latest("seq")
    assert event.kind == "rows_removed"
    assert event.payload == {
        "arrivals": [60, 61, 62],
        "accepted": 60,
        "pending": 0,
        "people": 2,
    }


def test_nothing_of_a_withdrawn_value_is_left(
    given: Contribution, digits: Project, dave: User
) -> None:
    services.withdraw(given, dave)
    columns = ", ".join(field.column for field in digits.fields.all())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns}, row_hash, group_key FROM p_{digits.pk} WHERE contribution_id = %s",
            [given.pk],
        )
        found = cursor.fetchall()
    assert len(found) == 3
    assert all(row[0] is None and row[1] is None for row in found)
    assert len({bytes(row[2]) for row in found}) == 1
    assert {row[3] for row in found} == {0}


def test_arrival_numbers_are_never_used_again(
    given: Contribution, digits: Project, dave: User
) -> None:
    services.withdraw(given, dave)
    again = add_records(digits, dave, seed_records("digits", 2))
    assert again.first_arrival == 63


def test_undo_twice_is_once(given: Contribution, digits: Project, dave_client: Client) -> None:
    for _press in range(2):
        assert dave_client.post(f"/contributions/{given.pk}/undo/").status_code == 302
    assert count_of(digits).accepted == 60


def test_undo_ends_after_its_seconds(
    given: Contribution, digits: Project, dave_client: Client
) -> None:
    Contribution.objects.update(created=timezone.now() - timedelta(seconds=13))
    answer = dave_client.post(f"/contributions/{given.pk}/undo/")
    assert answer.status_code == 409
    assert count_of(digits).accepted == 63
    assert dave_client.post(f"/contributions/{given.pk}/withdraw/").status_code == 302
    assert count_of(digits).accepted == 60


@pytest.mark.parametrize("act", ["undo", "withdraw"])
def test_nobody_takes_back_what_others_gave(
    act: str, given: Contribution, alice_client: Client, erin_client: Client
) -> None:
    assert alice_client.post(f"/contributions/{given.pk}/{act}/").status_code == 403
    assert erin_client.post(f"/contributions/{given.pk}/{act}/").status_code == 302
    assert alice_client.get(f"/contributions/{given.pk}/{act}/").status_code == 405
    assert alice_client.post(f"/contributions/999999/{act}/").status_code == 404
    given.refresh_from_db()
    assert given.state == "visible"


def test_a_moderator_rejects_and_restores_with_a_reason(
    given: Contribution, digits: Project, mona: User
) -> None:
    balance = class_balance(digits)
    moderate(actor=mona, target=given, action="reject", reason="nonsense")
    assert count_of(digits).accepted == 60
    assert not rows(digits, Purpose.SNAPSHOT).filter(contribution=given).exists()
    moderate(actor=mona, target=given, action="restore", reason="mistake")
    assert count_of(digits).accepted == 63
    assert class_balance(digits) == balance
    assert Event.objects.filter(topic=f"project:{digits.pk}").latest("seq").kind == "rows_added"
    assert [one.action for one in ModerationAction.objects.order_by("id")] == ["reject", "restore"]


def test_what_was_withdrawn_cannot_be_restored(given: Contribution, dave: User, mona: User) -> None:
    moderate(actor=mona, target=given, action="reject", reason="nonsense")
    services.withdraw(given, dave)
    with pytest.raises(Refused, match="Only a rejected"):
        moderate(actor=mona, target=given, action="restore", reason="mistake")
    with pytest.raises(Refused, match="Only a visible"):
        moderate(actor=mona, target=given, action="reject", reason="mistake")
