"""Many at once: no event is lost from the momentum, and one follow is one."""

import pytest
from django.db import transaction

from accounts.models import User
from projects.following import follow
from projects.models import Follow, Momentum, MomentumPart, MomentumShare, Project
from projects.momentum import gain
from projects.services import note_event
from tests.at_once import at_once
from tests.projects_in_use import published, seed_fields

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, TURNS = 4, 10


@pytest.fixture
def project(alice: User, carol: User) -> Project:
    return published(alice, "Busy", seed_fields("digits"), member=carol)


def test_every_event_counts_once(project: Project, carol: User, dave: User) -> None:
    def act(number: int) -> None:
        for _turn in range(TURNS):
            with transaction.atomic():
                note_event(project, (carol, dave)[number % 2], "rows")

    at_once(act, THREADS)
    each = THREADS * TURNS // 2
    shares = MomentumShare.objects.filter(project=project).values_list("events", flat=True)
    assert sorted(shares) == [each, each]
    assert sum(MomentumPart.objects.values_list("events", flat=True)) == 2 * each
    # Every k from 1 on was given once to each of the two, in whatever order.
    kept = Momentum.objects.get(project=project)
    assert kept.recent == pytest.approx(2 * gain({"rows": each}, 0, 0), rel=1e-3)


def test_a_follow_pressed_many_times_at_once_is_one(project: Project, dave: User) -> None:
    fresh = at_once(lambda _number: follow(project, dave), THREADS)
    assert sorted(fresh) == [False] * (THREADS - 1) + [True]
    assert Follow.objects.count() == 1
    assert sum(MomentumPart.objects.values_list("events", flat=True)) == 1
