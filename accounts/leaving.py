"""Closing an account: the person goes, what they gave stays or is withdrawn, as they choose.

The row of the user stays under another name, since datapoints, models and messages point at it.
Upper apps add what they have to do, and what has to be said before, with ``add_step`` from
``AppConfig.ready``.
"""

import secrets
from collections.abc import Callable
from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.finding import note_person
from accounts.models import ApiToken, Follow, IdempotencyKey, User
from accounts.names import CLOSED_PREFIX
from accounts.services import end_sessions
from common.errors import Refused

CLOSED_NAME = CLOSED_PREFIX + "contributor-"
#: Numbers of former contributors; random, since a row's own number may stand elsewhere.
NUMBERS = 1_000_000_000


class Step(NamedTuple):
    """What one app does when somebody leaves.

    Attributes:
        name: a word, unique.
        act: ``(user, withdraw)``, in the transaction that closes the account and before the name
            goes; long work is a job that it wishes for.
        warn: ``(user)`` → sentences that the person reads before they decide.
    """

    name: str
    act: Callable[[User, bool], None]
    warn: Callable[[User], list[str]] | None


_steps: dict[str, Step] = {}


def add_step(
    name: str,
    act: Callable[[User, bool], None],
    *,
    warn: Callable[[User], list[str]] | None = None,
) -> None:
    """Add a step, in the order of registration; the same name replaces."""
    _steps[name] = Step(name, act, warn)


def warnings_for(user: User) -> list[str]:
    """What the person should know before closing, one sentence each."""
    return [line for step in _steps.values() if step.warn for line in step.warn(user)]


def close_account(user: User, *, withdraw: bool) -> str:
    """Take everything personal away and sign out everywhere; there is no way back.

    Args:
        user: who leaves; whether it is really they was asked before.
        withdraw: also empty every datapoint that they gave.

    Returns:
        The name under which what stays is credited.

    Raises:
        Refused: it is the only administrator, or the account is closed already.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        _check(user)
        for step in _steps.values():
            step.act(user, withdraw)
        _forget(user)
        end_sessions(user)
        name = _rename(user)
        note_person(user)
        return name


def _check(user: User) -> None:
    if not user.is_active:
        raise Refused(_("This account is closed already."), status=409)
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and not others.exists():
        raise Refused(
            _("You are the only administrator. Make somebody else one first."), status=409
        )


def _forget(user: User) -> None:
    for model in (EmailAddress, Authenticator, SocialAccount, ApiToken, IdempotencyKey):
        model.objects.filter(user=user).delete()
    Follow.objects.filter(Q(follower=user) | Q(followed=user)).delete()
    user.groups.clear()
    user.user_permissions.clear()


def _rename(user: User) -> str:
    name = _free_name()
    user.username = name
    user.email = user.first_name = user.last_name = user.about = user.language = ""
    user.shortcuts = user.guesses = True
    user.is_active = user.is_staff = user.is_superuser = False
    user.trust_level = User.Trust.NEW
    user.last_login = None
    user.set_unusable_password()
    # end_sessions has just counted this up in the database.
    user.save(
        update_fields=[
            "username",
            "email",
            "first_name",
            "last_name",
            "about",
            "language",
            "shortcuts",
            "guesses",
            "is_active",
            "is_staff",
            "is_superuser",
            "trust_level",
            "last_login",
            "password",
        ]
    )
    return name


def _free_name() -> str:
    while True:
        name = f"{CLOSED_NAME}{secrets.randbelow(NUMBERS)}"
        if not User.objects.filter(username=name).exists():
            return name
