"""What cannot be read: forms too large, broken, or in another encoding, and odd session keys."""

import codecs

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from common.cookies import session_key_in
from common.errors import Refused
from common.failures import refusal


class ReadableMiddleware(MiddlewareMixin):
    """Stands before the session and the check of origin, which read first and have no words."""

    def process_request(self, request: HttpRequest) -> None:
        """Forget a session key that cannot be one."""
        if not session_key_in(request.COOKIES):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Read what a form sent; refuse what cannot be read."""
        try:
            read_form(request)
        except Refused as refused:
            return refusal(request, refused)
        return None


def read_form(request: HttpRequest) -> None:
    """Have the request's form parsed; other bodies are left alone.

    Raises:
        Refused: 413, it is too large or has too many parts; 415, it is not in UTF-8; 400, it
            breaks off or is no form at all.
    """
    # Django decodes by whatever codec the sender names, also by ones that are no text encodings.
    if request.encoding is not None:
        if codecs.lookup(request.encoding).name != "utf-8":
            raise Refused(
                _("This site reads UTF-8 only. Send the form again in UTF-8."), status=415
            )
        request.encoding = "utf-8"  # Django refuses its other spellings
    try:
        request.POST  # noqa: B018 - it is parsed at the first look
    except RequestDataTooBig:
        raise _too_big() from None
    except (TooManyFieldsSent, TooManyFilesSent):
        limit = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        sentence = _("The form has more than %(limit)s fields or too many files. Send fewer.")
        raise Refused(sentence % {"limit": limit}, status=413) from None
    except (BadRequest, MultiPartParserError):
        sentence = _("The form arrived broken. Load the page again and send it from there.")
        raise Refused(sentence) from None


def _too_big() -> Refused:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
    sentence = _(
        "What you typed or pasted has more than %(limit)s MB, the most that a form may bring. "
        "Send a file instead, or split it."
    )
    return Refused(sentence % {"limit": limit}, status=413)
