"""A body of any size costs the web process neither memory nor time, and is refused in words."""

import os
import tracemalloc

import pytest
from daphne.http_protocol import WebRequest
from twisted.web.http import Request
from twisted.web.test.requesthelper import DummyChannel

from common import request_sizes
from common.limits import IMPORT_FILE_BYTES, REQUEST_BODY_BYTES
from crowdcontrolled.supervisor.bodies import FileBody, keep_bodies_small

MULTIPART = "multipart/form-data; boundary=x"


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test sets on the class is gone after it."""
    monkeypatch.setattr(WebRequest, "handleContentChunk", Request.handleContentChunk)
    monkeypatch.setattr(WebRequest, "_parsePOSTFormSubmission", True, raising=False)
    monkeypatch.setattr(WebRequest, "process", lambda request: None)
    monkeypatch.setattr(WebRequest, "__init__", Request.__init__)
    # What Twisted says of a form that is none: the one here is cut out of nothing.
    monkeypatch.setattr(
        DummyChannel, "_respondToBadRequestAndDisconnect", lambda channel: None, raising=False
    )


def received(
    megabytes: int, *, declared: bool = True, path: bytes = b"/"
) -> tuple[WebRequest, int]:
    """A request with a form of that size, and the most memory that taking it in needed."""
    channel = DummyChannel()
    vars(channel)["_path"] = path
    request = WebRequest(channel, False)
    size = megabytes * 2**20
    request.requestHeaders.setRawHeaders(b"content-type", [MULTIPART.encode()])
    if declared:
        request.requestHeaders.setRawHeaders(b"content-length", [b"%d" % size])
    request.gotLength(size if declared else None)
    chunk = b"y" * 2**16
    tracemalloc.start()
    try:
        for _piece in range(size // len(chunk)):
            request.handleContentChunk(chunk)
        request.requestReceived(b"POST", b"/", b"HTTP/1.1")
        return request, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def stored(request: WebRequest) -> int:
    size: int = request.content.seek(0, os.SEEK_END)
    return size


def test_twisted_itself_takes_it_into_memory() -> None:
    _request, memory = received(20)
    assert memory > 20 * 2**20


def test_a_form_is_not_parsed_on_its_way() -> None:
    keep_bodies_small()
    request, memory = received(20)
    assert stored(request) == 20 * 2**20
    assert memory < 2**20


def test_of_a_body_that_says_it_is_too_large_nothing_is_kept() -> None:
    keep_bodies_small()
    request, memory = received(300)
    assert stored(request) == 0
    assert memory < 2**20


def test_of_one_that_does_not_say_so_no_more_than_can_be_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep_bodies_small()
    monkeypatch.setattr(request_sizes, "REQUEST_BODY_BYTES", 2**20)
    request, memory = received(5, declared=False)
    assert stored(request) == 2**20 + 1
    assert memory < 2**20


@pytest.mark.parametrize("length", [str(REQUEST_BODY_BYTES + 1), "9" * 4_000])
def test_it_is_answered_in_words(length: str) -> None:
    from crowdcontrolled.pooled import BodyTooLarge, check_declared

    with pytest.raises(BodyTooLarge):
        check_declared({"path": "/", "headers": [(b"content-length", length.encode())]})
    for fine in (str(REQUEST_BODY_BYTES), "0", "no number"):
        check_declared(
            {"path": "/", "headers": [(b"host", b"x"), (b"content-length", fine.encode())]}
        )


def test_a_large_body_is_handed_on_as_its_file() -> None:
    keep_bodies_small()
    request, memory = received(20)
    piece = request.content.read(8192)
    assert isinstance(piece, FileBody)
    assert memory < 2**20
    # Twisted closes its own when the client leaves; the view goes on reading.
    request.content.close()
    assert piece.file.read(4) == b"yyyy"
    assert os.fstat(piece.file.fileno()).st_size == 20 * 2**20
    small, _memory = received(1)
    assert not isinstance(small.content.read(8192), FileBody)


@pytest.mark.parametrize(
    "path", [b"/p/digits/contribute/import/", b"/api/v1/projects/digits/imports?dry=1"]
)
def test_a_file_to_import_may_be_larger_than_other_bodies(path: bytes) -> None:
    keep_bodies_small()
    request, memory = received(80, path=path)
    assert stored(request) == 80 * 2**20
    assert memory < 2**20
    elsewhere, _memory = received(80, path=b"/p/digits/contribute/many/")
    assert stored(elsewhere) == 0
    assert request_sizes.most_bytes("/p/x/contribute/import/") > IMPORT_FILE_BYTES
