"""allauth's forms for passkeys and security keys, made safe against forged credentials."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.core.exceptions import RateLimited
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

logger = logging.getLogger(__name__)
NAME_CHARACTERS = 60
NAME = gettext_lazy("Name")


@contextmanager
def forged_is_refused() -> Iterator[None]:
    """Turn whatever a forged credential breaks in the libraries below into a refusal.

    They read nested JSON, CBOR and key formats; which errors come through differs by version.

    Raises:
        ValidationError: with a sentence for the person.
    """
    try:
        yield
    except (ValidationError, RateLimited, DatabaseError):
        raise
    except Exception as error:
        logger.info("A credential could not be read: %s", type(error).__name__)
        raise ValidationError(_("This passkey did not fit. Try again.")) from error


class KeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A key after the password."""

    def clean_credential(self) -> Authenticator:
        """The key that was used."""
        with forged_is_refused():
            return super().clean_credential()


class SignInByKeyForm(LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone."""

    def clean_credential(self) -> Authenticator:
        """The key that was used."""
        with forged_is_refused():
            return super().clean_credential()


class ConfirmByKeyForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A key before a dangerous step."""

    def clean_credential(self) -> Authenticator:
        """The key that was used."""
        with forged_is_refused():
            return super().clean_credential()


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey; one that only follows a password is the exception."""

    name = forms.CharField(label=NAME, required=False, max_length=NAME_CHARACTERS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True

    def clean(self) -> dict[str, Any]:
        """The name and the credential, which fits the question that was asked."""
        with forged_is_refused():
            found: dict[str, Any] = super().clean()
            return found


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    name = forms.CharField(label=NAME, max_length=NAME_CHARACTERS)
