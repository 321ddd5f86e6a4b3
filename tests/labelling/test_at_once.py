"""Labels that come in the same moment: each counts once, and an item is settled once."""

import pytest

from accounts.models import User
from common.errors import Refused
from datasets.labelling.serving import serve
from datasets.models import ClassCount, DataTable, Item, Label, RowChange
from datasets.services.labelling import label
from tests.at_once import at_once
from tests.labelling.crowd import crowd, give, item, items_of, labelled_project

pytestmark = pytest.mark.django_db(transaction=True)


def test_labels_of_several_people_at_once_settle_once(alice: User) -> None:
    project = labelled_project(alice, items=1)
    (row,) = items_of(project)
    people = crowd(4)
    for user in people:
        give(project, user, row)

    def act(number: int) -> str:
        try:
            label(project=project, user=people[number], row=row, text="b")
        except Refused as refused:
            return refused.message
        return "taken"

    answers = at_once(act, 4)
    taken = answers.count("taken")
    assert taken >= 3, answers
    assert Label.objects.count() == taken
    assert item(project, row).state == Item.State.SETTLED
    table = DataTable.objects.get(project=project)
    assert (table.accepted, table.pending) == (1, 0)
    assert ClassCount.objects.get(code=1).accepted == 1
    assert RowChange.objects.filter(row=row, kind=RowChange.Kind.LABELLED).count() == 1


def test_the_same_label_twice_at_once_counts_once(alice: User, bob: User) -> None:
    project = labelled_project(alice, items=1)
    (row,) = items_of(project)
    give(project, bob, row)
    found = at_once(lambda _n: label(project=project, user=bob, row=row, text="a").value, 3)
    assert found == [0, 0, 0]
    assert (Label.objects.count(), item(project, row).labels) == (1, 1)


def test_no_more_people_get_an_item_than_it_needs(alice: User) -> None:
    project = labelled_project(alice, items=1, redundancy=2)
    people = crowd(4)
    served = at_once(lambda number: serve(project, people[number]).row, 4)
    assert sum(row is not None for row in served) == 2
