"""Choosing a language, signed in or not."""

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from accounts.languages import known
from accounts.models import User
from accounts.services import choose_language
from common.http import HttpRequest
from common.limits import SETTINGS_PER_MINUTE
from common.ratelimit import spend


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Django's own view, which comes back to where one was and to no other host; and the account.

    A language that the site does not speak changes nothing.
    """
    code = request.POST.get("language", "")
    if known(code) and isinstance(request.user, User):
        spend("settings", request.user.pk, limit=SETTINGS_PER_MINUTE, seconds=60)
        choose_language(request.user, code)
    response: HttpResponse = django_set_language(request)
    if not known(code):
        response.cookies.pop(settings.LANGUAGE_COOKIE_NAME, None)
    return response
