"""Momentum: the algebra of sums that fade, and what each act leaves in the database."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.moderation import Reason, moderate
from chat.services import post_message
from common.errors import Refused
from datasets.models import Contribution
from datasets.services import withdraw
from projects import momentum, noting
from projects.following import follow
from projects.models import Membership, Momentum, MomentumPart, MomentumShare, Project
from projects.momentum import Sums
from projects.services import note_event
from tests.projects_in_use import add_records, published, seed_fields, seed_records
from training.services import start_run

START = datetime(2026, 1, 5, tzinfo=UTC)
SIZES = st.floats(1e-3, 1e4)
HOURS = st.floats(0, 24 * 60)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


# The algebra -------------------------------------------------------------------------------


@given(st.integers(0, 5_000))
def test_harmonic_numbers(count: int) -> None:
    exact = math.fsum(1 / number for number in range(1, count + 1))
    assert momentum.harmonic(count) == pytest.approx(exact, abs=1e-8)


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
def test_events_at_once_gain_as_much_as_one_by_one(before: int, first: int, second: int) -> None:
    split = momentum.gain({"rows": first}, before, 2)
    split += momentum.gain({"rows": second}, before + first, 2)
    assert momentum.gain({"rows": first + second}, before, 2) == pytest.approx(split)


@given(st.integers(0, 1_000), st.sampled_from(sorted(momentum.WEIGHTS)))
def test_each_next_event_of_a_person_gains_less(before: int, kind: str) -> None:
    assert momentum.gain({kind: 1}, before, 2) > momentum.gain({kind: 1}, before + 1, 2) > 0


def test_trust_weighs_and_unknown_kinds_are_refused() -> None:
    assert [momentum.gain({"follow": 1}, 0, level) for level in range(4)] == [0.2, 0.6, 1.0, 1.0]
    with pytest.raises(KeyError):
        momentum.gain({"view": 1}, 0, 2)


@given(SIZES, HOURS, HOURS)
def test_fading_in_two_steps_is_fading_in_one(size: float, first: float, second: float) -> None:
    once = momentum.faded(size, first + second, 48)
    twice = momentum.faded(momentum.faded(size, first, 48), second, 48)
    assert twice == pytest.approx(once)


def test_half_is_left_after_the_half_life_and_a_clock_that_went_back_changes_nothing() -> None:
    assert momentum.faded(8, 48 * 3600, momentum.RECENT_SECONDS) == 4
    assert momentum.faded(8, 30 * 86_400, momentum.MONTH_SECONDS) == 4
    assert momentum.faded(8, -1_000, momentum.RECENT_SECONDS) == 8


@given(SIZES, SIZES, SIZES, HOURS, HOURS, HOURS)
def test_rank_orders_as_the_exact_value_while_the_month_stands_still(
    one: float, other: float, month: float, first: float, second: float, later: float
) -> None:
    # A month that is empty fades to itself: the constant case.
    mine, theirs = Sums(one, 0, at(first)), Sums(other, 0, at(second))
    now = at(max(first, second) + later)
    exact = momentum.value(mine, now) - momentum.value(theirs, now)
    ranked = momentum.rank(mine) - momentum.rank(theirs)
    if abs(ranked) > 1e-6:
        assert (exact > 0) == (ranked > 0)
    # And of one moment, whatever the months are.
    mine, theirs = Sums(one, month, at(first)), Sums(other, one, at(first))
    exact = momentum.value(mine, at(first)) - momentum.value(theirs, at(first))
    ranked = momentum.rank(mine) - momentum.rank(theirs)
    if abs(ranked) > 1e-6:
        assert (exact > 0) == (ranked > 0)


def test_a_large_project_must_speed_up() -> None:
    small, large = Sums(5, 5, START), Sums(5, 500, START)
    assert momentum.value(small, START) > 5 * momentum.value(large, START)


# What acts leave ---------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(alice: User, bob: User, carol: User) -> Project:
    return published(alice, "Fast", seed_fields("digits"), maintainer=bob, member=carol)


def parts_of(project: Project) -> dict[str, int]:
    found = MomentumPart.objects.filter(project=project).values_list("kind", "events")
    counts: dict[str, int] = {}
    for kind, events in found:
        counts[kind] = counts.get(kind, 0) + events
    return counts


def give(project: Project, user: User, count: int) -> Contribution:
    return add_records(project, user, seed_records("digits", count))


def test_a_first_contribution_counts_a_person_and_its_rows(project: Project, carol: User) -> None:
    give(project, carol, 3)
    assert parts_of(project) == {"person": 1, "rows": 3}
    kept = Momentum.objects.get(project=project)
    expected = 0.2 * (3 * 1 + 0.3 * (1 / 2 + 1 / 3 + 1 / 4))
    assert kept.recent == kept.month == pytest.approx(expected)
    assert kept.rank == pytest.approx(momentum.rank(Sums(kept.recent, kept.month, kept.at)))
    assert MomentumShare.objects.get(project=project, user=carol).events == 4


def test_the_owner_moves_nothing(project: Project, alice: User) -> None:
    give(project, alice, 3)
    post_message(project=project, author=alice, text="hello")
    assert not Momentum.objects.filter(project=project).exists()
    assert parts_of(project) == {}


def test_sums_fade_in_the_database_as_on_paper(
    project: Project, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    carol.trust_level = 2
    moments = [START, at(48), at(48.5), at(47)]
    for moment in moments:
        monkeypatch.setattr("projects.noting.timezone.now", lambda moment=moment: moment)
        with transaction.atomic():
            note_event(project, carol, "follow")
    kept = Momentum.objects.get(project=project)
    recent = month = 0.0
    last = START
    # The third falls on the day of the second; the fourth on a day before, when nothing was done.
    for moment, weight in zip(moments, (1, 1, 1 / 2, 1), strict=True):
        seconds = max(0.0, (moment - last).total_seconds())
        last = max(last, moment)
        recent = momentum.faded(recent, seconds, momentum.RECENT_SECONDS) + weight
        month = momentum.faded(month, seconds, momentum.MONTH_SECONDS) + weight
    assert kept.at == at(48.5)
    assert kept.recent == pytest.approx(recent, rel=1e-6)
    assert kept.month == pytest.approx(month, rel=1e-6)
    exact = momentum.rank(Sums(kept.recent, kept.month, kept.at))
    assert kept.rank == pytest.approx(exact, abs=1e-6)


def test_after_many_years_nothing_is_left_and_nothing_fails(project: Project, carol: User) -> None:
    with transaction.atomic():
        note_event(project, carol, "follow")
    Momentum.objects.update(at=datetime(1990, 1, 1, tzinfo=UTC))
    with transaction.atomic():
        note_event(project, carol, "follow")
    assert Momentum.objects.get(project=project).recent == pytest.approx(0.2 / 2)


def test_taking_back_and_giving_again_earns_less_and_no_new_person(
    project: Project, carol: User
) -> None:
    for _turn in range(3):
        withdraw(give(project, carol, 1), carol)
    assert parts_of(project) == {"person": 1, "rows": 3}
    kept = Momentum.objects.get(project=project)
    assert kept.recent == pytest.approx(0.2 * (3 + 0.3 * (1 / 2 + 1 / 3 + 1 / 4)), rel=1e-4)


def test_chat_runs_and_follows_count_once_each(project: Project, bob: User, carol: User) -> None:
    give(project, bob, 30)
    MomentumPart.objects.all().delete()
    post_message(project=project, author=carol, text="hello", key="a")
    post_message(project=project, author=carol, text="hello", key="a")
    start_run(project=project, user=carol, architecture="dense", settings={}, key="b")
    start_run(project=project, user=carol, architecture="dense", settings={}, key="b")
    follow(project, carol)
    follow(project, carol)
    assert parts_of(project) == {"chat": 1, "run": 1, "follow": 1}


def test_what_is_rolled_back_was_never_counted(project: Project, carol: User) -> None:
    def half_way() -> None:
        with transaction.atomic():
            note_event(project, carol, "run")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    assert not MomentumShare.objects.filter(user=carol).exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_counted(project: Project, carol: User) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        note_event(project, carol, "run")
    assert not Momentum.objects.exists()


def test_an_unknown_kind_leaves_nothing(project: Project, carol: User) -> None:
    with pytest.raises(KeyError), transaction.atomic():
        note_event(project, carol, "view")
    assert not MomentumShare.objects.exists()


def test_an_event_costs_three_statements_whatever_came_before(
    project: Project, carol: User, django_assert_num_queries: CaptureQueriesContext
) -> None:
    for times in (1, 40, 5_000):
        with django_assert_num_queries(3):  # type: ignore[operator]
            note_event(project, carol, "rows", times)


def test_old_parts_and_shares_are_forgotten(project: Project, carol: User) -> None:
    with transaction.atomic():
        note_event(project, carol, "run")
    assert noting.prune() == 0
    long_ago = timezone.now() - timedelta(hours=50)
    MomentumPart.objects.create(project=project, hour=long_ago, kind="run", events=1)
    MomentumShare.objects.create(project=project, user=carol, day=date(2020, 1, 1), events=1)
    assert noting.prune() == 2
    assert parts_of(project) == {"run": 1}


# Moderators --------------------------------------------------------------------------------


def test_moderators_hold_a_project_back_and_let_it_go(
    project: Project, carol: User, mona: User
) -> None:
    give(project, carol, 1)
    free = Momentum.objects.get(project=project)
    done = moderate(
        actor=mona, target=project, action="halve_momentum", reason=Reason.ABUSE, note="n"
    )
    assert (done.before, done.after) == ({"momentum_factor": 1.0}, {"momentum_factor": 0.5})
    held = Momentum.objects.get(project=project)
    assert held.rank == pytest.approx(free.rank - 1)
    give(project, carol, 2)
    fresh = Momentum.objects.get(project=project)
    sums = Sums(fresh.recent, fresh.month, fresh.at, 0.5)
    assert fresh.rank == pytest.approx(momentum.rank(sums), abs=1e-6)
    with pytest.raises(Refused):
        moderate(actor=mona, target=project, action="halve_momentum", reason=Reason.ABUSE)
    moderate(actor=mona, target=project, action="release_momentum", reason=Reason.MISTAKE)
    assert Momentum.objects.get(project=project).factor == 1


def test_a_project_where_nothing_happened_can_be_held_back(project: Project, mona: User) -> None:
    moderate(actor=mona, target=project, action="lower_momentum", reason=Reason.SPAM)
    assert Momentum.objects.get(project=project).factor == 0.6


def test_the_admin_asks_for_a_reason_before_it_holds_back(
    project: Project, mona_client: Client
) -> None:
    body = {"action": "halve_momentum", "_selected_action": [project.pk]}
    asked = mona_client.post("/admin/projects/project/", body)
    assert asked.status_code == 200
    assert not Momentum.objects.filter(project=project).exists()
    mona_client.post(
        "/admin/projects/project/", {**body, "confirmed": "1", "reason": "abuse", "note": ""}
    )
    assert Momentum.objects.get(project=project).factor == 0.5


def test_a_member_who_became_owner_moves_nothing_any_more(project: Project, carol: User) -> None:
    Membership.objects.filter(project=project, user=carol).update(role=Membership.Role.OWNER)
    give(project, carol, 1)
    assert parts_of(project) == {}
