"""Votes: who may cast one, on what, and what comes of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from common.errors import Forbidden, Refused
from datasets.models import Claim, DataTable, Review, RowChange, RowState, Vote
from datasets.queries import count_of
from datasets.reviewing import reviewers
from datasets.reviewing.reasons import words_of
from datasets.reviewing.rule import Outcome
from datasets.services import judging, reviewing
from projects.models import Project
from tests.projects_in_use import rules
from tests.reviewing.giving import NO, SKIP, YES, give, say, show, state_of


def test_two_yes_accept(checked: Project, carol: User, crowd: list[User]) -> None:
    (row,) = give(checked, carol, 0)
    assert say(checked, crowd[0], row, YES).outcome is Outcome.OPEN
    assert say(checked, crowd[1], row, YES).outcome is Outcome.ACCEPT
    assert state_of(checked, row) == RowState.ACCEPTED
    assert (count_of(checked).accepted, count_of(checked).pending) == (1, 0)
    review = Review.objects.get(project=checked, row=row)
    assert (review.state, review.yes, review.no) == ("accepted", 2, 0)
    change = RowChange.objects.get(project=checked, row=row)
    assert (change.kind, change.actor) == ("accepted", None)
    for peer in crowd[:2]:
        record = reviewers.record_of(checked, peer)
        assert (record.answers, record.settled, record.agreed) == (1, 1, 1)


def test_two_no_reject_and_the_contributor_reads_why(
    checked: Project, carol: User, crowd: list[User]
) -> None:
    (row,) = give(checked, carol, 0)
    say(checked, crowd[0], row, NO, reason="wrong-value", note="A bill of 5 m?")
    say(checked, crowd[1], row, NO, reason="wrong-value")
    assert state_of(checked, row) == RowState.REJECTED
    change = RowChange.objects.get(project=checked, row=row)
    assert change.kind == "rejected"
    assert words_of(change.reason) == "a value cannot be right: A bill of 5 m?"


def test_seven_dispute_and_a_maintainer_decides(
    checked: Project, bob: User, carol: User, crowd: list[User]
) -> None:
    (row,) = give(checked, carol, 0)
    for peer, verdict in zip(crowd, (YES, NO, YES, NO, YES, NO), strict=False):
        assert say(checked, peer, row, verdict).outcome is Outcome.OPEN
    assert say(checked, crowd[6], row, YES).outcome is Outcome.DISPUTE
    assert state_of(checked, row) == RowState.PENDING
    assert reviewing.serve(checked, crowd[7]).row is None
    assert judging.accept_row(checked, bob, row)
    assert not judging.accept_row(checked, bob, row)
    assert state_of(checked, row) == RowState.ACCEPTED
    assert Review.objects.get(project=checked, row=row).state == "accepted"
    assert reviewers.record_of(checked, crowd[0]).agreed == 1
    assert reviewers.record_of(checked, crowd[1]).agreed == 0


def test_skipping_is_no_vote(checked: Project, carol: User, crowd: list[User]) -> None:
    (row,) = give(checked, carol, 0)
    for peer in crowd[:8]:
        say(checked, peer, row, SKIP)
    review = Review.objects.get(project=checked, row=row)
    assert (review.yes, review.no, review.skips, review.state) == (0, 0, 8, "open")
    assert reviewing.serve(checked, crowd[0]).row is None, "never judged before"


def test_own_rows_are_not_shown_nor_taken(checked: Project, carol: User) -> None:
    (row,) = give(checked, carol, 0)
    assert reviewing.serve(checked, carol).row is None
    with pytest.raises(Forbidden, match="Somebody else"):
        say(checked, carol, row, YES)
    assert not Vote.objects.exists()


def test_only_what_was_shown(checked: Project, carol: User, crowd: list[User]) -> None:
    (row,) = give(checked, carol, 0)
    with pytest.raises(Refused, match="what you were shown"):
        reviewing.vote(project=checked, user=crowd[0], row=row, verdict=YES)
    show(checked, crowd[0], row)
    Claim.objects.update(until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match="that time is over"):
        reviewing.vote(project=checked, user=crowd[0], row=row, verdict=YES)


def test_twice_is_once_and_otherwise_is_refused(
    checked: Project, carol: User, crowd: list[User]
) -> None:
    (row,) = give(checked, carol, 0)
    for _twice in range(2):
        say(checked, crowd[0], row, YES)
    assert Vote.objects.count() == 1
    assert reviewers.record_of(checked, crowd[0]).answers == 1
    with pytest.raises(Refused, match="already"):
        say(checked, crowd[0], row, NO)


def test_what_was_settled_meanwhile(checked: Project, carol: User, crowd: list[User]) -> None:
    (row,) = give(checked, carol, 0)
    for peer in crowd[:2]:
        say(checked, peer, row, YES)
    with pytest.raises(Refused, match="settled or taken back"):
        say(checked, crowd[2], row, YES)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"verdict": NO}, "reason"),
        ({"verdict": NO, "reason": "ugly"}, "reason"),
        ({"verdict": NO, "reason": "other"}, "note"),
        ({"verdict": NO, "reason": "other", "note": " \u200b "}, "note"),
        ({"verdict": 2}, "verdict"),
    ],
)
def test_bad_answers(
    checked: Project, carol: User, crowd: list[User], said: dict[str, Any], field: str
) -> None:
    (row,) = give(checked, carol, 0)
    show(checked, crowd[0], row)
    with pytest.raises(Refused) as refused:
        reviewing.vote(project=checked, user=crowd[0], row=row, **said)
    assert refused.value.field == field
    assert not Vote.objects.exists()


def test_a_maintainers_word_settles_where_maintainers_decide(
    checked: Project, bob: User, carol: User, crowd: list[User]
) -> None:
    rules(checked, acceptance=DataTable.Acceptance.MAINTAINER)
    first, second = give(checked, carol, 0, 1)
    with pytest.raises(Forbidden, match="maintainers decide"):
        reviewing.serve(checked, crowd[0])
    assert reviewing.serve(checked, bob).row == first
    assert say(checked, bob, first, YES).outcome is Outcome.ACCEPT
    assert say(checked, bob, second, NO, reason="spam").outcome is Outcome.REJECT
    change = RowChange.objects.get(project=checked, row=second)
    assert (change.kind, change.actor, change.reason) == ("rejected", bob, "spam")


def test_taking_a_vote_back(checked: Project, carol: User, crowd: list[User]) -> None:
    (row,) = give(checked, carol, 0)
    say(checked, crowd[0], row, YES)
    say(checked, crowd[1], row, YES)
    assert reviewing.take_back_vote(checked, crowd[1], row) == row
    assert state_of(checked, row) == RowState.PENDING
    assert (count_of(checked).accepted, count_of(checked).pending) == (0, 1)
    review = Review.objects.get(project=checked, row=row)
    assert (review.state, review.yes, review.settled) == ("open", 1, None)
    assert not RowChange.objects.filter(project=checked, row=row).exists()
    record = reviewers.record_of(checked, crowd[0])
    assert (record.settled, record.agreed) == (0, 0)
    assert reviewing.serve(checked, crowd[1]).row == row, "it is shown once more"
    say(checked, crowd[1], row, NO)
    assert Review.objects.get(project=checked, row=row).no == 1


def test_not_after_somebody_else_nor_later(
    checked: Project, carol: User, crowd: list[User]
) -> None:
    (row,) = give(checked, carol, 0)
    say(checked, crowd[0], row, YES)
    say(checked, crowd[1], row, NO)
    with pytest.raises(Refused, match="after you"):
        reviewing.take_back_vote(checked, crowd[0], row)
    Vote.objects.update(created=timezone.now() - timedelta(seconds=13))
    with pytest.raises(Refused, match="10 seconds"):
        reviewing.take_back_vote(checked, crowd[1], row)
    with pytest.raises(Refused, match="no check of yours"):
        reviewing.take_back_vote(checked, crowd[2], row)
