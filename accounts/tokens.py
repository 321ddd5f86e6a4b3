"""Tokens: what a program shows instead of its person's password.

A token reads ``cc_<8 hexadecimal digits>_<43 characters>``. The middle part names it, in lists and
logs; the rest is 256 random bits, of which only the SHA-256 is kept.
"""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables

from accounts.idempotency import once
from accounts.models import ApiToken, User
from common.errors import Missing, Refused
from common.limits import TOKENS_PER_DAY, TOKENS_PER_PERSON
from common.ratelimit import spend
from common.text import clean_name

MARK = "cc"
PREFIX_BYTES = 4
SECRET_BYTES = 32
DAY_SECONDS = 24 * 60 * 60
#: The last use is written down at most so often.
USED_EVERY = timedelta(minutes=1)
#: Compared when no token has the name, so that both answers take as long.
NOBODY = "0" * 64
#: After how many days a token may end; None never does.
DAYS: tuple[int | None, ...] = (30, 90, 365, None)


class Scope(NamedTuple):
    """One kind of act that a token may open."""

    name: str
    what: str | Promise


SCOPES = (
    Scope("read", gettext_lazy("read what you may see")),
    Scope("contribute", gettext_lazy("add datapoints and take them back")),
    Scope("train", gettext_lazy("train models and stop them")),
    Scope("admin", gettext_lazy("change the projects that you maintain")),
)


class Made(NamedTuple):
    """A token, and its secret when this is the one time that it is shown."""

    token: ApiToken
    secret: str


def issue(user: User, *, name: str, scopes: list[str], days: int | None, key: str = "") -> Made:
    """Make a token; the secret is returned here and nowhere again.

    Args:
        user: whose programs will use it.
        name: what the person calls it.
        scopes: names of ``SCOPES``, at least one.
        days: after how many it ends, one of ``DAYS``.
        key: the form's idempotency key: sent twice it makes one token, and the second answer
            has no secret.

    Raises:
        Refused: name, scopes or days do not fit, or the person has too many tokens.
    """
    name, scopes = clean_name(name, most=60), _checked(scopes)
    if not name:
        raise Refused(_("Give the token a name, such as the program's."), field="name")
    if days not in DAYS:
        raise Refused(_("Choose from the list when the token ends."), field="days")
    spend("token", user.pk, limit=TOKENS_PER_DAY, seconds=DAY_SECONDS)
    made: list[str] = []

    def act() -> dict[str, int]:
        _check_room(user)
        token, secret = _create(user, name, scopes, days)
        made.append(secret)
        return {"token": token.pk}

    asked = {"name": name, "scopes": scopes, "days": days}
    answer = once(user, key, {"token": asked}, act)
    token = ApiToken.objects.get(pk=answer.answer["token"], user=user)
    return Made(token, "" if answer.replayed else made[0])


def revoke(user: User, token_id: int) -> ApiToken:
    """End one of the person's tokens at once; ending it twice is as ending it once.

    Raises:
        Missing: the person has no such token.
    """
    token = ApiToken.objects.filter(pk=token_id, user=user).first()
    if token is None:
        raise Missing
    ApiToken.objects.filter(pk=token.pk, revoked=None).update(revoked=timezone.now())
    return token


def living(user: User) -> "QuerySet[ApiToken]":
    """The person's tokens that still work, newest first."""
    return ApiToken.objects.filter(_alive(), user=user)


@sensitive_variables()
def user_of(secret: str, scope: str) -> User | None:
    """The person behind a token that is good for the scope, or None.

    None also when it ended, was taken back, or its person is suspended: who asks learns no reason.
    The time it takes says nothing about how much of the secret was right.
    """
    found = token_of(secret)
    return found.user if found is not None and scope in found.scopes else None


@sensitive_variables()
def token_of(secret: str) -> ApiToken | None:
    """The token with that secret, with its person, while it works; None without a reason.

    What it may do is in its ``scopes``: the caller looks.
    """
    mark, _first, rest = secret.partition("_")
    prefix, _second, random = rest.partition("_")
    found = None
    if mark == MARK and random and len(prefix) == 2 * PREFIX_BYTES and prefix.isalnum():
        found = ApiToken.objects.filter(prefix=prefix).select_related("user").first()
    right = constant_time_compare(_hash(secret), found.token_hash if found else NOBODY)
    if found is None or not right or not _lives(found):
        return None
    _note_use(found)
    return found


def _lives(token: ApiToken) -> bool:
    ended = token.revoked is not None or (
        token.expires is not None and token.expires <= timezone.now()
    )
    return not ended and token.user.is_active


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    before = now - USED_EVERY
    if token.last_used is not None and token.last_used > before:
        return
    due = Q(last_used=None) | Q(last_used__lte=before)
    ApiToken.objects.filter(due, pk=token.pk).update(last_used=now)


def _create(user: User, name: str, scopes: list[str], days: int | None) -> tuple[ApiToken, str]:
    prefix = secrets.token_hex(PREFIX_BYTES)
    secret = f"{MARK}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    expires = None if days is None else timezone.now() + timedelta(days=days)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        prefix=prefix,
        token_hash=_hash(secret),
        scopes=scopes,
        expires=expires,
    )
    return token, secret


def _check_room(user: User) -> None:
    # The person's own row serializes two that come at once.
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        count = living(user).count()
    if count >= TOKENS_PER_PERSON:
        raise Refused(
            ngettext(
                "You have %(count)d token, the most there may be. Take it back first.",
                "You have %(count)d tokens, the most there may be. Take one back first.",
                count,
            )
            % {"count": count},
            status=409,
        )


def _checked(scopes: list[str]) -> list[str]:
    names = [scope.name for scope in SCOPES]
    if not scopes or not set(scopes) <= set(names):
        raise Refused(_("Tick what the token may do, at least one thing."), field="scopes")
    return [name for name in names if name in scopes]


def _alive() -> Q:
    return Q(revoked=None) & (Q(expires=None) | Q(expires__gt=timezone.now()))


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
