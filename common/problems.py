"""RFC 9457: what went wrong, as programs read it. One list of kinds, one shape.

Each kind is an address on this site where a person reads what it means and what to do.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MEDIA_TYPE = "application/problem+json"
#: Written out: a problem must be told also when addresses are what is broken.
PAGE = "/developers/problems/"


class Kind(NamedTuple):
    """One kind of problem: ``way`` is what whoever meets it does about it."""

    key: str
    status: int
    title: str | Promise
    way: str | Promise


KINDS = (
    Kind(
        "bad-request",
        400,
        _("The request cannot be read"),
        _("Look at the detail: it says which part of the request is not as it has to be."),
    ),
    Kind(
        "bad-json",
        400,
        _("The body is no JSON that this site reads"),
        _(
            "Send UTF-8 JSON without NaN and Infinity, with each key once, nested at most 12 "
            "levels deep."
        ),
    ),
    Kind(
        "bad-cursor",
        400,
        _("The cursor is none of this list"),
        _(
            "Send a cursor only as an answer gave it, with the same filters. To begin again, "
            "leave it out."
        ),
    ),
    Kind(
        "token-missing",
        401,
        _("A token is missing"),
        _("Make a token in your settings and send it as “Authorization: Bearer cc_…”."),
    ),
    Kind(
        "token-invalid",
        401,
        _("The token does not work"),
        _(
            "It was taken back, has ended, is cut off, or its account is closed. Make another "
            "one in your settings."
        ),
    ),
    Kind(
        "scope-missing",
        403,
        _("The token may not do this"),
        _("Make a token in your settings that has the named scope. A token's scopes stay."),
    ),
    Kind(
        "forbidden",
        403,
        _("You may not do this"),
        _("Ask an owner or a maintainer of the project for the right that the detail names."),
    ),
    Kind(
        "not-found",
        404,
        _("There is nothing here"),
        _(
            "Check the address. A private project looks like one that does not exist: ask its "
            "owner for an invitation, or send the token of somebody who is a member."
        ),
    ),
    Kind(
        "method-not-allowed",
        405,
        _("This address does not take this method"),
        _("The header “Allow” lists those that it takes."),
    ),
    Kind(
        "not-acceptable",
        406,
        _("This answer does not come in that format"),
        _("Send “Accept: application/json”, or leave the header out."),
    ),
    Kind(
        "conflict",
        409,
        _("It does not fit the state of things"),
        _("The detail says what stands in the way. Read the thing again, then decide."),
    ),
    Kind(
        "key-reused",
        409,
        _("The Idempotency-Key was used for another request"),
        _("Send a fresh key with each new request, and the same one only to repeat it."),
    ),
    Kind(
        "same-row",
        409,
        _("The datapoint is there already"),
        _("“row” and “number” name the one that is there. Leave it out, or correct that one."),
    ),
    Kind(
        "gone",
        410,
        _("It is gone for good"),
        _("The detail says why. Take a newer one."),
    ),
    Kind(
        "changed-meanwhile",
        412,
        _("Somebody changed it meanwhile"),
        _("Read it again, look at what is different, and send your change with the new ETag."),
    ),
    Kind(
        "too-large",
        413,
        _("It is too large"),
        _("Split it. Tables of many rows go in as a file: see imports."),
    ),
    Kind(
        "unsupported-media-type",
        415,
        _("This address does not read that format"),
        _("Send JSON in UTF-8 as “Content-Type: application/json”; files as multipart/form-data."),
    ),
    Kind(
        "invalid",
        422,
        _("Something in it does not fit"),
        _("“errors” lists every value that does not fit, with a pointer to where it stands."),
    ),
    Kind(
        "too-many-requests",
        429,
        _("That was too much in too short a time"),
        _("Wait as many seconds as “Retry-After” says, then go on."),
    ),
    Kind(
        "server-error",
        500,
        _("Something broke on our side"),
        _(
            "It was logged. Try again in a moment, with the same Idempotency-Key; tell us the "
            "request's id if it stays so."
        ),
    ),
    Kind(
        "unavailable",
        503,
        _("It cannot be done just now"),
        _("Wait as many seconds as “Retry-After” says, then send the same again."),
    ),
    Kind(
        "full",
        507,
        _("There is no room left"),
        _("The disk of this site is nearly full. Tell whoever runs it; nothing was lost."),
    ),
)
_BY_KEY = {kind.key: kind for kind in KINDS}
#: The first kind of a status is its general one, but of these.
_GENERAL = {401: "token-invalid", 403: "forbidden"}


def kind_named(key: str) -> Kind:
    """The kind with that key.

    Raises:
        KeyError: there is none.
    """
    return _BY_KEY[key]


def kind_of(status: int) -> Kind | None:
    """The general kind of a status, or None where the status says all."""
    if status in _GENERAL:
        return _BY_KEY[_GENERAL[status]]
    return next((kind for kind in KINDS if kind.status == status), None)


def problem(
    request: HttpRequest,
    status: int,
    detail: str,
    *,
    kind: Kind | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> JsonResponse:
    """A problem document with its status.

    Args:
        request: its ``request_id``, where it has one, goes into the answer.
        status: the HTTP status.
        detail: what happened this time, for a person.
        kind: one of ``KINDS``; left out, the general one of the status.
        errors: each value that does not fit: ``pointer`` (RFC 6901, into the body) or
            ``parameter``, and ``detail``.
        more: members of this kind only.
    """
    kind = kind or kind_of(status)
    body: dict[str, Any] = {
        "type": "about:blank" if kind is None else f"{_origin(request)}{PAGE}#{kind.key}",
        "title": HTTPStatus(status).phrase if kind is None else str(kind.title),
        "status": status,
        "detail": detail or (str(kind.way) if kind else ""),
    }
    if errors:
        body["errors"] = [dict(error) for error in errors]
    if mark := getattr(request, "request_id", ""):
        body["request_id"] = mark
    options = {"ensure_ascii": False}
    return JsonResponse(
        body | more, status=status, content_type=MEDIA_TYPE, json_dumps_params=options
    )


def _origin(request: HttpRequest) -> str:
    try:
        return f"{request.scheme}://{request.get_host()}"
    except (DisallowedHost, KeyError):
        # A request that was refused before it was read has no host.
        return ""
