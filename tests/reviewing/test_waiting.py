"""Rows that wait for a check have their places, and are in nothing that is shown or counted."""

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from datasets.models import Contributor, DataTable, RowState
from datasets.queries import Purpose, class_balance, count_of, rows
from datasets.reviewing.claims import lock
from datasets.services import ruling
from datasets.services.settling import move_rows
from live.models import Event
from projects.models import Activity, Project
from tests.projects_in_use import add_records, rules, seed_records
from tests.reviewing.giving import give, state_of

Acceptance = DataTable.Acceptance


def test_rows_wait_and_keep_their_places(
    checked: Project, carol: User, carol_client: Client
) -> None:
    first, _second = give(checked, carol, 0, 1)
    counts = count_of(checked)
    assert (counts.accepted, counts.pending, counts.people) == (0, 2, 0)
    assert state_of(checked, first) == RowState.PENDING
    wall = carol_client.get(f"/p/{checked.slug}/wall.json").json()
    assert (wall["count"], wall["cells"]) == (2, [])
    assert not rows(checked, Purpose.SNAPSHOT).exists()
    assert sum(bar.rows for bar in class_balance(checked)) == 0
    assert not Contributor.objects.filter(project=checked).exists()
    assert not Activity.objects.filter(project=checked, kind="rows_added").exists()
    event = Event.objects.filter(topic=f"project:{checked.pk}").latest("seq")
    assert event.kind == "rows_waiting"
    assert (event.payload["first"], event.payload["count"], event.payload["pending"]) == (0, 2, 2)


@pytest.mark.parametrize(
    ("acceptance", "giver", "state"),
    [
        (Acceptance.AT_ONCE, "carol", RowState.ACCEPTED),
        (Acceptance.MAINTAINER, "carol", RowState.PENDING),
        (Acceptance.MAINTAINER, "bob", RowState.ACCEPTED),
        (Acceptance.MAINTAINER, "alice", RowState.ACCEPTED),
        (Acceptance.PEERS, "carol", RowState.PENDING),
        (Acceptance.PEERS, "alice", RowState.PENDING),
    ],
)
def test_whose_rows_wait(
    checked: Project, alice: User, bob: User, carol: User, acceptance: str, giver: str, state: int
) -> None:
    rules(checked, acceptance=acceptance)
    (row,) = give(checked, {"alice": alice, "bob": bob, "carol": carol}[giver], 0)
    assert state_of(checked, row) == state
    counts = count_of(checked)
    waits = int(state == RowState.PENDING)
    assert (counts.accepted, counts.pending) == (1 - waits, waits)


def test_demo_data_never_wait(checked: Project, alice: User) -> None:
    add_records(checked, alice, seed_records("penguins", 3))
    assert count_of(checked).accepted == 3


def test_accepting_counts_everything_once(checked: Project, alice: User, carol: User) -> None:
    given = give(checked, carol, 0, 1)
    for _twice in range(2):
        with transaction.atomic():
            lock(checked)
            move_rows(checked, given, RowState.ACCEPTED, actor=alice, kind=None)
    counts = count_of(checked)
    assert (counts.accepted, counts.pending, counts.people) == (2, 0, 1)
    assert sum(bar.rows for bar in class_balance(checked)) == 2
    assert Contributor.objects.get(project=checked, user=carol).accepted == 2
    assert Activity.objects.get(project=checked, kind="rows_added").payload["rows"] == 2
    event = Event.objects.filter(topic=f"project:{checked.pk}", kind="rows_added").latest("seq")
    assert [cell[0] for cell in event.payload["cells"]] == [0, 1]
    assert event.payload["pending"] == 0


def test_all_that_waits_at_once(checked: Project, alice: User, carol: User) -> None:
    give(checked, carol, 0, 1, 2)
    ruling.set_rules(checked, alice, ruling.Rules(Acceptance.AT_ONCE, "refuse"))
    assert count_of(checked).pending == 3
    assert ruling.accept_waiting(checked, alice) == 3
    assert ruling._accept_portion(checked, alice, 2)
    assert not ruling._accept_portion(checked, alice, 2)
    assert (count_of(checked).accepted, count_of(checked).pending) == (3, 0)
