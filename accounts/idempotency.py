"""Acts that their sender may repeat: a double click, a lost answer, a retry by a program."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from accounts.models import IdempotencyKey, User
from common.errors import Refused
from common.limits import IDEMPOTENCY_HOURS

LONGEST_KEY = 64
#: Keys forgotten in one transaction.
CHUNK = 1_000
#: A fresh one in each rendering of the same form, so it says nothing about what was asked.
NOISE = "csrfmiddlewaretoken"


class Answer(NamedTuple):
    """What an act answered, and whether this was said before."""

    answer: dict[str, Any]
    replayed: bool


def once(
    user: User, key: str, body: Mapping[str, object] | str, act: Callable[[], dict[str, Any]]
) -> Answer:
    """Do the act once for this person and key, however often and from wherever it is asked.

    The act runs in the transaction that also keeps its answer: both stay or neither does. When the
    act raises, nothing stays, and the key may be used again.

    Args:
        user: who asks; keys of different people never meet.
        key: the sender's own name for the act; empty means that repeating is wanted.
        body: what was asked. Files go in by their hash.
        act: writes, and returns an answer that JSON can hold.

    Raises:
        Refused: 400, the key is too long or no printable ASCII; 409, the key was used for another
            body. And whatever the act raises.
    """
    _check(key)
    with transaction.atomic():
        if not key:
            return Answer(act(), replayed=False)
        mark = _fingerprint(body)
        claimed, fresh = _claim(user, key, mark)
        if not fresh:
            return _replay(claimed, mark)
        claimed.answer = act()
        claimed.save(update_fields=["answer"])
        return Answer(claimed.answer, replayed=False)


def forget_old() -> int:
    """Delete the keys that are older than 48 hours and return how many there were."""
    oldest = timezone.now() - timedelta(hours=IDEMPOTENCY_HOURS)
    old = IdempotencyKey.objects.filter(created__lt=oldest).order_by("created")
    deleted = 0
    # In small transactions: on SQLite everybody else who writes waits meanwhile.
    while chunk := list(old.values_list("pk", flat=True)[:CHUNK]):
        deleted += IdempotencyKey.objects.filter(pk__in=chunk).delete()[0]
    return deleted


def _check(key: str) -> None:
    if len(key) > LONGEST_KEY or not (key.isascii() and (key.isprintable())):
        raise Refused(
            _(
                "The Idempotency-Key is %(length)d characters long or holds odd characters. "
                "Use at most %(most)d letters, digits and signs, such as a UUID."
            )
            % {"length": len(key), "most": LONGEST_KEY}
        )


def _claim(user: User, key: str, mark: str) -> tuple[IdempotencyKey, bool]:
    # Insert first, look after: of two that come at once the second waits at the unique index until
    # the first has committed (then it finds that answer) or has rolled back (then it goes on).
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(user=user, key=key, fingerprint=mark, answer={})
            return row, True
    except IntegrityError:
        return IdempotencyKey.objects.get(user=user, key=key), False


def _replay(row: IdempotencyKey, mark: str) -> Answer:
    if row.fingerprint != mark:
        raise Refused(
            _(
                "This form was sent before with other content under the same key. "
                "Load the page again and send it from there."
            ),
            status=409,
        )
    return Answer(row.answer, replayed=True)


def _fingerprint(body: Mapping[str, object] | str) -> str:
    if isinstance(body, MultiValueDict):
        body = {name: values for name, values in body.lists() if name != NOISE}
    text = body if isinstance(body, str) else json.dumps(dict(body), sort_keys=True, default=str)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
