"""Files that programs read piece by piece: HEAD, ranges, and tags by which copies are checked.

As RFC 9110 has it: one range an answer (a request for several gets the whole file), ``If-Range``
and ``If-None-Match`` by strong comparison of entity tags. Memory holds one block of the file.
"""

import re
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

from django.http import HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.request import HttpRequest
from django.http.response import HttpResponseBase

BLOCK = 64 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
#: Shorter pieces are answered whole, in one go.
SHORT = 256 * 1024


class Piece(NamedTuple):
    """Bytes of a file from ``start`` on, ``length`` of them; ``asked`` for, even if it is all."""

    start: int
    length: int
    asked: bool = True


class Download(NamedTuple):
    """A file to send: its size, its entity tag in quotes, its type, and what opens it."""

    size: int
    etag: str
    media_type: str
    opened: Callable[[], IO[bytes]]


def answer(request: HttpRequest, file: Download) -> HttpResponseBase:
    """Send the file, a piece of it (206), that the reader has it (304), or that there is no such
    piece (416). The caller adds who may keep a copy.
    """
    if _has_it(request, file):
        return _described(HttpResponseNotModified(), file)
    piece = _wanted(request, file)
    if piece is None:
        beyond = HttpResponse(status=416)
        beyond["Content-Range"] = f"bytes */{file.size}"
        return _described(beyond, file)
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(content_type=file.media_type)
    elif piece.length <= SHORT:
        response = HttpResponse(b"".join(_blocks(file, piece)), content_type=file.media_type)
    else:
        response = StreamingHttpResponse(_blocks(file, piece), content_type=file.media_type)
    response["Content-Length"] = str(piece.length)
    if piece.asked:
        response.status_code = 206
        last = piece.start + piece.length - 1
        response["Content-Range"] = f"bytes {piece.start}-{last}/{file.size}"
    return _described(response, file)


def _described(response: HttpResponseBase, file: Download) -> HttpResponseBase:
    response["ETag"] = file.etag
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _has_it(request: HttpRequest, file: Download) -> bool:
    asked = request.headers.get("If-None-Match", "")
    tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return "*" in tags or file.etag in tags


def _wanted(request: HttpRequest, file: Download) -> Piece | None:
    """The piece that is asked for; the whole file when the wish is none that we know."""
    whole = Piece(0, file.size, asked=False)
    known = RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    condition = request.headers.get("If-Range")
    if known is None or request.method != "GET" or condition not in (None, file.etag):
        return whole
    first, last = known.groups()
    if not first:
        return _tail(int(last), file.size) if last else whole
    begin, end = int(first), int(last) if last else file.size - 1
    if begin >= file.size and (not last or end >= begin):
        return None
    return Piece(begin, min(end, file.size - 1) - begin + 1) if end >= begin else whole


def _tail(length: int, size: int) -> Piece | None:
    """The last bytes."""
    length = min(length, size)
    return Piece(size - length, length) if length else None


def _blocks(file: Download, piece: Piece) -> Iterator[bytes]:
    with file.opened() as opened:
        opened.seek(piece.start)
        left = piece.length
        while left:
            block = opened.read(min(BLOCK, left))
            if not block:
                raise OSError(f"The file ends {left} bytes before its noted end.")
            left -= len(block)
            yield block
