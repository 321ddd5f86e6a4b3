"""Cookies that only a hostile client sends."""

from collections.abc import Mapping

from django.conf import settings


def session_key_in(cookies: Mapping[str, str]) -> str:
    """The session's key, or "" when there is none or it cannot be one.

    Ours hold ASCII letters and digits; a quoted cookie may hold zero bytes, on which a look-up in
    PostgreSQL fails.
    """
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    return key if key.isascii() and key.isalnum() else ""
