"""Events: numbered without gaps, written with their cause or not at all."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from common.limits import LIVE_PAYLOAD_BYTES
from live.models import Event, TopicCounter
from live.publish import publish, publish_all, rights_changed
from live.queries import events_after, last_seq
from tests.at_once import at_once
from tests.live.conftest import say, say_many


def rolled_back(act: Callable[[], Any]) -> Any:
    """The result of an act whose transaction was rolled back."""
    with transaction.atomic():
        result = act()
        transaction.set_rollback(True)
    return result


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_a_mistake() -> None:
    with pytest.raises(TransactionManagementError, match="transaction"):
        publish("thing:1", "said", {})


@pytest.mark.django_db(transaction=True)
def test_numbers_of_rolled_back_events_are_given_again() -> None:
    assert say("thing:1") == 1
    assert rolled_back(lambda: publish("thing:1", "said", {})) == 2
    assert say("thing:1") == 2
    assert last_seq("thing:1") == 2
    assert Event.objects.filter(topic="thing:1").count() == 2


@pytest.mark.django_db
def test_several_topics_at_once() -> None:
    say_many("b:2", 3)
    numbers = publish_all([("b:2", "x", {"n": 1}), ("a:1", "y", {"n": 2}), ("b:2", "z", {"n": 3})])
    assert numbers == [4, 1, 5]
    assert [(e.seq, e.kind) for e in Event.objects.filter(topic="b:2", seq__gt=3)] == [
        (4, "x"),
        (5, "z"),
    ]
    assert last_seq("a:1") == 1
    assert last_seq("c:1") == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("topic", "kind", "payload"),
    [
        ("thing", "said", {}),
        ("thing:x", "said", {}),
        ("Thing:1", "said", {}),
        ("thing:1", "", {}),
        ("thing:1", 'a"b', {}),
        ("thing:1", "x" * 41, {}),
        ("thing:1", "said", {"seq": 1}),
        ("thing:1", "said", {"kind": "x"}),
        ("thing:1", "said", {"when": object()}),
        ("thing:1", "said", {"value": float("nan")}),
        ("thing:1", "said", {"text": "x" * LIVE_PAYLOAD_BYTES}),
        ("thing:1", "said", {"text": "é" * (LIVE_PAYLOAD_BYTES // 2)}),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_is_written(
    topic: str, kind: str, payload: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"."), transaction.atomic():
        publish_all([("thing:1", "said", {}), (topic, kind, payload)])
    assert not Event.objects.exists()
    assert not TopicCounter.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ('quote " slash \\ line \n é 😀 </script>', None),
        ("\u202e right to left", None),
        ("nul \0 inside", "nul \ufffd inside"),
        ("literal \\u0000", None),
        ("literal \\\0", "literal \\\ufffd"),
        ("half \ud800 a pair", "half ? a pair"),
    ],
)
def test_hostile_text_arrives_whole_on_both_databases(text: str, stored: str | None) -> None:
    publish("thing:1", "said", {"text": text})
    expected = text if stored is None else stored
    assert Event.objects.get().payload == {"text": expected}
    (event,) = events_after("thing:1", 0, 10)
    assert json.loads(event.text) == {"seq": 1, "kind": "said", "text": expected}


@pytest.mark.django_db
def test_an_event_may_be_empty() -> None:
    publish("thing:1", "said", {})
    (event,) = events_after("thing:1", 0, 10)
    assert json.loads(event.text) == {"seq": 1, "kind": "said"}


@pytest.mark.django_db(transaction=True)
def test_rights_are_told_after_the_commit_only() -> None:
    with transaction.atomic():
        rights_changed(user_id=3)
        assert last_seq("rights:0") == 0
    assert last_seq("rights:0") == 1
    rolled_back(lambda: rights_changed(user_id=3))
    assert last_seq("rights:0") == 1


@pytest.mark.django_db(transaction=True)
def test_eight_writers_on_the_same_topics_leave_no_gap_and_no_deadlock() -> None:
    """Each writes to several topics, in any order, and takes back a third of it."""
    topics = ["a:1", "b:1", "c:1"]
    kept: list[tuple[str, int]] = []

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(30):
            chosen = chance.sample(topics, 2)
            try:
                with transaction.atomic():
                    numbers = publish_all([(topic, "said", {}) for topic in chosen])
                    if chance.random() < 0.33:
                        raise InterruptedError
            except InterruptedError:
                continue
            kept.extend(zip(chosen, numbers, strict=True))

    at_once(write, 8)
    for topic in topics:
        given = sorted(seq for name, seq in kept if name == topic)
        assert given == list(range(1, len(given) + 1))
        assert (
            list(Event.objects.filter(topic=topic).order_by("seq").values_list("seq", flat=True))
            == given
        )
        assert last_seq(topic) == len(given)
