"""Old events are forgotten, in order, and what is left has no gaps."""

from datetime import timedelta

import pytest
from django.utils import timezone

from live.models import Event, Presence
from live.queries import last_seq
from live.retention import trim
from tests.live.conftest import say_many

pytestmark = pytest.mark.django_db


def numbers(topic: str) -> list[int]:
    return list(Event.objects.filter(topic=topic).order_by("seq").values_list("seq", flat=True))


def test_the_newest_of_each_topic_are_kept() -> None:
    say_many("thing:1", 10)
    say_many("thing:2", 3)
    assert trim(keep=4) == 6
    assert numbers("thing:1") == [7, 8, 9, 10]
    assert numbers("thing:2") == [1, 2, 3]
    assert last_seq("thing:1") == 10
    assert trim(keep=4) == 0


def test_events_of_last_week_are_forgotten() -> None:
    say_many("thing:1", 6)
    Event.objects.filter(seq__lte=4).update(created=timezone.now() - timedelta(days=8))
    assert trim() == 4
    assert numbers("thing:1") == [5, 6]


def test_many_are_forgotten_in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.retention.CHUNK", 3)
    say_many("thing:1", 20)
    assert trim(keep=2) == 18
    Event.objects.update(created=timezone.now() - timedelta(days=8))
    say_many("thing:1", 7)
    assert trim() == 2
    assert numbers("thing:1") == list(range(21, 28))


def test_processes_of_yesterday_are_forgotten() -> None:
    for process, hours in (("old", 2), ("new", 0)):
        Presence.objects.create(
            process=process,
            topic="thing:1",
            people=1,
            updated=timezone.now() - timedelta(hours=hours),
        )
    trim()
    assert Presence.objects.get().process == "new"
