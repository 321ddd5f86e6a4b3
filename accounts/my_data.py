"""Everything that the site keeps about a person's account, for them to take along.

Upper apps add theirs with ``add_part`` from ``AppConfig.ready``. Datapoints are not among it: they
have files of their own on the page of one's contributions.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession

from accounts.following import followed_by
from accounts.models import ApiToken, User

#: ``(user)`` → something that JSON can hold.
Query = Callable[[User], Any]

_parts: dict[str, Query] = {}


def add_part(name: str, query: Query) -> None:
    """Add a part under that key; the same name replaces."""
    _parts[name] = query


def data_of(user: User) -> dict[str, Any]:
    """The person's data, without anything that opens a door: no hash, secret or key."""
    return {
        "account": _account(user),
        "email_addresses": _rows(EmailAddress, user, "email", "verified", "primary"),
        "follows": [person.username for person in followed_by(user)],
        "api_tokens": _rows(
            ApiToken, user, "name", "prefix", "scopes", "created", "expires", "last_used", "revoked"
        ),
        "second_factors": _rows(Authenticator, user, "type", "created_at", "last_used_at"),
        "connected_accounts": _rows(SocialAccount, user, "provider", "uid", "date_joined"),
        "sessions": _rows(UserSession, user, "ip", "user_agent", "created_at", "last_seen_at"),
        **{name: query(user) for name, query in _parts.items()},
    }


def _account(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "email": user.email,
        "about": user.about,
        "language": user.language,
        "shortcuts": user.shortcuts,
        "guesses": user.guesses,
        "trust_level": user.get_trust_level_display(),
        "joined": user.date_joined,
        "last_sign_in": user.last_login,
    }


def _rows(model: Any, user: User, *names: str) -> list[dict[str, Any]]:
    return list(model.objects.filter(user=user).order_by("pk").values(*names))
