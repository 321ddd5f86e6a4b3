"""Turns refusals that escape a view into answers that people and programs can read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from common.errors import Refused
from common.failures import missing, refusal


class RefusedMiddleware(MiddlewareMixin):
    """Stands last, so that every other middleware sees a finished response."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer ``Refused`` and ``Http404`` from a view; leave every other error to Django."""
        if isinstance(error, Refused):
            return refusal(request, error)
        if isinstance(error, Http404):
            return missing(request)
        return None

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Show the friendly page for addresses that no route knows, in DEBUG too."""
        if response.status_code == 404 and request.resolver_match is None:
            return missing(request)
        return response
