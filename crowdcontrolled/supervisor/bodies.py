"""Bodies of requests on their way through Twisted and Daphne: read once, and never more than fits.

Twisted parses each form by itself before anybody asks for it, whole and in memory, and holds up all
other requests meanwhile: an upload of 300 MB took 3 GB and minutes. Daphne never looks at what it
parsed, since Django parses forms itself. And neither has a limit on what it stores.
"""

from typing import Any

from common.limits import REQUEST_BODY_BYTES


class Never:
    """An attribute that is False whatever is assigned to it."""

    def __get__(self, instance: object, owner: type | None = None) -> bool:
        return False

    def __set__(self, instance: object, value: bool) -> None:
        return


def keep_bodies_small() -> None:
    """Have Daphne's requests parse no forms, and store at most one byte more than is allowed.

    The byte too much tells ``crowdcontrolled.pooled`` to refuse. The rest is read and dropped:
    a browser whose sending is cut off shows its own error instead of our sentence.
    """
    from daphne.http_protocol import WebRequest

    WebRequest._parsePOSTFormSubmission = Never()
    WebRequest.handleContentChunk = store_capped


def store_capped(request: Any, data: bytes) -> None:
    """Write a chunk of a body, as long as the body is not too large already."""
    room = REQUEST_BODY_BYTES + 1 - request.content.tell()
    declared = request.requestHeaders.getRawHeaders(b"content-length", [b"0"])[0]
    # A body that says that it is too large is refused by its header: nothing of it is needed.
    if room > 0 and int(declared) <= REQUEST_BODY_BYTES:
        request.content.write(data[:room])
