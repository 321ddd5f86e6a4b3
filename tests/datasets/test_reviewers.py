"""Answers to gold rows: accuracy, belief, weight, pause, and how often gold rows come."""

import pytest

from accounts.models import User
from datasets.models import Reviewer
from datasets.reviewing import reviewers
from projects.models import Project
from tests.projects_in_use import published, seed_fields


@pytest.fixture
def project(alice: User) -> Project:
    return published(alice, "Weighed", seed_fields("penguins"))


def answered(project: Project, user: User, *right: bool) -> Reviewer:
    record = reviewers.count_answer(project, user)
    for one in right:
        reviewers.count_gold(record, right=one)
    return reviewers.record_of(project, user)


def test_nothing_is_known_at_first(project: Project, bob: User) -> None:
    record = reviewers.record_of(project, bob)
    assert record._state.adding
    assert reviewers.belief(record) == 0.8
    assert reviewers.weight_of(record) == 1.0


def test_belief_is_the_mean_of_beta(project: Project, bob: User) -> None:
    record = answered(project, bob, True, True, False)
    assert reviewers.belief(record) == pytest.approx(10 / 13)
    assert record.accuracy == pytest.approx((0.8 * 0.9 + 0.1) * 0.9 * 0.9 + 0.1 * 0.9)


@pytest.mark.parametrize(
    ("right", "wrong", "weight"),
    [
        (0, 9, 1.0),
        (8, 2, 1.0),
        (40, 0, 1.0),
        (5, 5, pytest.approx(0.4466, abs=1e-3)),
        (2, 8, 0.0),
        (0, 40, 0.0),
    ],
)
def test_weight(right: int, wrong: int, weight: float) -> None:
    record = Reviewer(gold_seen=right + wrong, gold_right=right)
    assert reviewers.weight_of(record) == weight


def test_paused_at_the_tenth(project: Project, bob: User) -> None:
    record = answered(project, bob, *[False] * 9)
    assert not record.paused
    assert reviewers.count_gold(record, right=False)
    assert reviewers.record_of(project, bob).paused
    assert not reviewers.count_gold(record, right=False), "it is paused already"


@pytest.mark.parametrize(("before", "paused"), [(0.67, False), (0.66, True)])
def test_paused_below_three_fifths(
    project: Project, bob: User, before: float, paused: bool
) -> None:
    record = reviewers.count_answer(project, bob)
    record.gold_seen, record.accuracy = 9, before
    assert reviewers.count_gold(record, right=False) is paused


def test_going_on_pauses_again_after_one_more_fault(project: Project, bob: User) -> None:
    answered(project, bob, *[False] * 10)
    reviewers.resume(project, bob)
    record = reviewers.record_of(project, bob)
    assert record.paused is None
    assert record.gold_seen == 10
    assert not reviewers.count_gold(record, right=True)
    assert reviewers.count_gold(record, right=False)


def test_one_in_four_then_one_in_twelve(project: Project, bob: User) -> None:
    record = reviewers.record_of(project, bob)
    due = []
    for answers in range(20 + 48):
        record.answers = answers
        due.append(reviewers.gold_is_due(record))
    assert [sum(due[at : at + 4]) for at in range(0, 20, 4)] == [1] * 5
    assert [sum(due[at : at + 12]) for at in range(20, 68, 12)] == [1] * 4


def test_places_differ_between_people(project: Project) -> None:
    due = set()
    for user in range(1, 30):
        record = Reviewer(project=project, user_id=user)
        places = []
        for answers in range(20):
            record.answers = answers
            places.append(reviewers.gold_is_due(record))
        due.add(tuple(places))
    assert len(due) > 20


def test_whoever_is_unsure_meets_gold_often() -> None:
    record = Reviewer(project_id=1, user_id=2, accuracy=0.65)
    due = []
    for answers in range(100, 124):
        record.answers = answers
        due.append(reviewers.gold_is_due(record))
    assert sum(due) == 6


def test_outcomes(project: Project, alice: User, bob: User) -> None:
    for user in (alice, bob):
        reviewers.count_answer(project, user)
    reviewers.count_outcome(project, {alice.pk: True, bob.pk: False})
    reviewers.count_outcome(project, {alice.pk: True})
    found = Reviewer.objects.order_by("user").values_list("settled", "agreed", "answers")
    assert list(found) == [(2, 2, 1), (1, 0, 1)]
