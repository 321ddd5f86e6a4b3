"""Pages of lists: a cursor names the last item, so that what comes in meanwhile shifts nothing."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpResponse
from ninja import Field, Schema

from api.problems import Problem
from api.requests import ApiRequest
from common.limits import API_ITEMS

SALT = "api.cursor"
CURSOR_CHARACTERS = 600
#: What an address may carry besides its filters.
PAGING = ("cursor", "limit")
T = TypeVar("T")


class Paging(Schema):
    """Which page of a list."""

    cursor: str | None = Field(
        None,
        max_length=CURSOR_CHARACTERS,
        description="Where the page before ended: the `next` of its answer, as it came.",
    )
    limit: int = Field(100, ge=1, le=API_ITEMS, description="The most items of one page.")


def place_in(request: ApiRequest, cursor: str | None) -> Any:
    """Where the page before ended, None for the first page.

    Raises:
        Problem: the cursor is not one of this list with these filters.
    """
    if cursor is None:
        return None
    try:
        name, place = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise Problem("bad-cursor") from None
    if name != _name(request):
        raise Problem("bad-cursor")
    return place


def cut(
    request: ApiRequest,
    response: HttpResponse,
    found: Sequence[T],
    limit: int,
    place: Callable[[T], Any],
) -> tuple[Sequence[T], str | None]:
    """The items of this page and the cursor of the next; ``found`` has one more where there is.

    ``place`` gives what the next page needs to know of its last item, as JSON. The header
    ``Link`` carries the next page's address.
    """
    items = found[:limit]
    if len(found) <= limit:
        return items, None
    return items, linked(request, response, place(items[-1]))


def linked(request: ApiRequest, response: HttpResponse, place: Any) -> str:
    """The cursor of a place, which the header ``Link`` carries too."""
    cursor = signing.dumps([_name(request), place], salt=SALT)
    kept = [(name, value) for name, value in request.GET.items() if name != "cursor"]
    address = request.build_absolute_uri(f"{request.path}?{urlencode([*kept, ('cursor', cursor)])}")
    response["Link"] = f'<{address}>; rel="next"'
    return cursor


def _name(request: ApiRequest) -> str:
    """The list and its filters."""
    kept = sorted((name, value) for name, value in request.GET.lists() if name not in PAGING)
    return f"{request.path}?{urlencode(kept, doseq=True)}"
