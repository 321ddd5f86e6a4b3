"""Types of requests that the views share."""

from typing import TYPE_CHECKING

from django.http import HttpRequest as DjangoRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import User


class HttpRequest(DjangoRequest):
    """Any request: the person may be anonymous."""

    htmx: "HtmxDetails"


class AuthedRequest(HttpRequest):
    """A request behind ``login_required``."""

    user: "User"
