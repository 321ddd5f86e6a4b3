"""What a person sees when something is refused: a page, a fragment for htmx, or JSON."""

import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from common.errors import Refused
from common.problems import problem

#: Statuses with a page of their own under ``templates/errors/``; others share ``refused.html``.
_PAGES = {403: "403.html", 404: "404.html", 429: "429.html"}


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Return the answer to a refused act in the form that the caller can show.

    The status is the refusal's own; ``Retry-After`` is set (whole seconds, rounded up) when
    the same act may succeed later. A 404 says nothing about what was asked for.
    """
    if refused.status == 404:
        return missing(request)
    seconds = None if refused.retry_after is None else max(1, math.ceil(refused.retry_after))
    response: HttpResponse
    if wants_json(request):
        more: dict[str, Any] = {"field": refused.field} if refused.field else {}
        response = problem(request, refused.status, refused.message, **more)
    elif _is_partial(request):
        response = _fragment(request, refused.message, refused.status)
    else:
        template = _PAGES.get(refused.status, "errors/refused.html")
        context = {"message": refused.message, "seconds": seconds}
        response = render(request, template, context, status=refused.status)
    if seconds is not None:
        response["Retry-After"] = str(seconds)
    return response


def missing(request: HttpRequest) -> HttpResponse:
    """Return the 404 answer; it is the same for private and for missing things."""
    response: HttpResponse
    if wants_json(request):
        response = problem(request, 404, _("There is nothing here."))
    elif _is_partial(request):
        response = _fragment(request, _("There is nothing here."), 404)
    else:
        response = render(request, "404.html", status=404)
    # For a private thing we looked who asks, for a missing one we did not: the header would tell.
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form's proof of origin is missing or old, and how to go on."""
    message = _(
        "This form was open for too long or came from another place. "
        "Go back, reload the page and send it again."
    )
    return refusal(request, Refused(message, status=403))


def wants_json(request: HttpRequest) -> bool:
    """Return whether the caller is a program: the API, or a request that prefers JSON."""
    if request.path.startswith("/api/"):
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _is_partial(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true" and not request.headers.get("HX-Boosted")


def _fragment(request: HttpRequest, message: str, status: int) -> HttpResponse:
    """Return a toast that htmx appends to the page's toasts, wherever the request came from."""
    context = {"text": message, "level": "error"}
    response = render(request, "components/_toast.html", context, status=status)
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "beforeend"
    return response
