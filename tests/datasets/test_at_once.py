"""Many at once: arrival numbers stay dense, equal snapshots stay one."""

from collections import Counter
from contextlib import suppress

import pytest

from accounts.models import User
from common.errors import Refused
from datasets import services
from datasets.models import Contribution, RowState, Snapshot
from datasets.queries import (
    Purpose,
    class_balance,
    count_of,
    fields_of,
    rows,
    typed_fields,
)
from datasets.records import read_record
from projects.models import Project
from tests.at_once import at_once
from tests.projects_in_use import seed_records, seeded

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, TURNS = 4, 6


@pytest.fixture
def project(alice: User, bob: User, carol: User) -> Project:
    return seeded(alice, bob, carol, "digits", rows=10)


def test_arrival_numbers_are_dense(project: Project, alice: User, carol: User) -> None:
    values = [read_record(typed_fields(project), row) for row in seed_records("digits", 3)]

    def act(number: int) -> None:
        for turn in range(TURNS):
            services.contribute(
                project=project,
                user=(alice, carol)[number % 2],
                rows=values[: 1 + turn % 3],
                source=Contribution.Source.SEED,
                key=f"{number}-{turn}",
            )

    at_once(act, THREADS)
    expected = 10 + THREADS * sum(1 + turn % 3 for turn in range(TURNS))
    found = list(rows(project, Purpose.WALL).values_list("arrival", flat=True))
    assert found == list(range(expected))
    assert count_of(project) == (expected, 0, 2)
    counted = {one.user_id: one.accepted for one in project.contributors.all()}
    for user in (alice, carol):
        mine = Contribution.objects.filter(project=project, user=user)
        assert counted[user.pk] == sum(one.rows for one in mine)


def test_one_key_in_many_threads_adds_once(project: Project, alice: User) -> None:
    values = [read_record(typed_fields(project), row) for row in seed_records("digits", 2)]

    def act(_number: int) -> int:
        return services.contribute(
            project=project, user=alice, rows=values, source=Contribution.Source.SEED, key="same"
        ).pk

    assert len(set(at_once(act, THREADS))) == 1
    assert count_of(project).accepted == 12


def test_the_same_snapshot_taken_at_once_is_one(project: Project) -> None:
    found = at_once(lambda _number: services.take_snapshot(project).pk, THREADS)
    assert len(set(found)) == 1
    assert Snapshot.objects.count() == 1


def test_of_edits_at_once_one_is_written(project: Project, alice: User) -> None:
    drawing, label = fields_of(project)
    levels = seed_records("digits", 1)[0]["drawing"]
    first = rows(project, Purpose.OWN).filter(contribution__user=alice)[0].pk

    def act(number: int) -> int:
        try:
            services.edit_row(
                project=project,
                user=alice,
                row=first,
                values={drawing.pk: levels, label.pk: 5 + number},
                revision=1,
            )
        except Refused as refused:
            return refused.status
        return 200

    assert sorted(at_once(act, THREADS)) == [200] + [409] * (THREADS - 1)
    found = {bar.label: bar.rows for bar in class_balance(project)}
    stored = rows(project, Purpose.WALL).values_list(label.column, flat=True)
    counted = Counter(str(code) for code in stored)
    assert found == {name: counted[name] for name in found}


def test_an_edit_and_a_withdrawal_at_once_leave_nothing_behind(
    project: Project, alice: User
) -> None:
    drawing, label = fields_of(project)
    levels = seed_records("digits", 1)[0]["drawing"]
    first = (
        rows(project, Purpose.OWN)
        .select_related("contribution")
        .filter(contribution__user=alice)[0]
    )

    def act(number: int) -> None:
        if number % 2:
            services.withdraw(first.contribution, alice)
            return
        with suppress(Refused):
            services.edit_row(
                project=project,
                user=alice,
                row=first.pk,
                values={drawing.pk: levels, label.pk: 7},
                revision=1,
            )

    at_once(act, 2)
    [(state, code)] = (
        rows(project, Purpose.CHANGE).filter(pk=first.pk).values_list("state", label.column)
    )
    assert (state, code) == (RowState.WITHDRAWN, None)
    assert sum(bar.rows for bar in class_balance(project)) == count_of(project).accepted
