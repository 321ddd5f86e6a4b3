"""Files in pieces: HEAD, ranges, and tags, as programs that read Parquet ask for them."""

import io
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from common.downloads import SHORT, Download, answer

DATA = bytes(range(256)) * 40
TAG = '"abc"'


def asked(method: str = "GET", *, data: bytes = DATA, **headers: str) -> Any:
    file = Download(len(data), TAG, "application/octet-stream", lambda: io.BytesIO(data))
    return answer(RequestFactory().generic(method, "/", headers=headers), file)


def tagged(name: str, value: str) -> Any:
    """Asked for the rest of the file, with a tag."""
    headers = {"Range": "bytes=4-", name: value}
    file = Download(len(DATA), TAG, "application/octet-stream", lambda: io.BytesIO(DATA))
    return answer(RequestFactory().get("/", headers=headers), file)


def body(response: Any) -> bytes:
    got: bytes = response.getvalue()
    return got


def test_the_whole_file_says_its_length_and_that_it_has_pieces() -> None:
    response = asked()
    assert (response.status_code, body(response)) == (200, DATA)
    assert response["Content-Length"] == str(len(DATA))
    assert response["Accept-Ranges"] == "bytes"
    assert response["ETag"] == TAG


def test_head_says_the_same_without_the_file() -> None:
    response = asked("HEAD", Range="bytes=0-3")
    assert (response.status_code, body(response)) == (200, b"")
    assert response["Content-Length"] == str(len(DATA))


@pytest.mark.parametrize(
    ("wish", "piece", "shown"),
    [
        ("bytes=0-3", DATA[:4], "bytes 0-3/10240"),
        ("bytes=10-10", DATA[10:11], "bytes 10-10/10240"),
        ("bytes=10239-", DATA[-1:], "bytes 10239-10239/10240"),
        ("bytes=10000-99999", DATA[10000:], "bytes 10000-10239/10240"),
        ("bytes=-8", DATA[-8:], "bytes 10232-10239/10240"),
        ("bytes=-99999", DATA, "bytes 0-10239/10240"),
        ("bytes=0-10239", DATA, "bytes 0-10239/10240"),
    ],
)
def test_a_piece(wish: str, piece: bytes, shown: str) -> None:
    response = asked(Range=wish)
    assert body(response) == piece
    assert response.status_code == 206
    assert response["Content-Range"] == shown
    assert response["Content-Length"] == str(len(piece))


@pytest.mark.parametrize("wish", ["bytes=10240-", "bytes=10240-10300", "bytes=-0"])
def test_a_piece_beyond_the_end_is_refused(wish: str) -> None:
    response = asked(Range=wish)
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */10240")


@pytest.mark.parametrize(
    "wish",
    ["bytes=0-1,5-6", "lines=1-2", "bytes=", "bytes=-", "bytes=7-3", "bytes=a-b", "bytes=٣-٤"],
)
def test_a_wish_that_we_do_not_know_gives_the_whole_file(wish: str) -> None:
    response = asked(Range=wish)
    assert (response.status_code, body(response)) == (200, DATA)


def test_who_has_the_file_gets_nothing() -> None:
    for tags in (TAG, f'"x", W/{TAG}', "*"):
        response = tagged("If-None-Match", tags)
        assert (response.status_code, body(response)) == (304, b"")
    assert tagged("If-None-Match", '"x"').status_code == 206


def test_the_rest_of_another_file_is_not_given() -> None:
    whole = tagged("If-Range", '"older"')
    assert (whole.status_code, body(whole)) == (200, DATA)
    dated = tagged("If-Range", "Mon, 23 Nov 2026 10:00:00 GMT")
    assert dated.status_code == 200
    assert tagged("If-Range", TAG).status_code == 206
    assert tagged("If-Range", f"W/{TAG}").status_code == 200


def test_a_large_piece_is_streamed_in_blocks() -> None:
    data = bytes(SHORT + 1000)
    response = asked(data=data)
    assert response.streaming
    sizes = [len(block) for block in response.streaming_content]
    assert sum(sizes) == len(data)
    assert max(sizes) <= 64 * 1024


def test_a_file_that_was_cut_short_ends_in_an_error_not_in_silence() -> None:
    short = Download(100, TAG, "x/y", lambda: io.BytesIO(b"only this"))
    with pytest.raises(OSError, match="91 bytes before"):
        answer(RequestFactory().get("/"), short)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=8), st.binary(min_size=1, max_size=900))
@settings(max_examples=12, deadline=None)
def test_pieces_in_a_row_are_the_file(steps: list[int], data: bytes) -> None:
    got, at = b"", 0
    while at < len(data):
        step = steps[len(got) % len(steps)]
        got += body(asked(data=data, Range=f"bytes={at}-{at + step - 1}"))
        at += step
    assert got == data
