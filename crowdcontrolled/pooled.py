"""Django under ASGI in a fixed pool of threads, each keeping its database connections.

Django's own handler runs each request in a thread made for it, so each opens new connections, and
hops between threads at every middleware. Here a request is one hop: the whole synchronous chain of
middleware and view runs in one thread of the pool. ``docs/decisions/0001-event-log.md`` and
``python -m benchmarks web`` have the figures.
"""

import asyncio
import contextvars
import logging
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import IO, Any, cast

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core import signals
from django.core.exceptions import ImproperlyConfigured, RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseServerError
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix
from django.utils.translation import gettext as _

from common.limits import REQUEST_BODY_BYTES
from common.problems import problem
from common.request_sizes import most_bytes
from common.threadpool import DatabasePool

logger = logging.getLogger("django.request")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

#: A streamed response up to this length (most static files) is read at once instead.
SMALL = 256 * 1024
#: Threads for long downloads: a slow reader holds one of these and never one that serves pages.
STREAM_THREADS = 4
#: A reader that takes no chunk for so long is gone.
STALLED_SECONDS = 60.0


class BodyTooLarge(Exception):
    """The request's body is longer than any page of the site takes."""


class PooledASGIHandler(ASGIHandler):
    """Serves HTTP requests; async views and streams with async iterators are refused."""

    def __init__(self, threads: int | None = None) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self.pages = DatabasePool("web", threads or settings.WEB_THREADS)
        self.streams = DatabasePool("web-stream", STREAM_THREADS)

    def close(self) -> None:
        """End the threads, after what they are doing."""
        self.pages.close()
        self.streams.close()

    def make_view_atomic(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Every view passes here; one that would need an event loop of its own is a mistake."""
        if iscoroutinefunction(view):
            raise ImproperlyConfigured(f"{view!r} is async: write a plain function instead.")
        return super().make_view_atomic(view)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. The body comes first, so a slow sender holds no thread."""
        try:
            check_declared(scope)
            body = await self.read_body(receive, most_bytes(scope["path"]))
        except RequestAborted:
            return
        except BodyTooLarge:
            await self._send_whole(_too_large(scope["path"]), send)
            return
        context = contextvars.copy_context()
        response = await self.pages.run_in(context, partial(self._respond, scope, body))
        if isinstance(response, HttpResponse):
            await self._send_whole(response, send)
        else:
            await self._stream(response, context, receive, send)

    async def read_body(self, receive: Receive, limit: int = REQUEST_BODY_BYTES) -> IO[bytes]:
        """The request's body, on disk when it is large.

        Daphne hands a large one over as the file that it is in, see ``supervisor.bodies``.

        Raises:
            RequestAborted: the client left in the middle of it.
            BodyTooLarge: it has more than ``limit`` bytes.
        """
        most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        body = tempfile.SpooledTemporaryFile(max_size=most)  # noqa: SIM115 - closed with the answer
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                raise RequestAborted
            chunk = message.get("body", b"")
            whole: IO[bytes] | None = getattr(chunk, "file", None)
            size += len(chunk) if whole is None else os.fstat(whole.fileno()).st_size
            if size > limit:
                body.close()
                raise BodyTooLarge
            if whole is not None:
                body.close()
                return whole
            body.write(chunk)
            if not message.get("more_body", False):
                break
        body.seek(0)
        return body

    def _respond(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        """In a thread of the pool: the answer, closed already unless it has to be streamed."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, failed = self.create_request(scope, body)
        response: Any = self._answer(request) if request is not None else failed
        response._handler_class = self.__class__
        response._resource_closers.append(body.close)
        if response.streaming and scope["method"] == "HEAD":
            return _closed(response, b"")
        if response.streaming and int(response.get("Content-Length") or SMALL + 1) <= SMALL:
            return _closed(response, b"".join(_parts(response)))
        if not response.streaming:
            response.close()
        return cast(HttpResponseBase, response)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        except Exception:
            # The page for errors failed itself, outermost: nothing is left to show it with.
            logger.exception("The error page could not be made.")
            return HttpResponseServerError("Internal Server Error", content_type="text/plain")

    async def _send_whole(self, response: HttpResponse, send: Send) -> None:
        await send(_start(response))
        for chunk, last in self.chunk_bytes(response.content):
            await send({"type": "http.response.body", "body": chunk, "more_body": not last})

    async def _stream(
        self,
        response: HttpResponseBase,
        context: contextvars.Context,
        receive: Receive,
        send: Send,
    ) -> None:
        """Send the parts in order, all made in one thread; stop when the client leaves."""
        loop = asyncio.get_running_loop()
        left = asyncio.ensure_future(receive())

        async def sent(message: dict[str, Any]) -> None:
            await send(message)

        def put(message: dict[str, Any]) -> None:
            asyncio.run_coroutine_threadsafe(sent(message), loop).result(STALLED_SECONDS)

        def work() -> None:
            try:
                for part in _parts(response):
                    for chunk, _last in self.chunk_bytes(part):
                        if left.done():
                            return
                        put({"type": "http.response.body", "body": chunk, "more_body": True})
                put({"type": "http.response.body"})
            except TimeoutError:
                logger.warning("A download stalled and was given up.")
            finally:
                response.close()

        await send(_start(response))
        try:
            await self.streams.run_in(context, work)
        finally:
            left.cancel()


def _parts(response: Any) -> Iterator[bytes]:
    if response.is_async:
        raise ImproperlyConfigured("A stream needs a plain iterator, not an async one.")
    if isinstance(response, FileResponse):
        response.block_size = ASGIHandler.chunk_size
    yield from response


def _closed(response: HttpResponseBase, content: bytes) -> HttpResponse:
    """A whole response in place of a streamed one, with its headers and cookies."""
    whole = HttpResponse(content, status=response.status_code)
    whole.headers = response.headers
    whole.cookies = response.cookies
    response.close()
    return whole


def check_declared(scope: Scope) -> None:
    """Look at the length that the request says it has, before any of it is read.

    Raises:
        BodyTooLarge: it has more than its address takes.
    """
    most = most_bytes(scope["path"])
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value[:20]) > most:
            raise BodyTooLarge


def _too_large(path: str) -> HttpResponse:
    limit = most_bytes(path) // 1024**2
    sentence = _(
        "This is more than %(limit)d MB, the most that one request may bring. Go back and send "
        "less, such as the first rows of a table."
    )
    message = sentence % {"limit": limit}
    if path.startswith("/api/"):
        return problem(HttpRequest(), 413, message)
    return HttpResponse(message, status=413, content_type="text/plain; charset=utf-8")


def _start(response: HttpResponseBase) -> dict[str, Any]:
    headers: Iterable[tuple[bytes, bytes]] = [
        *((name.encode("ascii"), value.encode("latin1")) for name, value in response.items()),
        *(
            (b"Set-Cookie", cookie.output(header="").strip().encode("ascii"))
            for cookie in response.cookies.values()
        ),
    ]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}
