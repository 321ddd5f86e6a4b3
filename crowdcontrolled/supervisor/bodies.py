"""Bodies of requests on their way through Twisted and Daphne: read once, and never more than fits.

Twisted parses each form by itself before anybody asks for it, whole and in memory, and holds up all
other requests meanwhile: an upload of 300 MB took 3 GB and minutes. Daphne never looks at what it
parsed, since Django parses forms itself. And neither has a limit on what it stores. Daphne then
puts the whole body into a queue in memory, in pieces; a large one is handed on as its file instead.
"""

import os
from typing import IO, Any
from urllib.parse import unquote

from common.request_sizes import most_bytes

#: From so many bytes on a body is handed on as the file that Twisted wrote it to.
LARGE = 1024 * 1024


class Never:
    """An attribute that is False whatever is assigned to it."""

    def __get__(self, instance: object, owner: type | None = None) -> bool:
        return False

    def __set__(self, instance: object, value: bool) -> None:
        return


def keep_bodies_small() -> None:
    """Have Daphne's requests parse no forms, store at most one byte more than is allowed, and keep
    large bodies out of memory.

    The byte too much tells ``crowdcontrolled.pooled`` to refuse. The rest is read and dropped:
    a browser whose sending is cut off shows its own error instead of our sentence.
    """
    from daphne.http_protocol import WebRequest

    WebRequest._parsePOSTFormSubmission = Never()
    WebRequest.handleContentChunk = store_capped
    if not hasattr(WebRequest.process, "hands_over"):
        WebRequest.process = handing_over(WebRequest.process)


def store_capped(request: Any, data: bytes) -> None:
    """Write a chunk of a body, as long as the body is not too large already."""
    # The request itself learns its address when all of it has come; the connection knows it.
    address: bytes = getattr(request.channel, "_path", b"/")
    most = most_bytes(unquote(address.partition(b"?")[0].decode("latin1")))
    room = most + 1 - request.content.tell()
    declared = request.requestHeaders.getRawHeaders(b"content-length", [b"0"])[0]
    # A body that says that it is too large is refused by its header: nothing of it is needed.
    if room > 0 and int(declared) <= most:
        request.content.write(data[:room])


class FileBody(bytes):
    """An empty piece of a body that stands for all of it: ``file`` holds it, at its beginning."""

    file: IO[bytes]


class HandedOver:
    """A stored body that is read at once, as a ``FileBody``; all else is the stored one's."""

    def __init__(self, content: Any) -> None:
        self._content = content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._content, name)

    def read(self, _size: int = -1) -> bytes:
        """A piece with a file of its own: Twisted closes its one when the client leaves."""
        body = FileBody()
        self._content.flush()
        body.file = os.fdopen(os.dup(self._content.fileno()), "rb")
        body.file.seek(0)
        return body


def handing_over(process: Any) -> Any:
    """``WebRequest.process`` that hands a large body on as its file."""

    def hands_over(request: Any) -> Any:
        content = request.content
        content.seek(0, os.SEEK_END)
        # Small ones, and such of no declared length, may be in memory and have no file.
        if content.tell() > LARGE and hasattr(content, "name"):
            request.content = HandedOver(content)
        return process(request)

    hands_over.hands_over = True  # type: ignore[attr-defined]
    return hands_over
