"""Who sits behind a socket: read from the session, changing nothing."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.contrib.auth.models import AnonymousUser
from django.http import parse_cookie
from django.utils.crypto import constant_time_compare

from common.cookies import session_key_in


@dataclass(frozen=True)
class Visitor:
    """What a handshake says about who comes.

    Attributes:
        session_key: from the cookie, "" without one.
        address: the client's network address, "" when the server does not know it.
    """

    session_key: str
    address: str


def visitor_of(scope: dict[str, Any]) -> Visitor:
    """The visitor of an ASGI handshake; reads nothing but its headers."""
    headers: dict[bytes, bytes] = dict(scope.get("headers", ()))
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin1"))
    return Visitor(session_key_in(cookies), _address(scope, headers))


def user_of(session_key: str) -> Any:
    """The active user of a session, or the anonymous one. Reads the database.

    Django's own ``get_user`` would renew or flush a session, which a socket may not: it cannot
    set the cookie that would have to follow.
    """
    if not session_key:
        return AnonymousUser()
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    path = session.get(BACKEND_SESSION_KEY)
    if path not in settings.AUTHENTICATION_BACKENDS or SESSION_KEY not in session:
        return AnonymousUser()
    user = load_backend(path).get_user(session[SESSION_KEY])
    if user is None or not _is_current(user, session.get(HASH_SESSION_KEY, "")):
        return AnonymousUser()
    return user


def _is_current(user: Any, stored: str) -> bool:
    """Whether the session was opened with the password that the user has now."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(stored, current) for current in hashes)


def _address(scope: dict[str, Any], headers: dict[bytes, bytes]) -> str:
    client = scope.get("client")
    address = str(client[0]) if client else ""
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if not proxies:
        return address
    # Each trusted proxy appends the address it saw; what stands further left is the client's word.
    seen = headers.get(b"x-forwarded-for", b"").decode("latin1").split(",")
    return seen[-proxies].strip() if len(seen) >= proxies else address
