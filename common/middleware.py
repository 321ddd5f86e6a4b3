"""Turns refusals that escape a view into answers that people and programs can read."""

import logging

from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from common.errors import Forbidden, Refused
from common.failures import missing, refusal

logger = logging.getLogger(__name__)


class KnownHostMiddleware(MiddlewareMixin):
    """Answers who asks under a name that this site does not have, in DEBUG too."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Stop before anything builds an address from that name."""
        try:
            request.get_host()
        except DisallowedHost:
            return render(request, "400.html", {"host": True}, status=400)
        return None


class RefusedMiddleware(MiddlewareMixin):
    """Stands last, so that every other middleware sees a finished response."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what a view refuses or finds suspicious; leave every other error to Django."""
        if isinstance(error, Refused):
            return refusal(request, error)
        if isinstance(error, Http404):
            return missing(request)
        if isinstance(error, PermissionDenied):
            message = _("You may look, but this needs a right that you do not have.")
            return refusal(request, Forbidden(message))
        if isinstance(error, BadRequest | SuspiciousOperation):
            logger.warning("Refused %s: %s", type(error).__name__, str(error)[:200])
            message = _("The browser sent something that this site cannot read.")
            return refusal(request, Refused(message))
        return None

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Show the friendly page for addresses that no route knows, in DEBUG too."""
        if response.status_code == 404 and request.resolver_match is None:
            return missing(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return self._not_shown(request, response)
        return response

    def _not_shown(self, request: HttpRequest, response: HttpResponseNotAllowed) -> HttpResponse:
        """A page instead of the empty one that browsers show for a form's address."""
        message = _("This address only takes what a form sends; there is nothing to look at.")
        page = refusal(request, Refused(message, status=405))
        page["Allow"] = response["Allow"]
        return page
