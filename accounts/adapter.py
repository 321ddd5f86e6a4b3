"""How allauth makes accounts here."""

from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.finding import note_person
from accounts.models import User
from accounts.names import CLOSED_PREFIX
from accounts.queries import is_confusable
from accounts.services import end_session
from accounts.sessions import browser_name
from common.errors import Refused


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Names that cannot be mistaken for another's, and redirects that stay on this host."""

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Refuse reserved names and names that look like a taken one (``Ana_0`` beside ``ana-o``).

        Raises:
            ValidationError: with the reason.
        """
        username = super().clean_username(username, shallow=shallow)
        if username.lower().startswith(CLOSED_PREFIX):
            raise self.validation_error("username_blacklisted")
        if not shallow and is_confusable(username):
            raise ValidationError(
                _("“%(name)s” looks like a name that is taken. Choose one that differs more."),
                params={"name": username},
            )
        return username

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save a new person; of two who ask for one name at once, the second is refused.

        Raises:
            Refused: the name was taken after the form had been checked.
        """
        user.trust_level = User.Trust.NEW
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit=commit)
                if commit:
                    note_person(saved)
                return saved
        except IntegrityError:
            raise Refused(
                _("This name was taken a moment ago. Go back and choose another."), status=409
            ) from None

    def is_safe_url(self, url: str) -> bool:
        """Whether a redirect after signing in stays on the host that was asked."""
        host = self.request.get_host() if self.request else None
        return bool(url) and url_has_allowed_host_and_scheme(
            url,
            allowed_hosts={host} if host else None,
            require_https=bool(self.request and self.request.is_secure()),
        )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Names keys so that people recognise them."""

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Where the key is being added, such as "Firefox on Linux"."""
        return browser_name(context.request.META.get("HTTP_USER_AGENT", ""))


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    """Ends sessions as the rest of the site does: their open sockets close too."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End each of them."""
        for session in sessions:
            end_session(session)
