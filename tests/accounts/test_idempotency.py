"""An act that is asked twice happens once."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from accounts.idempotency import forget_old, once
from accounts.models import IdempotencyKey, User
from common.errors import Refused
from tests.at_once import at_once
from tests.cast import person


def say(user: User, word: str) -> dict[str, object]:
    """An act with an effect that can be counted."""
    user.about += word
    User.objects.filter(pk=user.pk).update(about=user.about)
    return {"about": user.about}


def test_the_second_time_gets_the_first_answer(alice: User):
    first = once(alice, "key-1", {"word": "a"}, lambda: say(alice, "a"))
    second = once(alice, "key-1", {"word": "a"}, lambda: say(alice, "a"))
    assert first == ({"about": "a"}, False)
    assert second == ({"about": "a"}, True)
    alice.refresh_from_db()
    assert alice.about == "a"


def test_another_body_under_the_same_key_is_a_conflict(alice: User):
    once(alice, "key-1", {"word": "a"}, lambda: say(alice, "a"))
    with pytest.raises(Refused) as refused:
        once(alice, "key-1", {"word": "b"}, lambda: say(alice, "b"))
    assert refused.value.status == 409
    alice.refresh_from_db()
    assert alice.about == "a"


def test_an_empty_key_repeats(alice: User):
    for _ in range(2):
        assert not once(alice, "", {}, lambda: say(alice, "a")).replayed
    assert alice.about == "aa"
    assert not IdempotencyKey.objects.exists()


def test_keys_of_different_people_never_meet(alice: User, bob: User):
    once(alice, "key-1", {}, lambda: say(alice, "a"))
    assert not once(bob, "key-1", {}, lambda: say(bob, "b")).replayed


def test_an_act_that_fails_frees_its_key(alice: User):
    def fail() -> dict[str, object]:
        say(alice, "a")
        raise Refused("No.")

    with pytest.raises(Refused):
        once(alice, "key-1", {}, fail)
    assert User.objects.get(pk=alice.pk).about == ""
    assert not once(alice, "key-1", {}, lambda: {"ok": True}).replayed


def test_what_surrounds_it_rolls_back_with_it(alice: User):
    with transaction.atomic():
        once(alice, "key-1", {}, lambda: say(alice, "a"))
        transaction.set_rollback(True)
    assert not IdempotencyKey.objects.exists()
    assert User.objects.get(pk=alice.pk).about == ""


@pytest.mark.parametrize("key", ["x" * 65, "a\0b", "schlüssel", "a\nb"])
def test_a_strange_key_is_refused(alice: User, key: str):
    with pytest.raises(Refused) as refused:
        once(alice, key, {}, lambda: say(alice, "a"))
    assert refused.value.status == 400
    assert alice.about == ""


def test_a_form_is_compared_by_its_values_not_by_its_token(alice: User):
    once(alice, "key-1", QueryDict("a=1&a=2&csrfmiddlewaretoken=x"), lambda: {"n": 1})
    again = once(alice, "key-1", QueryDict("a=1&a=2&csrfmiddlewaretoken=y"), lambda: {"n": 2})
    assert again.replayed
    with pytest.raises(Refused):
        once(alice, "key-1", QueryDict("a=2&csrfmiddlewaretoken=y"), lambda: {"n": 3})


def test_keys_are_forgotten_after_two_days(alice: User):
    once(alice, "old", {}, dict)
    once(alice, "young", {}, dict)
    IdempotencyKey.objects.filter(key="old").update(created=timezone.now() - timedelta(hours=49))
    assert forget_old() == 1
    assert IdempotencyKey.objects.get().key == "young"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_acts_and_both_get_its_answer():
    alice = person("alice")
    answers = at_once(
        lambda _place: once(alice, "key-1", {}, lambda: say(User(pk=alice.pk), "a")), 4
    )
    assert sorted(answer.replayed for answer in answers) == [False, True, True, True]
    assert all(answer.answer == {"about": "a"} for answer in answers)
    assert IdempotencyKey.objects.count() == 1
