"""Dangerous steps ask once more who is there: a session left open must not be enough.

Who gave a password, code or key within the last five minutes is not asked again.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])
APP = "allauth.account"


def confirmed(view: View) -> View:
    """Decorate a view, below ``login_required``, that may do harm in the wrong hands."""
    decorated: View = reauthentication_required(app=APP)(view)
    return decorated


def confirm(request: HttpRequest) -> None:
    """The same inside a view, where only some of its acts are dangerous.

    A POST is kept and done once the person has confirmed.

    Raises:
        ReauthenticationRequired: allauth's middleware sends the person to confirm.
    """
    raise_if_reauthentication_required(request, app=APP)


def count_sign_in(request: HttpRequest) -> None:
    """Let the sign-in that has just happened count as a confirmation."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY)
    if records:
        records[-1]["reauthenticated"] = True
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records
