"""So often and no more, whoever asks and from whichever process."""

import pytest
import time_machine

from common.errors import Refused
from common.ratelimit import forget_expired, spend
from tests.at_once import at_once

pytestmark = pytest.mark.django_db


def spent(times: int, *, who: int | str = 1, limit: int = 5, seconds: int = 60) -> int:
    """How many of so many acts passed."""
    passed = 0
    for _ in range(times):
        try:
            spend("test", who, limit=limit, seconds=seconds)
        except Refused:
            continue
        passed += 1
    return passed


def test_as_many_pass_as_the_limit_says():
    with time_machine.travel("2026-11-23 12:00:01Z", tick=False):
        assert spent(9) == 5


def test_the_refusal_says_how_long_to_wait_and_keeps_its_word():
    with time_machine.travel("2026-11-23 12:00:01Z", tick=False) as clock:
        spent(5)
        with pytest.raises(Refused) as refused:
            spend("test", 1, limit=5, seconds=60)
        assert refused.value.status == 429
        wait = refused.value.retry_after
        assert wait is not None
        assert f"{wait} second" in refused.value.message
        clock.shift(wait - 2)
        assert spent(1) == 0
        clock.shift(2)
        assert spent(1) == 1


def test_people_and_scopes_do_not_share():
    with time_machine.travel("2026-11-23 12:00:01Z", tick=False):
        spent(5)
        assert spent(5, who=2) == 5
        assert spent(5, who="2001:db8::1 \n") == 5
        spend("other", 1, limit=5, seconds=60)


def test_the_window_slides_over_its_border():
    with time_machine.travel("2026-11-23 12:00:59Z", tick=False) as clock:
        assert spent(5) == 5
        clock.shift(2)
        assert spent(5) == 0
        clock.shift(29)
        assert spent(5) == 2


def test_a_long_window_outlives_the_caches_default_timeout():
    with time_machine.travel("2026-11-23 00:00:01Z", tick=False) as clock:
        assert spent(3, seconds=86_400) == 3
        clock.shift(3_600)
        assert spent(5, seconds=86_400) == 2


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_than_the_limit():
    passed = at_once(lambda _place: spent(10, limit=12, seconds=3_600), 4)
    assert sum(passed) == 12


def test_counters_of_old_windows_are_forgotten():
    with time_machine.travel("2026-11-23 12:00:01Z", tick=False) as clock:
        spent(3)
        assert forget_expired() == 0
        clock.shift(121)
        assert forget_expired() == 1
        assert spent(9) == 5
