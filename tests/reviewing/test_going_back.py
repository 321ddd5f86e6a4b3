"""Edits, repairs, withdrawals and whole rejections of rows that were checked or wait."""

import pytest

from accounts.models import User
from common.errors import Refused
from datasets import services
from datasets.models import (
    Claim,
    Contribution,
    Contributor,
    Flag,
    Gold,
    Review,
    RowChange,
    RowState,
    Vote,
)
from datasets.queries import Purpose, class_balance, count_of, rows, typed_fields
from datasets.records import read_record
from datasets.services import following, judging, taking_back
from jobs.models import Job
from projects.models import Project
from tests.projects_in_use import add_records, seed_records
from tests.reviewing.giving import NO, YES, give, say, state_of


def edit(project: Project, user: User, row: int, place: int) -> bool:
    revision = rows(project, Purpose.CHANGE).values_list("revision", flat=True).get(pk=row)
    values = read_record(typed_fields(project), seed_records("penguins", place + 1)[place])
    return services.edit_row(project=project, user=user, row=row, values=values, revision=revision)


def accept(project: Project, row: int, crowd: list[User]) -> None:
    for peer in crowd[:2]:
        say(project, peer, row, YES)


def test_an_edited_row_is_checked_anew(checked: Project, carol: User, crowd: list[User]) -> None:
    (row,) = give(checked, carol, 0)
    accept(checked, row, crowd)
    assert edit(checked, carol, row, 1)
    assert state_of(checked, row) == RowState.PENDING
    assert (count_of(checked).accepted, count_of(checked).pending) == (0, 1)
    assert sum(bar.rows for bar in class_balance(checked)) == 0
    assert not Vote.objects.exists()
    assert not Review.objects.exists()
    change = RowChange.objects.filter(project=checked, row=row).last()
    assert change is not None
    assert (change.kind, change.actor, len(change.before)) == (
        "edited",
        carol,
        len(typed_fields(checked)),
    )
    accept(checked, row, crowd)
    assert state_of(checked, row) == RowState.ACCEPTED


def test_a_rejected_row_is_repaired_once(checked: Project, carol: User, crowd: list[User]) -> None:
    (row,) = give(checked, carol, 0)
    for peer in crowd[:2]:
        say(checked, peer, row, NO)
    assert edit(checked, carol, row, 1)
    assert state_of(checked, row) == RowState.PENDING
    for peer in crowd[:2]:
        say(checked, peer, row, NO)
    assert state_of(checked, row) == RowState.REJECTED
    with pytest.raises(Refused, match="repaired once"):
        edit(checked, carol, row, 2)


def test_withdrawing_leaves_nothing_of_it(
    checked: Project, bob: User, carol: User, crowd: list[User]
) -> None:
    waiting, accepted = give(checked, carol, 0, 1)
    accept(checked, accepted, crowd)
    edit(checked, carol, waiting, 2)
    say(checked, crowd[3], waiting, NO, note="This says Carol lives in 5 Elm Street")
    Flag.objects.create(project=checked, row=accepted, kind="outlier", detail={"value": 1})
    judging.mark_gold(checked, bob, accepted, accept=True, why="So.")
    services.withdraw(Contribution.objects.get(project=checked), carol)
    assert (count_of(checked).accepted, count_of(checked).pending, count_of(checked).people) == (
        0,
        0,
        0,
    )
    assert {state_of(checked, row) for row in (waiting, accepted)} == {RowState.WITHDRAWN}
    assert not RowChange.objects.exclude(before={}).exists()
    for model in (Claim, Flag, Gold, Review):
        assert not model._default_manager.exists(), model
    assert set(Vote.objects.values_list("note", flat=True)) == {""}
    assert Contributor.objects.get(project=checked, user=carol).accepted == 0


def test_a_whole_contribution_out_and_in_again(
    checked: Project, bob: User, carol: User, crowd: list[User]
) -> None:
    accepted, waiting, rejected = give(checked, carol, 0, 1, 2)
    accept(checked, accepted, crowd)
    judging.reject_row(checked, bob, rejected, "spam")
    made = Contribution.objects.get(project=checked)
    services.reject(made, bob)
    assert (count_of(checked).accepted, count_of(checked).pending) == (0, 0)
    assert {state_of(checked, row) for row in (accepted, waiting, rejected)} == {RowState.REJECTED}
    with pytest.raises(Refused, match="whole contribution"):
        judging.accept_row(checked, bob, waiting)
    services.restore(made, bob)
    assert (count_of(checked).accepted, count_of(checked).pending) == (1, 1)
    states = [state_of(checked, row) for row in (accepted, waiting, rejected)]
    assert states == [RowState.ACCEPTED, RowState.PENDING, RowState.REJECTED]
    assert sum(bar.rows for bar in class_balance(checked)) == 1


def test_a_large_one_follows_in_portions(
    checked: Project, bob: User, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_back, "AT_ONCE", 5)
    monkeypatch.setattr(following, "PORTION", 4)
    made = add_records(checked, carol, seed_records("penguins", 10))
    services.reject(made, bob)
    assert count_of(checked).accepted == 10, "the job has not come yet"
    job = Job.objects.get(kind="follow_contribution")
    made.refresh_from_db()
    following.follow(made, 0)  # A worker that died after its first portion.
    assert count_of(checked).accepted == 6
    taking_back.follow_all(job)
    assert count_of(checked).accepted == 0
    services.restore(made, bob)
    taking_back.follow_all(job)
    assert count_of(checked).accepted == 0, "a job of an older state does nothing"
    taking_back.follow_all(Job.objects.filter(kind="follow_contribution").latest("pk"))
    assert (count_of(checked).accepted, count_of(checked).people) == (10, 1)
    services.withdraw(made, carol)
    taking_back.follow_all(Job.objects.filter(kind="follow_contribution").latest("pk"))
    assert (count_of(checked).accepted, count_of(checked).people) == (0, 0)
    assert sum(bar.rows for bar in class_balance(checked)) == 0
