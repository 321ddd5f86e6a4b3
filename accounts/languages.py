"""Which language a person reads: kept with the account, carried by Django's language cookie.

The cookie is what Django's own ``LocaleMiddleware`` looks at, so that choosing a language costs no
look at the database on any page.
"""

from django.conf import settings
from django.http.response import HttpResponseBase


def choices() -> list[tuple[str, str]]:
    """Code and name of each language of the site, each in its own words as settings say."""
    return [(code, str(name)) for code, name in settings.LANGUAGES]


def known(code: str) -> bool:
    """Whether the site speaks that language."""
    return any(code == one for one, _name in settings.LANGUAGES)


def remember(response: HttpResponseBase, code: str) -> None:
    """Have the browser keep the language; an empty one goes back to what the browser asks for."""
    if not code:
        response.delete_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            path=settings.LANGUAGE_COOKIE_PATH,
            domain=settings.LANGUAGE_COOKIE_DOMAIN,
        )
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
