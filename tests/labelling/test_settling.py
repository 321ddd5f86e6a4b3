"""Labels settle an item: its row has the answer, and everything that follows is in one act."""

import pytest

from accounts.models import User
from common.errors import Refused
from datasets.labelling.case import skill_of
from datasets.models import (
    ClassCount,
    Contributor,
    DataTable,
    Item,
    Label,
    Reviewer,
    RowChange,
    RowState,
)
from datasets.services.labelling import label, undo_label
from live.models import Event
from projects.live import topic_of
from projects.models import Project
from tests.labelling.crowd import (
    ALIVE,
    COUNT,
    WEIGHT,
    collect_labels,
    crowd,
    give,
    item,
    items_of,
    labelled_project,
    say,
    state_of,
    target_value,
)


@pytest.fixture
def project(alice: User) -> Project:
    return labelled_project(alice)


def counts(project: Project) -> tuple[int, int, int]:
    table = DataTable.objects.get(project=project)
    return table.accepted, table.pending, table.people


def test_three_that_agree_settle_it(project: Project, alice: User) -> None:
    row = items_of(project)[0]
    assert counts(project) == (0, 3, 0)
    before = DataTable.objects.get(project=project)
    for user in crowd(3):
        assert state_of(project, row) == RowState.PENDING
        answered = say(project, user, row, "b")
    assert answered.item is not None
    found = item(project, row)
    assert (found.state, found.value, found.labels) == (Item.State.SETTLED, 1, 3)
    assert 0.95 <= found.certainty < 1
    assert (state_of(project, row), target_value(project, row)) == (RowState.ACCEPTED, 1)
    after = DataTable.objects.get(project=project)
    assert counts(project) == (1, 2, 1)
    assert (after.revision > before.revision, after.rewritten > before.rewritten) == (True, True)
    assert ClassCount.objects.get(code=1).accepted == 1
    assert Contributor.objects.get(project=project, user=alice).accepted == 1
    change = RowChange.objects.get(project=project, row=row)
    assert (change.kind, change.actor) == (RowChange.Kind.LABELLED, None)
    told = Event.objects.filter(topic=topic_of(project.pk), kind="rows_added").latest("seq")
    assert told.payload["cells"][0][1:3] == [row, 1]


def test_two_are_not_enough_however_sure(project: Project) -> None:
    row = items_of(project)[0]
    for user in crowd(2):
        say(project, user, row, "b")
    assert (item(project, row).state, item(project, row).certainty > 0.95) == ("open", True)
    assert target_value(project, row) is None


def test_without_agreement_the_seventh_label_makes_a_dispute(project: Project) -> None:
    row = items_of(project)[0]
    people = crowd(7)
    for user, text in zip(people[:6], "abcabc", strict=True):
        say(project, user, row, text)
        assert item(project, row).state == Item.State.OPEN
    say(project, people[6], row, "a")
    assert item(project, row).state == Item.State.DISPUTED
    assert (state_of(project, row), counts(project)) == (RowState.PENDING, (0, 3, 0))
    assert RowChange.objects.filter(row=row, kind=RowChange.Kind.DISPUTED).exists()


def test_the_least_number_of_labels_is_the_project_s(alice: User) -> None:
    project = labelled_project(alice, redundancy=5)
    row = items_of(project)[0]
    people = crowd(5)
    for user in people[:4]:
        say(project, user, row, "a")
    assert item(project, row).state == Item.State.OPEN
    say(project, people[4], row, "a")
    assert item(project, row).state == Item.State.SETTLED


@pytest.mark.parametrize(
    ("target", "said", "value"),
    [
        (ALIVE, ["yes", "yes", "yes"], True),
        (ALIVE, ["no", "no", "no"], False),
        (COUNT, ["41", "40", "39"], 40),
        (WEIGHT, ["10.1", "10", "10.2"], 10.1),
    ],
)
def test_every_kind_of_target(alice: User, target: object, said: list[str], value: object) -> None:
    project = labelled_project(alice, target=target)  # type: ignore[arg-type]
    row = items_of(project)[0]
    for user, text in zip(crowd(3), said, strict=True):
        say(project, user, row, text)
    assert item(project, row).state == Item.State.SETTLED
    assert target_value(project, row) == value


