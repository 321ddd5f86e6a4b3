"""Who is shown which row: the rarest class first, then the fewest votes, then the oldest."""

from django.db import transaction

from accounts.models import User
from datasets.models import Claim, Reviewer
from datasets.reviewing import queue, reviewers
from datasets.reviewing.claims import lock
from datasets.services import judging, reviewing
from projects.models import Project
from tests.projects_in_use import add_records, seed_records
from tests.reviewing.giving import NO, YES, give, say

ADELIE, GENTOO = 0, 160


def species(place: int) -> str:
    return str(seed_records("penguins", place + 1)[place]["species"])


def wanted(project: Project, user: User) -> list[int]:
    with transaction.atomic():
        return [one.row for one in queue.to_check(project, user, lock(project))]


def test_the_rarest_class_comes_first(checked: Project, carol: User, crowd: list[User]) -> None:
    records = seed_records("penguins", 300)
    kinds = {record["species"]: at for at, record in reversed(list(enumerate(records)))}
    common, rare = sorted(kinds, key=lambda kind: kinds[kind])[:2]
    add_records(checked, carol, [r for r in records if r["species"] == common][:5])
    first, second = give(checked, carol, kinds[common], kinds[rare])
    assert wanted(checked, crowd[0]) == [second, first]


def test_then_the_fewest_votes_then_the_oldest(
    checked: Project, carol: User, crowd: list[User]
) -> None:
    first, second, third = give(checked, carol, 0, 1, 2)
    assert len({species(place) for place in (0, 1, 2)}) == 1
    assert wanted(checked, crowd[0]) == [first, second, third]
    say(checked, crowd[1], first, YES)
    assert wanted(checked, crowd[0]) == [second, third, first]
    say(checked, crowd[1], second, NO)
    say(checked, crowd[2], second, YES)
    assert wanted(checked, crowd[0]) == [third, first, second]
    assert wanted(checked, crowd[1]) == [third], "never judged before"
    assert wanted(checked, carol) == [], "never own ones"


def test_no_more_people_than_votes_are_missing(
    checked: Project, carol: User, crowd: list[User]
) -> None:
    (row,) = give(checked, carol, 0)
    assert [reviewing.serve(checked, peer).row for peer in crowd[:3]] == [row, row, None]
    say(checked, crowd[0], row, YES)
    assert reviewing.serve(checked, crowd[2]).row is None, "one answer is missing, and it is out"
    Claim.objects.all().delete()
    assert reviewing.serve(checked, crowd[2]).row == row


def test_the_same_row_until_it_is_answered(
    checked: Project, carol: User, crowd: list[User]
) -> None:
    give(checked, carol, 0, 1)
    first = reviewing.serve(checked, crowd[0]).row
    assert reviewing.serve(checked, crowd[0]).row == first


def test_gold_comes_where_it_is_due_and_never_own(
    checked: Project, bob: User, carol: User, crowd: list[User]
) -> None:
    gold, *others = give(checked, carol, *range(9))
    judging.mark_gold(checked, bob, gold, accept=True, why="A model of its kind.")
    shown = []
    for _answer in range(8):
        row = reviewing.serve(checked, crowd[0]).row
        assert row is not None
        shown.append(row)
        reviewing.vote(project=checked, user=crowd[0], row=row, verdict=YES)
    assert shown.count(gold) == 1
    assert shown.index(gold) < reviewers.FIRST_CADENCE
    assert set(shown) - {gold} <= set(others)
    record = Reviewer.objects.get(user=crowd[0])
    assert (record.gold_seen, record.gold_right) == (1, 1)
    with transaction.atomic():
        lock(checked)
        assert queue.gold_to_check(checked, carol) == []
