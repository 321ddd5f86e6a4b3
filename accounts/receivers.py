"""What follows when allauth changed a password: the other sessions have ended, so have sockets."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set

from accounts.models import User
from accounts.services import close_sockets


def install() -> None:
    """Listen; called once the apps are ready."""
    for signal in (password_changed, password_reset, password_set):
        signal.connect(_password_is_new, dispatch_uid="accounts.password_is_new")


def _password_is_new(sender: Any, user: User, **kwargs: Any) -> None:
    close_sockets(user)
