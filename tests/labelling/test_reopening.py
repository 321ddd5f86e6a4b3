"""Labels of people who are suspended, paused or gone do not count; their items open again."""

import pytest

from accounts.leaving import close_account
from accounts.models import User
from accounts.moderation import moderate
from datasets.models import DataTable, Item, Label, Reviewer, RowChange, RowState
from datasets.services import withdraw
from datasets.services.deciding import add_gold, decide
from datasets.services.labelling import go_on
from projects.models import Project
from tests.jobs_turning import TurnQueue
from tests.labelling.crowd import (
    add_items,
    crowd,
    item,
    items_of,
    labelled_project,
    say,
    state_of,
    target_value,
)


def settled(project: Project, people: list[User]) -> int:
    """An item that these people settled."""
    row = items_of(project)[0]
    for user in people:
        say(project, user, row, "b")
    assert item(project, row).state == Item.State.SETTLED
    return row


@pytest.fixture
def project(alice: User) -> Project:
    return labelled_project(alice)


def test_a_suspended_person_s_labels_do_not_count(
    project: Project, mona: User, turn_queue: TurnQueue
) -> None:
    people = crowd(3)
    row = settled(project, people)
    moderate(actor=mona, target=people[0], action="suspend", reason="cheating")
    turn_queue("light")
    assert (item(project, row).state, item(project, row).labels) == (Item.State.OPEN, 2)
    assert (state_of(project, row), target_value(project, row)) == (RowState.PENDING, None)
    table = DataTable.objects.get(project=project)
    assert (table.accepted, table.pending) == (0, 3)
    assert RowChange.objects.filter(row=row, kind=RowChange.Kind.RESTORED).count() == 1
    moderate(actor=mona, target=people[0], action="reinstate", reason="mistake")
    turn_queue("light")
    assert (item(project, row).state, item(project, row).labels) == (Item.State.SETTLED, 3)
    assert target_value(project, row) == 1


def test_where_enough_others_agree_the_answer_stands(
    project: Project, mona: User, turn_queue: TurnQueue
) -> None:
    people = crowd(4)
    row = items_of(project)[0]
    for user, text in zip(people, "cbbb", strict=True):
        say(project, user, row, text)
    assert item(project, row).labels == 4
    moderate(actor=mona, target=people[0], action="suspend", reason="cheating")
    turn_queue("light")
    assert (item(project, row).state, item(project, row).labels) == (Item.State.SETTLED, 3)
    assert not RowChange.objects.filter(row=row, kind=RowChange.Kind.RESTORED).exists()


def test_what_a_maintainer_decided_stands(
    project: Project, alice: User, mona: User, turn_queue: TurnQueue
) -> None:
    row = items_of(project)[0]
    people = crowd(2)
    for user in people:
        say(project, user, row, "b")
    decide(project, alice, row, "c")
    moderate(actor=mona, target=people[0], action="suspend", reason="cheating")
    turn_queue("light")
    assert (item(project, row).state, target_value(project, row)) == (Item.State.SETTLED, 2)


def test_pausing_opens_and_going_on_settles(alice: User, turn_queue: TurnQueue) -> None:
    project = labelled_project(alice, items=14)
    listed = items_of(project)
    for row in listed[1:12]:
        add_gold(project, alice, row, "a", "")
    people = crowd(3)
    row = settled(project, people)
    for gold in listed[1:11]:
        say(project, people[2], gold, "b")
    turn_queue("light")
    assert (item(project, row).state, item(project, row).labels) == (Item.State.OPEN, 2)
    go_on(project=project, user=people[2])
    turn_queue("light")
    # Known to be wrong mostly, the third label adds nothing; the two others make it sure.
    assert (item(project, row).state, item(project, row).labels) == (Item.State.SETTLED, 3)


@pytest.mark.parametrize(("gone", "state", "labels"), [(True, "open", 2), (False, "settled", 3)])
def test_whoever_leaves_takes_the_labels_along_or_not(
    project: Project, gone: bool, state: str, labels: int, turn_queue: TurnQueue
) -> None:
    people = crowd(3)
    row = settled(project, people)
    close_account(people[1], withdraw=gone)
    turn_queue("light")
    assert (item(project, row).state, item(project, row).labels) == (state, labels)
    assert Label.objects.filter(row=row).count() == labels
    assert Reviewer.objects.get(user=people[0]).settled == (0 if gone else 1)


def test_withdrawn_items_take_their_labels_along(project: Project, alice: User) -> None:
    people = crowd(3)
    row = settled(project, people)
    contribution = alice.contributions.get(project=project)
    withdraw(contribution, alice)
    assert not Label.objects.filter(row=row).exists()
    assert not Item.objects.filter(row=row).exists()
    table = DataTable.objects.get(project=project)
    assert (table.accepted, table.pending) == (0, 0)


def test_all_labels_together_settle_what_one_by_one_is_open(alice: User) -> None:
    from datasets.labelling.upkeep import settle_together

    project = labelled_project(alice, items=0)
    add_items(project, alice, range(24))
    listed = items_of(project)
    good, careless = crowd(6)[:3], crowd_of("careless", 3)
    for at, row in enumerate(listed[:20]):
        for user in good:
            say(project, user, row, "abc"[at % 3])
        assert item(project, row).state == Item.State.SETTLED
    # Three against three: nothing is sure, unless one knows whom to believe.
    for at, row in enumerate(listed[20:]):
        truth, other = "abc"[at % 3], "abc"[(at + 1) % 3]
        for user in careless:
            say(project, user, row, other)
        for user in good[:2]:
            if item(project, row).state == Item.State.OPEN:
                say(project, user, row, truth)
    settle_together(project)
    assert DataTable.objects.get(project=project).accepted >= 20


def crowd_of(name: str, count: int) -> list[User]:
    from tests.cast import person

    return [person(f"{name}{number}") for number in range(count)]