def test_who_labels_has_the_credit(project: Project) -> None:
    row = items_of(project)[0]
    people = crowd(4)
    for user, text in zip(people, "aaca", strict=True):
        say(project, user, row, text)
    records = {one.user_id: one for one in Reviewer.objects.filter(project=project)}
    assert [records[one.pk].answers for one in people] == [1] * 4
    assert [(records[one.pk].settled, records[one.pk].agreed) for one in people] == [
        (1, 1),
        (1, 1),
        (1, 0),
        (1, 1),
    ]
    assert skill_of(records[people[2].pk]) < 0.8 < skill_of(records[people[0].pk])


def test_the_same_label_twice_counts_once(project: Project, bob: User) -> None:
    row = items_of(project)[0]
    say(project, bob, row, "a")
    assert label(project=project, user=bob, row=row, text="a").value == 0
    assert Label.objects.count() == 1
    with pytest.raises(Refused, match="labelled this one already") as refused:
        label(project=project, user=bob, row=row, text="b")
    assert refused.value.status == 409
    assert Reviewer.objects.get(user=bob).answers == 1


def test_only_what_was_shown_is_taken(project: Project, bob: User) -> None:
    row = items_of(project)[0]
    with pytest.raises(Refused, match="what you were shown"):
        label(project=project, user=bob, row=row, text="a")
    with pytest.raises(Refused, match="one of a, b, c"):
        say(project, bob, row, "d")
    with pytest.raises(Refused, match="Say what it is"):
        say(project, bob, row, " ")
    assert not Label.objects.exists()


def test_a_label_that_comes_too_late_is_said_to_be(project: Project, bob: User) -> None:
    row = items_of(project)[0]
    give(project, bob, row)
    for user in crowd(3):
        say(project, user, row, "a")
    give(project, bob, row)
    with pytest.raises(Refused, match="settled by now"):
        label(project=project, user=bob, row=row, text="b")
    assert Label.objects.count() == 3


def test_whole_datapoints_are_not_labelled(project: Project, bob: User) -> None:
    from tests.projects_in_use import rules

    row = items_of(project)[0]
    rules(project, collects="rows")
    with pytest.raises(Refused, match="whole datapoints"):
        say(project, bob, row, "a")


def test_undoing_the_last_label_opens_the_item_again(project: Project) -> None:
    row = items_of(project)[0]
    people = crowd(3)
    for user in people:
        say(project, user, row, "b")
    assert counts(project) == (1, 2, 1)
    undo_label(project=project, user=people[2], row=row)
    undo_label(project=project, user=people[2], row=row)
    assert counts(project) == (0, 3, 0)
    assert (item(project, row).state, item(project, row).labels) == (Item.State.OPEN, 2)
    assert (state_of(project, row), target_value(project, row)) == (RowState.PENDING, None)
    assert ClassCount.objects.get(code=1).accepted == 0
    records = Reviewer.objects.filter(project=project).order_by("user")
    assert [(one.answers, one.settled, one.agreed) for one in records] == [
        (1, 0, 0),
        (1, 0, 0),
        (0, 0, 0),
    ]
    label(project=project, user=people[2], row=row, text="b")
    assert counts(project) == (1, 2, 1)


def test_undo_has_its_time(project: Project, bob: User) -> None:
    from datetime import timedelta

    from django.utils import timezone

    row = items_of(project)[0]
    say(project, bob, row, "a")
    Label.objects.update(created=timezone.now() - timedelta(seconds=13))
    with pytest.raises(Refused, match="10 seconds"):
        undo_label(project=project, user=bob, row=row)
    assert Label.objects.count() == 1


def test_a_row_with_an_answer_is_accepted_at_once(alice: User) -> None:
    from datasets import services
    from datasets.queries import typed_fields

    project = labelled_project(alice, items=0)
    collect_labels(project)
    length, kind = (field for field, _type in typed_fields(project))
    services.contribute(
        project=project,
        user=alice,
        rows=[{length.pk: 1.0, kind.pk: 2}, {length.pk: 2.0}],
        source="form",
    )
    assert counts(project)[:2] == (1, 1)


def test_items_come_from_maintainers(project: Project, dave: User, alice: User) -> None:
    from datasets import services
    from datasets.queries import typed_fields

    length = typed_fields(project)[0][0]
    with pytest.raises(Refused, match="maintainers add the items"):
        services.contribute(project=project, user=dave, rows=[{length.pk: 9.0}], source="form")
    assert counts(project)[:2] == (0, 3)
