"""How people sign in, as far as it depends on the environment: mail, and other sites' accounts."""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

Settings = dict[str, Any]


class Provider(NamedTuple):
    """Another site whose accounts open the door here.

    Attributes:
        app: its Django app.
        name: what allauth calls it.
        settings: its entry in ``SOCIALACCOUNT_PROVIDERS``.
        origin: where the browser is sent: forms must be allowed to lead there.
    """

    app: str
    name: str
    settings: Settings
    origin: str


def by_mail(*, has_mail: bool) -> Settings:
    """allauth's settings that depend on whether mail is really sent.

    Without a mail server nobody could confirm anything: no check then, and no code to sign in.
    """
    return {
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory" if has_mail else "none",
        "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED": has_mail,
        "ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND": has_mail,
        "ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE": has_mail,
        "ACCOUNT_LOGIN_BY_CODE_ENABLED": has_mail,
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        # strict: without a check of addresses, True would tell at sign-up which ones are known.
        "ACCOUNT_PREVENT_ENUMERATION": True if has_mail else "strict",
        # Nobody can confirm an address then, which allauth otherwise asks for first.
        "MFA_ALLOW_UNVERIFIED_EMAIL": not has_mail,
    }


def github(client_id: str, secret: str) -> Provider | None:
    """GitHub's entry, or None when it is not set up."""
    if not _both("GITHUB", client_id, secret):
        return None
    entry = {"SCOPE": ["user:email"], "APPS": [_app(client_id, secret)]}
    return Provider("allauth.socialaccount.providers.github", "github", entry, "https://github.com")


def google(client_id: str, secret: str) -> Provider | None:
    """Google's entry, or None when it is not set up."""
    if not _both("GOOGLE", client_id, secret):
        return None
    entry = {
        "SCOPE": ["profile", "email"],
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [_app(client_id, secret)],
    }
    origin = "https://accounts.google.com"
    return Provider("allauth.socialaccount.providers.google", "google", entry, origin)


def openid(client_id: str, secret: str, server: str, name: str) -> Provider | None:
    """The entry of any OpenID Connect server, or None when it is not set up.

    Args:
        client_id: as the server gave it.
        secret: the same.
        server: the issuer's address, under which ``.well-known/openid-configuration`` lies.
        name: what the button says.
    """
    if not _both("OPENID", client_id, secret):
        return None
    parts = urlsplit(server)
    if parts.scheme != "https" or not parts.netloc:
        raise ImproperlyConfigured(
            f"OPENID_SERVER is {server!r}: write the issuer's address, such as "
            "https://id.example.org."
        )
    app = {
        **_app(client_id, secret),
        "provider_id": "openid",
        "name": name,
        "settings": {"server_url": server, "oauth_pkce_enabled": True},
    }
    entry = {"APPS": [app]}
    return Provider(
        "allauth.socialaccount.providers.openid_connect",
        "openid_connect",
        entry,
        f"https://{parts.netloc}",
    )


def _app(client_id: str, secret: str) -> Settings:
    return {"client_id": client_id, "secret": secret}


def _both(name: str, client_id: str, secret: str) -> bool:
    if bool(client_id) != bool(secret):
        raise ImproperlyConfigured(f"{name}_CLIENT_ID and {name}_CLIENT_SECRET go together.")
    return bool(client_id)
