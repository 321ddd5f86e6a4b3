"""Acts that their sender may repeat: a double click, a lost answer, a retry by a program."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connection, transaction
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
# Plain SQL, since every datapoint passes here, and because the ORM cannot tell whether a row that
# may be there already was inserted.
CLAIM = """
    INSERT INTO accounts_idempotencykey (user_id, key, fingerprint, answer, created)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (user_id, key) DO NOTHING
    RETURNING id
"""
KEEP = "UPDATE accounts_idempotencykey SET answer = %s WHERE id = %s"


class KeyReused(Refused):
    """The key was used before, for another body."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This form was sent before with other content under the same key. "
                "Load the page again and send it from there."
            ),
            status=409,
        )


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
        Refused: 400, the key is too long or no printable ASCII.
        KeyReused: 409, the key was used for another body. And whatever the act raises.
    """
    _check(key)
    with transaction.atomic():
        if not key:
            return Answer(act(), replayed=False)
        mark = _fingerprint(body)
        claimed = _claim(user, key, mark)
        if claimed is None:
            return _replay(IdempotencyKey.objects.get(user=user, key=key), mark)
        answer = act()
        _keep(claimed, answer)
        return Answer(answer, replayed=False)


def said_before(user: User, key: str, body: Mapping[str, object] | str) -> Mapping[str, Any] | None:
    """The answer that ``once`` kept for this person, key and body, or None.

    For acts that the same wish makes once by themselves, and that are too long for a transaction.

    Raises:
        Refused, KeyReused: as ``once``.
    """
    _check(key)
    known = IdempotencyKey.objects.filter(user=user, key=key).first() if key else None
    return None if known is None else _replay(known, _fingerprint(body)).answer


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


def _claim(user: User, key: str, mark: str) -> int | None:
    """The number of the new key, or None when the person used it before."""
    # Insert first, look after: of two that come at once the second waits at the unique index until
    # the first has committed (then it finds that answer) or has rolled back (then it goes on).
    created = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, (user.pk, key, mark, "{}", created))
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _keep(claimed: int, answer: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(KEEP, (json.dumps(answer), claimed))


def _replay(row: IdempotencyKey, mark: str) -> Answer:
    if row.fingerprint != mark:
        raise KeyReused
    return Answer(row.answer, replayed=True)


def _fingerprint(body: Mapping[str, object] | str) -> str:
    if isinstance(body, MultiValueDict):
        body = {name: values for name, values in body.lists() if name != NOISE}
    text = body if isinstance(body, str) else json.dumps(dict(body), sort_keys=True, default=str)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
