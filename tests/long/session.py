"""A browser's session without a browser: cookies, the CSRF token, and redirects left alone."""

import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from http.cookiejar import CookieJar
from typing import IO


class NoAnswer(Exception):
    """The site did not answer; whether the act was done is not known."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


class Session:
    """One person's window."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._cookies = CookieJar()
        # No proxy: the site is on this machine.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self._cookies),
            _Stay,
        )

    def get(self, path: str) -> Answer:
        return self._open(urllib.request.Request(self._base + path))

    def post(self, path: str, data: dict[str, str]) -> Answer:
        """Send a form with the token of the session.

        Raises:
            NoAnswer: the connection failed before there was an answer.
        """
        tokens = [cookie.value for cookie in self._cookies if cookie.name == "csrftoken"]
        body = urllib.parse.urlencode({**data, "csrfmiddlewaretoken": tokens[0]}).encode()
        return self._open(urllib.request.Request(self._base + path, data=body))

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=30) as answer:
                return Answer(answer.status, "", answer.read().decode())
        except urllib.error.HTTPError as other:
            with other:
                location = other.headers.get("Location", "")
                return Answer(other.code, location, other.read().decode())
        except (OSError, HTTPException) as problem:
            raise NoAnswer(str(problem)) from problem
