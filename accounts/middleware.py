"""What follows each page of a person who is signed in: their language, and that they were here."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from accounts.languages import known, remember
from accounts.models import User
from accounts.sessions import note_visit


class PersonMiddleware(MiddlewareMixin):
    """Acts only where a view asked who came: other requests cost no look at the database."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Carry the person's language to a new browser, and note the visit."""
        # Django sets it at the first look at request.user.
        if not hasattr(request, "_cached_user") or not isinstance(request.user, User):
            return response
        note_visit(request)
        _carry_language(request, response, request.user.language)
        return response


def _carry_language(request: HttpRequest, response: HttpResponseBase, chosen: str) -> None:
    cookie = settings.LANGUAGE_COOKIE_NAME
    if known(chosen) and request.COOKIES.get(cookie) != chosen and cookie not in response.cookies:
        remember(response, chosen)
