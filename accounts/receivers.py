"""What follows when somebody signed in, or when allauth changed a password."""

from typing import Any

from allauth.account.signals import (
    password_changed,
    password_reset,
    password_set,
    user_logged_in,
)
from django.http import HttpRequest

from accounts.models import User
from accounts.reauthentication import count_sign_in
from accounts.services import close_sockets


def install() -> None:
    """Listen; called once the apps are ready."""
    for signal in (password_changed, password_reset, password_set):
        signal.connect(_password_is_new, dispatch_uid="accounts.password_is_new")
    user_logged_in.connect(_signed_in, dispatch_uid="accounts.signed_in")


def _signed_in(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    count_sign_in(request)


def _password_is_new(sender: Any, user: User, **kwargs: Any) -> None:
    # Its other sessions have ended with the old password; so must their sockets.
    close_sockets(user)
