"""Which item comes next: nearest to be settled first, gold among them, never one twice."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from common.errors import Refused
from datasets.labelling.serving import Nothing, peek
from datasets.models import Claim, Gold, Item, Label, Reviewer
from datasets.reviewing.reviewers import CADENCE, ENOUGH_GOLD, FIRST_ANSWERS, FIRST_CADENCE
from datasets.services.deciding import add_gold, decide, leave_out, remove_gold
from datasets.services.labelling import go_on, label, skip
from projects.models import Project
from tests.cast import person
from tests.labelling.crowd import (
    add_items,
    crowd,
    give,
    item,
    items_of,
    labelled_project,
    say,
    shown,
)
from tests.projects_in_use import rules


@pytest.fixture
def project(alice: User) -> Project:
    return labelled_project(alice)


def next_row(project: Project, user: User, **more: object) -> int | None:
    row = shown(project, user, **more).row
    return None if row is None else row.pk


def test_the_one_that_is_nearest_to_be_settled_comes_first(project: Project) -> None:
    first, second, third = items_of(project)
    one, two, three = crowd(3)
    say(project, one, second, "a")
    assert next_row(project, two) == second
    assert next_row(project, one) == first
    say(project, one, third, "a")
    say(project, three, third, "a")
    Claim.objects.all().delete()
    assert next_row(project, two) == third


def test_the_same_item_comes_until_it_is_answered(project: Project, bob: User) -> None:
    row = next_row(project, bob)
    assert row is not None
    assert next_row(project, bob) == row
    label(project=project, user=bob, row=row, text="a")
    following = next_row(project, bob)
    assert following != row
    assert not Claim.objects.filter(row=row).exists()


def test_nobody_gets_an_item_twice(project: Project, bob: User) -> None:
    seen = []
    while (row := next_row(project, bob)) is not None:
        seen.append(row)
        label(project=project, user=bob, row=row, text="a")
    assert seen == items_of(project)
    assert shown(project, bob).nothing is Nothing.OTHERS


def test_an_item_is_with_no_more_people_than_it_needs(alice: User) -> None:
    project = labelled_project(alice, items=1)
    people = crowd(4)
    (row,) = items_of(project)
    assert [next_row(project, user) for user in people] == [row, row, row, None]
    Claim.objects.filter(user=people[0]).update(until=timezone.now() - timedelta(seconds=1))
    assert next_row(project, people[3]) == row


def test_beyond_the_least_number_it_is_with_one_at_a_time(alice: User) -> None:
    project = labelled_project(alice, items=1)
    people = crowd(5)
    (row,) = items_of(project)
    for user, text in zip(people[:3], "abc", strict=True):
        say(project, user, row, text)
    assert [next_row(project, user) for user in people[3:]] == [row, None]


def test_skipped_items_come_again_when_asked_for(project: Project, bob: User) -> None:
    first, second, _third = items_of(project)
    assert next_row(project, bob) == first
    skip(project=project, user=bob, row=first)
    assert next_row(project, bob, skipped=[first]) == second
    assert shown(project, bob, skipped=items_of(project)).nothing is Nothing.SKIPPED


def test_what_was_begun_before_signing_in_comes_first(project: Project, bob: User) -> None:
    assert next_row(project, bob, first=items_of(project)[2]) == items_of(project)[2]


def test_nothing_is_left_when_all_is_settled_or_disputed(alice: User, bob: User) -> None:
    project = labelled_project(alice, items=0)
    assert shown(project, bob).nothing is Nothing.DONE
    add_items(project, alice, [1, 2])
    first, second = items_of(project)
    for user, text in zip(crowd(7), "abcabca", strict=True):
        say(project, user, first, text)
    decide(project, alice, second, "a")
    assert shown(project, bob).nothing is Nothing.DISPUTED
    decide(project, alice, first, "c")
    assert shown(project, bob).nothing is Nothing.DONE
    assert (item(project, first).value, item(project, first).certainty) == (2, 1.0)


def test_whoever_is_signed_out_sees_an_item_that_stays_free(project: Project) -> None:
    found = peek(project).row
    assert found is not None
    assert found.pk == items_of(project)[0]
    assert not Claim.objects.exists()


def test_gold_items_come_as_often_as_said(alice: User, bob: User) -> None:
    count = FIRST_ANSWERS + 2 * CADENCE
    project = labelled_project(alice, items=count + 20)
    gold = items_of(project)[:15]
    for row in gold:
        add_gold(project, alice, row, "a", "")
    seen = []
    for _number in range(count):
        shown = next_row(project, bob)
        assert shown is not None
        seen.append(shown in gold)
        label(project=project, user=bob, row=shown, text="a")
    blocks = [seen[at : at + FIRST_CADENCE] for at in range(0, FIRST_ANSWERS, FIRST_CADENCE)]
    blocks += [seen[at : at + CADENCE] for at in range(FIRST_ANSWERS, count, CADENCE)]
    assert [sum(block) for block in blocks] == [1] * len(blocks)
    assert len({block.index(True) for block in blocks[:5]}) > 1, "at no place that one could know"
    rows = Counter(Label.objects.filter(user=bob).values_list("row", flat=True))
    assert set(rows.values()) == {1}


def test_gold_is_answered_at_once_and_settles_nothing(
    project: Project, alice: User, bob: User
) -> None:
    row = items_of(project)[0]
    add_gold(project, alice, row, "b", "it has two ears")
    right = say(project, bob, row, "b")
    wrong = say(project, person("dora"), row, "c")
    assert (right.right, wrong.right) == (True, False)
    assert wrong.gold is not None
    assert wrong.gold.why == "it has two ears"
    assert item(project, row).labels == 0
    record = Reviewer.objects.get(user=bob)
    assert (record.answers, record.gold_seen, record.gold_right) == (1, 1, 1)


def test_gold_needs_an_item_that_nobody_labelled(project: Project, alice: User, bob: User) -> None:
    first, second, _third = items_of(project)
    say(project, bob, first, "a")
    with pytest.raises(Refused, match="labelled this one already"):
        add_gold(project, alice, first, "a", "")
    add_gold(project, alice, second, "a", "")
    with pytest.raises(Refused, match="This row says"):
        add_gold(project, alice, second, "b", "")
    add_gold(project, alice, second, "", "because")
    assert Gold.objects.get().why == "because"
    remove_gold(project, alice, second)
    remove_gold(project, alice, second)
    assert not Gold.objects.exists()


def test_poor_answers_to_gold_items_pause(alice: User, bob: User) -> None:
    project = labelled_project(alice, items=ENOUGH_GOLD + 4)
    listed = items_of(project)
    for row in listed[:ENOUGH_GOLD]:
        add_gold(project, alice, row, "a", "")
    open_row = listed[-1]
    say(project, bob, open_row, "a")
    found = [say(project, bob, row, "b") for row in listed[:ENOUGH_GOLD]]
    assert [one.paused for one in found] == [False] * (ENOUGH_GOLD - 1) + [True]
    assert shown(project, bob).nothing is Nothing.PAUSED
    with pytest.raises(Refused, match="paused"):
        say(project, bob, listed[-2], "a")
    go_on(project=project, user=bob)
    assert shown(project, bob).row is not None


def test_what_nobody_can_tell_is_left_out(project: Project, alice: User, bob: User) -> None:
    row = items_of(project)[0]
    say(project, bob, row, "a")
    leave_out(project, alice, row, "blurred")
    assert not Item.objects.filter(row=row).exists()
    assert row not in {next_row(project, bob), next_row(project, alice)}
    with pytest.raises(Refused, match="settled or gone"):
        decide(project, alice, row, "a")


def test_a_project_that_changed_its_mind_asks_for_nothing(project: Project, bob: User) -> None:
    give(project, bob, items_of(project)[0])
    rules(project, collects="rows")
    with pytest.raises(Refused, match="whole datapoints"):
        shown(project, bob)
