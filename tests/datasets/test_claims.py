"""A row that somebody is shown is theirs for ten minutes, and with no more people than it needs."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import Refused
from common.limits import CLAIM_MINUTES
from datasets.models import Claim
from datasets.reviewing import claims
from datasets.reviewing.claims import Wanted
from projects.models import Project
from tests.projects_in_use import published, seed_fields


@pytest.fixture
def project(alice: User) -> Project:
    return published(alice, "Checked", seed_fields("penguins"))


def taken(project: Project, user: User, *wanted: Wanted) -> int | None:
    with transaction.atomic():
        claims.lock(project)
        return claims.take_first(project, user, wanted)


def age(project: Project, user: User, seconds: float) -> None:
    until = timezone.now() + timedelta(minutes=CLAIM_MINUTES) - timedelta(seconds=seconds)
    Claim.objects.filter(project=project, user=user).update(until=until)


def test_a_row_is_with_as_many_as_it_needs(
    project: Project, alice: User, bob: User, carol: User
) -> None:
    first, second = Wanted(1, 2), Wanted(2, 2)
    assert taken(project, alice, first, second) == 1
    assert taken(project, bob, first, second) == 1
    assert taken(project, carol, first, second) == 2
    assert taken(project, carol, first) is None


def test_the_same_person_keeps_a_row(project: Project, alice: User) -> None:
    assert taken(project, alice, Wanted(1, 1)) == 1
    assert taken(project, alice, Wanted(1, 1)) == 1
    assert claims.held_by(project, alice) == [1]


def test_gold_is_with_any_number(project: Project, alice: User, bob: User) -> None:
    assert [taken(project, one, Wanted(7, None)) for one in (alice, bob)] == [7, 7]


def test_far_into_the_list(project: Project, alice: User, bob: User) -> None:
    wanted = [Wanted(number, 1) for number in range(1, claims.PORTION + 2)]
    Claim.objects.bulk_create(
        Claim(project=project, row=one.row, user=bob, until=timezone.now() + timedelta(minutes=1))
        for one in wanted[:-1]
    )
    assert taken(project, alice, *wanted) == claims.PORTION + 1


def test_time_over(project: Project, alice: User, bob: User) -> None:
    taken(project, alice, Wanted(1, 1))
    age(project, alice, CLAIM_MINUTES * 60 - 5)
    assert taken(project, bob, Wanted(1, 1)) is None
    claims.check_held(project, alice, 1)
    age(project, alice, CLAIM_MINUTES * 60)
    with pytest.raises(Refused, match="10 minutes"):
        claims.check_held(project, alice, 1)
    assert taken(project, bob, Wanted(1, 1)) == 1
    assert claims.held_by(project, alice) == []


def test_only_what_was_shown(project: Project, alice: User, bob: User) -> None:
    taken(project, bob, Wanted(1, 1))
    with pytest.raises(Refused, match="what you were shown"):
        claims.check_held(project, alice, 1)
    claims.give_back(project, bob, 1)
    with pytest.raises(Refused, match="what you were shown"):
        claims.check_held(project, bob, 1)


def test_expired_ones_are_forgotten(project: Project, alice: User, bob: User) -> None:
    taken(project, alice, Wanted(1, 2))
    taken(project, bob, Wanted(1, 2))
    age(project, alice, CLAIM_MINUTES * 60 + 1)
    assert claims.forget_expired() == 1
    assert claims.forget_expired() == 0
    assert list(Claim.objects.values_list("user", flat=True)) == [bob.pk]


def test_settled_rows_are_nobodys(project: Project, alice: User, bob: User) -> None:
    taken(project, alice, Wanted(1, 2))
    taken(project, bob, Wanted(2, 2))
    claims.end_claims(project, [1])
    assert list(Claim.objects.values_list("row", flat=True)) == [2]
