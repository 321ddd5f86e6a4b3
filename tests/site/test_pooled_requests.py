"""Pages under ASGI run in a fixed pool of threads and behave as under Django's own handler."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.utils import timezone, translation

from common import limits, request_sizes
from crowdcontrolled import pooled
from crowdcontrolled.pooled import PooledASGIHandler

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]

THREADS = 3
PARTS = 200
seen: list[Any] = []


def counted(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    seen.append((threading.get_ident(), id(connection.connection)))
    return HttpResponse("counted")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


def german(request: HttpRequest) -> HttpResponse:
    before = translation.get_language(), timezone.get_current_timezone_name()
    translation.activate("de")
    timezone.activate("Asia/Tokyo")
    return HttpResponse(repr(before))


def echo(request: HttpRequest) -> HttpResponse:
    if upload := request.FILES.get("file"):
        return HttpResponse(f"{upload.name} {upload.size}")
    return HttpResponse(request.body)


def parts(request: HttpRequest) -> StreamingHttpResponse:
    def make() -> Iterator[bytes]:
        seen.append(threading.get_ident())
        try:
            for number in range(PARTS):
                yield b"%06d" % number
                seen.append(threading.get_ident())
        finally:
            seen.append("closed")

    return StreamingHttpResponse(make())


def file(request: HttpRequest) -> FileResponse:
    size = int(request.GET["size"])
    return FileResponse(io.BytesIO(b"x" * size), filename="x.bin", as_attachment=True)


async def eager(request: HttpRequest) -> HttpResponse:
    return HttpResponse("never")


def cookies(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(request.get_full_path())
    response.set_cookie("one", "1")
    response.set_cookie("two", "2")
    return response


urlpatterns = [
    path("counted/", counted),
    path("broken/", broken),
    path("german/", german),
    path("echo/", echo),
    path("parts/", parts),
    path("file/", file),
    path("eager/", eager),
    path("cookies/", cookies),
]


@dataclass
class Answer:
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    chunks: int = 0
    is_complete: bool = False

    def header(self, name: str) -> str:
        return dict(self.headers).get(name.lower(), "")


class Exchange:
    """One request, sent as a server would."""

    def __init__(self, site: PooledASGIHandler, method: str, url: str, **extra: Any) -> None:
        path, _, query = url.partition("?")
        self.site = site
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": extra.get("root", ""),
            "scheme": "http",
            "query_string": query.encode(),
            "headers": [(b"host", b"localhost"), *extra.get("headers", [])],
            "client": ["127.0.0.1", 1],
            "server": ["127.0.0.1", 80],
        }
        self.answer = Answer()
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def say(self, body: bytes = b"", *, more: bool = False) -> None:
        self.incoming.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def leave(self) -> None:
        self.incoming.put_nowait({"type": "http.disconnect"})

    async def send(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.answer.status = message["status"]
            self.answer.headers = [
                (name.decode().lower(), value.decode("latin1"))
                for name, value in message["headers"]
            ]
        else:
            self.answer.body += message.get("body", b"")
            self.answer.chunks += 1
            self.answer.is_complete = not message.get("more_body", False)

    async def run(self) -> Answer:
        await asyncio.wait_for(self.site(self.scope, self.incoming.get, self.send), 20)
        return self.answer


@pytest.fixture
async def site() -> AsyncIterator[PooledASGIHandler]:
    seen.clear()
    handler = PooledASGIHandler(threads=THREADS)
    yield handler
    handler.close()


async def ask(site: PooledASGIHandler, url: str, method: str = "GET", **extra: Any) -> Answer:
    exchange = Exchange(site, method, url, **extra)
    exchange.say(extra.get("body", b""))
    return await exchange.run()


async def test_two_hundred_requests_open_no_more_connections_than_threads(
    site: PooledASGIHandler,
) -> None:
    for _ in range(10):
        await asyncio.gather(*(ask(site, "/counted/") for _ in range(20)))
    assert len(seen) == 200
    assert len({thread for thread, _ in seen}) <= THREADS
    assert len({key for _, key in seen}) <= THREADS


async def test_signals_come_in_the_thread_of_the_request(site: PooledASGIHandler) -> None:
    threads: list[tuple[str, int]] = []

    def note(name: str) -> Any:
        def receiver(**kwargs: Any) -> None:
            threads.append((name, threading.get_ident()))

        return receiver

    started, finished = note("started"), note("finished")
    request_started.connect(started)
    request_finished.connect(finished)
    try:
        await ask(site, "/counted/")
    finally:
        request_started.disconnect(started)
        request_finished.disconnect(finished)
    assert threads == [("started", seen[0][0]), ("finished", seen[0][0])]


async def test_an_exception_becomes_the_error_page(site: PooledASGIHandler) -> None:
    answer = await ask(site, "/broken/")
    assert (answer.status, answer.is_complete) == (500, True)
    assert (await ask(site, "/counted/")).status == 200


async def test_language_and_time_zone_do_not_leak(site: PooledASGIHandler) -> None:
    first = await ask(site, "/german/")
    for _ in range(2 * THREADS):
        assert (await ask(site, "/german/")).body == first.body
    assert b"de" not in first.body
    assert b"Tokyo" not in first.body


async def test_an_async_view_is_refused_loudly(site: PooledASGIHandler) -> None:
    assert (await ask(site, "/eager/")).status == 500


async def test_a_stream_comes_in_order_from_one_thread(site: PooledASGIHandler) -> None:
    answer = await ask(site, "/parts/")
    assert answer.body == b"".join(b"%06d" % number for number in range(PARTS))
    assert answer.chunks == PARTS + 1
    assert answer.is_complete
    assert len(set(seen[:-1])) == 1
    assert seen[-1] == "closed"


async def test_a_stream_stops_when_the_reader_leaves(site: PooledASGIHandler) -> None:
    exchange = Exchange(site, "GET", "/parts/")
    exchange.say()
    usual = exchange.send

    async def send(message: Mapping[str, Any]) -> None:
        await usual(message)
        if exchange.answer.chunks == 3:
            exchange.leave()

    exchange.send = send  # type: ignore[method-assign]
    answer = await exchange.run()
    assert 3 <= answer.chunks < PARTS
    assert seen[-1] == "closed"


async def test_a_reader_that_takes_nothing_holds_no_thread_for_pages(
    site: PooledASGIHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pooled, "STALLED_SECONDS", 0.5)
    stuck = asyncio.Event()
    exchanges = [Exchange(site, "GET", "/parts/") for _ in range(10)]
    for exchange in exchanges:
        usual = exchange.send

        async def send(message: Mapping[str, Any], usual: Any = usual) -> None:
            if message["type"] == "http.response.body":
                await stuck.wait()
            await usual(message)

        exchange.send = send  # type: ignore[method-assign]
        exchange.say()
    downloads = [asyncio.create_task(exchange.run()) for exchange in exchanges]
    await asyncio.sleep(0.1)
    assert (await asyncio.wait_for(ask(site, "/counted/"), 1)).status == 200
    await asyncio.gather(*downloads)
    assert seen.count("closed") == 10


@pytest.mark.parametrize("size", [0, 10, 300_000, 3_000_000])
async def test_a_file_comes_whole(site: PooledASGIHandler, size: int) -> None:
    answer = await ask(site, f"/file/?size={size}")
    assert (len(answer.body), answer.header("content-length")) == (size, str(size))
    assert answer.header("content-disposition") == 'attachment; filename="x.bin"'
    assert answer.is_complete


async def test_head_has_the_headers_and_no_body(site: PooledASGIHandler) -> None:
    answer = await ask(site, "/file/?size=3000000", "HEAD")
    assert (answer.body, answer.header("content-length")) == (b"", "3000000")
    answer = await ask(site, "/parts/", "HEAD")
    assert (answer.status, answer.body) == (200, b"")


async def test_an_upload_larger_than_memory(site: PooledASGIHandler) -> None:
    content = b"y" * 5_000_000
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n" + content + b"\r\n--b--\r\n"
    )
    exchange = upload(site, len(body), b"multipart/form-data; boundary=b")
    for begin in range(0, len(body), 65_536):
        exchange.say(body[begin : begin + 65_536], more=True)
    exchange.say()
    assert (await exchange.run()).body == b"a.csv 5000000"


async def test_a_body_too_large_for_a_form_is_refused(site: PooledASGIHandler) -> None:
    exchange = upload(site, 5_000_000, b"text/plain")
    exchange.say(b"y" * 5_000_000)
    assert (await exchange.run()).status == 400


async def test_a_body_too_large_for_anything_is_refused_while_it_comes(
    site: PooledASGIHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_sizes, "REQUEST_BODY_BYTES", 1_000)
    exchange = upload(site, 10_000, b"text/plain")
    exchange.say(b"y" * 600, more=True)
    exchange.say(b"y" * 600, more=True)
    answer = await exchange.run()
    assert answer.status == 413
    assert b"the most that one request may bring" in answer.body


async def test_a_sender_who_leaves_half_way_runs_nothing(site: PooledASGIHandler) -> None:
    exchange = upload(site, 10_000, b"text/plain")
    exchange.say(b"y" * 600, more=True)
    exchange.leave()
    answer = await exchange.run()
    assert answer.status == 0


async def test_a_path_that_is_no_text_is_a_bad_request(site: PooledASGIHandler) -> None:
    exchange = Exchange(site, "GET", "/counted/")
    exchange.scope["query_string"] = b"\xff"
    exchange.say()
    assert (await exchange.run()).status == 400


async def test_cookies_and_the_script_prefix(site: PooledASGIHandler) -> None:
    answer = await ask(site, "/under/cookies/?a=1", root="/under")
    assert answer.body == b"/under/cookies/?a=1"
    set_cookies = [value for name, value in answer.headers if name == "set-cookie"]
    assert [value.split(";")[0] for value in set_cookies] == ["one=1", "two=2"]


def upload(site: PooledASGIHandler, length: int, kind: bytes) -> Exchange:
    """A POST that passes the check against forgery."""
    token = b"a" * 32
    headers = [
        (b"content-length", str(length).encode()),
        (b"content-type", kind),
        (b"cookie", b"csrftoken=" + token),
        (b"x-csrftoken", token),
    ]
    return Exchange(site, "POST", "/echo/", headers=headers)


def test_the_limit_of_a_body_is_above_the_limit_of_an_import() -> None:
    assert limits.REQUEST_BODY_BYTES > limits.IMPORT_BYTES
