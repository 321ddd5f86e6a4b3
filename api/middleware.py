"""What every answer of the API has, also those that were made before any view was asked."""

import re
import uuid
from collections.abc import Callable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from common.problems import MEDIA_TYPE, problem

START = "/api/v1/"
#: What a caller may call a request.
MARK = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
#: Of an answer that becomes a problem these stay.
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")
VARIES = "Accept, Accept-Language, Authorization"
Next = Callable[[HttpRequest], HttpResponseBase]


class ApiMiddleware:
    """Stands outside of everything that may answer for a view."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(START):
            return self.get_response(request)
        mark = request.headers.get("X-Request-ID", "")
        request.request_id = (  # type: ignore[attr-defined]
            mark if MARK.match(mark) else uuid.uuid4().hex
        )
        head = request.method == "HEAD"
        if head:
            # What answers GET answers HEAD; the server leaves the body out.
            request.method = "GET"
        response = finished(request, self.get_response(request))
        if head:
            request.method = "HEAD"
        return response


def finished(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer with its headers; every error as a problem document."""
    response = _as_problem(request, response)
    if isinstance(response, HttpResponse) and request.method == "GET":
        response = _conditional(request, response)
        response = _as_problem(request, response)
    response.cookies.clear()
    response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
    response["Vary"] = VARIES
    response.headers.setdefault("Cache-Control", "private, no-cache")
    if (spent := getattr(request, "spent", None)) is not None:
        name, left = spent
        response["RateLimit-Policy"] = f'"{name}";q={left.limit};w={left.seconds}'
        response["RateLimit"] = f'"{name}";r={left.remaining};t={left.reset}'
    return response


def _as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code < 400 or response.get("Content-Type", "").startswith(MEDIA_TYPE):
        return response
    told = problem(request, response.status_code, "")
    for name in KEPT:
        if name in response:
            told[name] = response[name]
    # Closing it here would tell Django that the whole request is over.
    told._resource_closers.extend(response._resource_closers)  # type: ignore[attr-defined]
    return told


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The answer with its ETag, or 304 when the caller has it already."""
    if response.status_code != 200:
        return response
    if "ETag" not in response:
        response["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'
    found = get_conditional_response(request, etag=response["ETag"], response=response)
    return response if found is None else found
