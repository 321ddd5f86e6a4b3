"""Read, add to, train and ask the projects of a CrowdControlled site.

One file, standard library only; ``to_pandas`` wants pandas. Lay it beside your own, or install it.

    from crowdcontrolled_client import Project

    project = Project("digits", site="http://localhost:8000", token="cc_…")
    project.add([{"length": 181.0, "species": "Adelie"}], agree=True)
    run = project.train(preset="quick").wait()
    print(run["score"], project.predict([{"length": 181.0}]))

Everything that changes something carries an Idempotency-Key, so it is safely repeated when the
network fails or the site says "slow down": it happens once.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

__all__ = [
    "ApiError",
    "Conflict",
    "Import",
    "Invalid",
    "NotAllowed",
    "NotFound",
    "Project",
    "Run",
    "ServerError",
    "TooManyRequests",
    "Unreachable",
    "create_project",
    "me",
    "projects",
]
__version__ = "1.0.0"

Json = dict[str, Any]
#: Datapoints of one request; more are sent in several.
BATCH = 500
#: Rows that a model is asked about by one request.
QUESTIONS = 200
#: How often a request is sent at most, and the longest wait between two.
TRIES = 6
LONGEST_WAIT = 60.0
#: The answers after which the same request may succeed later.
PASSING = frozenset({429, 502, 503, 504})
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class ApiError(Exception):
    """The site refused. ``str()`` says what happened and what to do.

    Attributes: status, title, detail, type (an address that says the way out), errors (each value
    that does not fit), request_id, retry_after (seconds, or None).
    """

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: float | None) -> None:
        self.status = status
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        self.type = str(problem.get("type", ""))
        self.errors: list[Json] = list(problem.get("errors") or [])
        self.request_id = str(problem.get("request_id", ""))
        self.retry_after = retry_after
        super().__init__(self._said())

    def _said(self) -> str:
        lines = [f"{self.status} {self.title}: {self.detail}"]
        for one in self.errors[:10]:
            place = one.get("pointer") or one.get("parameter")
            lines.append(f"  {place}: {one.get('detail')}")
        if self.type.startswith("http"):
            lines.append(f"  What to do: {self.type}")
        return "\n".join(lines)


class NotAllowed(ApiError):
    """401 or 403: the token is missing, has ended, or may not do this."""


class NotFound(ApiError):
    """404: there is nothing here, or you may not see it."""


class Conflict(ApiError):
    """409 or 412: it does not fit the state of things."""


class Invalid(ApiError):
    """400, 413, 415 or 422: what was sent does not fit; see ``errors``."""


class TooManyRequests(ApiError):
    """429, and waiting did not help: a daily limit, or another program of yours."""


class ServerError(ApiError):
    """5xx: the site's fault; the same call may succeed later."""


class Unreachable(Exception):
    """The site did not answer at all."""


_ERRORS: dict[int, type[ApiError]] = {
    400: Invalid,
    401: NotAllowed,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    412: Conflict,
    413: Invalid,
    415: Invalid,
    422: Invalid,
    429: TooManyRequests,
}


class Answer(NamedTuple):
    """Status, headers (names in lower case) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


#: Sends method, address, headers and body; raises OSError when there is no answer.
Transport = Callable[[str, str, Mapping[str, str], "bytes | None"], Answer]


class _NoRedirect(HTTPRedirectHandler):
    """A token goes to the site that was named, and nowhere else."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def _over_http(timeout: float) -> Transport:
    opener = build_opener(_NoRedirect)

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        request = Request(url, data=body, headers=dict(headers), method=method)  # noqa: S310
        try:
            with opener.open(request, timeout=timeout) as found:
                return Answer(found.status, _lower(found.headers), found.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, _lower(error.headers), error.read())
        except URLError as error:
            raise OSError(str(error.reason)) from error

    return send


def _lower(headers: Any) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in headers.items()}


class Site:
    """One site and one token: sends requests, repeats them where that is safe.

    Args:
        site: the site's address; else the environment's CROWDCONTROLLED_SITE.
        token: ``cc_…``; else CROWDCONTROLLED_TOKEN; without one you see what everybody sees.
        timeout: seconds to wait for an answer.
        transport, sleep: other ways to send and to wait, for tests.
    """

    def __init__(
        self,
        site: str | None = None,
        token: str | None = None,
        *,
        timeout: float = 60.0,
        transport: Transport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = (site or os.environ.get("CROWDCONTROLLED_SITE") or "").rstrip("/")
        self.token = token or os.environ.get("CROWDCONTROLLED_TOKEN") or ""
        parts = urlsplit(self.address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("Say which site: site='https://…', or set CROWDCONTROLLED_SITE.")
        if self.token and parts.scheme == "http" and parts.hostname not in LOCAL:
            raise ValueError("A token is a password: use https, or everybody on the way reads it.")
        self._send = transport or _over_http(timeout)
        self._sleep = sleep

    def get(self, path: str, **query: Any) -> Json:
        """A reading; ``query`` without what is None."""
        return self._json(self.call("GET", path, query=query))

    def post(self, path: str, body: Any = None, key: str | None = None) -> Json:
        """An act that happens once, however often it has to be sent."""
        return self._json(self.call("POST", path, body=body, key=key or uuid.uuid4().hex))

    def delete(self, path: str) -> Json:
        """Taking something back."""
        return self._json(self.call("DELETE", path))

    def pages(self, path: str, **query: Any) -> Iterator[Json]:
        """Each page of a list."""
        cursor = None
        while True:
            page = self.get(path, **query, cursor=cursor)
            yield page
            cursor = page.get("next")
            if cursor is None:
                return

    def items(self, path: str, **query: Any) -> Iterator[Json]:
        """Every item of a list, page by page."""
        for page in self.pages(path, **query):
            yield from page["items"]

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        key: str | None = None,
        upload: tuple[str, bytes] | None = None,
    ) -> Answer:
        """One request, repeated while that may help.

        Raises:
            ApiError: the site refused. Unreachable: it did not answer.
        """
        headers = {"Accept": "*/*", "User-Agent": f"crowdcontrolled-client/{__version__}"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body, allow_nan=False).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        if upload is not None:
            headers["Content-Type"], data = _multipart(*upload)
        kept = {name: _plain(value) for name, value in (query or {}).items() if value is not None}
        address = f"{self.address}/api/v1{path}" + (f"?{urlencode(kept)}" if kept else "")
        return self._repeated(method, address, headers, data)

    def _repeated(
        self, method: str, address: str, headers: Mapping[str, str], data: bytes | None
    ) -> Answer:
        for number in range(TRIES):
            last = number == TRIES - 1
            try:
                answer = self._send(method, address, headers, data)
            except OSError as error:
                if last:
                    raise Unreachable(f"{self.address} does not answer: {error}") from error
                self._sleep(min(LONGEST_WAIT, 0.5 * 2**number))
                continue
            wait = _seconds(answer.headers.get("retry-after"))
            if answer.status not in PASSING or last or (wait or 0) > LONGEST_WAIT:
                return _checked(answer, wait)
            self._sleep(wait if wait is not None else 0.5 * 2**number)
        raise AssertionError("unreachable")

    @staticmethod
    def _json(answer: Answer) -> Json:
        found: Json = json.loads(answer.body)
        return found


def _checked(answer: Answer, wait: float | None) -> Answer:
    if 300 <= answer.status < 400:
        place = {"title": "The site has moved", "detail": answer.headers.get("location", "")}
        raise ApiError(answer.status, place, None)
    if answer.status < 400:
        return answer
    try:
        problem = json.loads(answer.body)
    except ValueError:
        problem = {"title": "No answer of this API", "detail": "Is the address right?"}
    kind = ServerError if answer.status >= 500 else _ERRORS.get(answer.status, ApiError)
    raise kind(answer.status, problem if isinstance(problem, dict) else {}, wait)


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isdigit() else None


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _multipart(name: str, data: bytes) -> tuple[str, bytes]:
    """Content type and body of a form with one file in it."""
    mark = uuid.uuid4().hex
    shown = name.replace('"', "'").replace("\r", " ").replace("\n", " ")
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{shown}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return (
        f"multipart/form-data; boundary={mark}",
        head.encode() + data + f"\r\n--{mark}--\r\n".encode(),
    )


def _native(value: Any) -> Any:
    """Arrays and numbers of NumPy and pandas as JSON has them; not-a-number is no value."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(name): _native(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_native(one) for one in value]
    if isinstance(value, float) and value != value:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value


def _records(rows: Any) -> list[Json]:
    """Rows as a list of objects: of a table of pandas, of one mapping, of any series of them."""
    if hasattr(rows, "to_dict") and hasattr(rows, "columns"):
        rows = rows.to_dict("records")
    elif isinstance(rows, Mapping):
        rows = [rows]
    return [_native(row) for row in rows]


class _Followed(Mapping[str, Any]):
    """Something that goes on at the site: what the API says of it, by name."""

    #: States in which nothing happens any more by itself.
    over: tuple[str, ...] = ()
    #: Of these, those that are no good end.
    bad: tuple[str, ...] = ("failed", "cancelled")

    def __init__(self, site: Site, path: str, said: Json) -> None:
        self._site = site
        self._path = path
        self._said = said

    def __getitem__(self, name: str) -> Any:
        return self._said[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self['id']}: {self['state']}>"

    @property
    def done(self) -> bool:
        """Whether there is nothing to wait for."""
        return self["state"] in self.over

    def refresh(self: Self) -> Self:
        """Ask again."""
        self._said = self._site.get(self._path)
        return self

    def wait(self: Self, timeout: float | None = None, poll: float = 2.0) -> Self:
        """Wait until there is nothing to wait for.

        Raises:
            TimeoutError: there is, after so many seconds.
            RuntimeError: it failed or was cancelled; the reason is in it.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while not self.refresh().done:
            if end is not None and time.monotonic() > end:
                raise TimeoutError(f"{self!r} still")
            self._site._sleep(poll)
        if self["state"] in self.bad:
            raise RuntimeError(f"{self!r} {self['reason']}".strip())
        return self


Self = TypeVar("Self", bound=_Followed)


class Run(_Followed):
    """A training: ``run["score"]``, ``run["state"]``, …"""

    over = ("done", "failed", "cancelled")

    def stop(self) -> Run:
        """Keep what is best so far; one that waits is cancelled."""
        self._said = self._site.post(f"{self._path}/stop")
        return self

    @property
    def curve(self) -> list[Json]:
        """The losses of each epoch so far."""
        points: list[Json] = []
        while True:
            after = points[-1]["epoch"] if points else 0
            new = self._site.get(f"{self._path}/curve", after=after)["items"]
            if not new:
                return points
            points += new


class Import(_Followed):
    """A file on its way into a project: ``wait()`` until it is checked, then ``confirm()``."""

    over = ("checked", "added", "failed", "cancelled")

    def confirm(self, *, agree: bool = False) -> Import:
        """Have the good rows added; ``wait()`` again until they are."""
        self._said = self._site.post(f"{self._path}/confirm", {"agree": agree})
        return self

    def cancel(self) -> Import:
        """Give the file up."""
        self._said = self._site.post(f"{self._path}/cancel")
        return self

    def bad_rows(self) -> bytes:
        """The rows that do not fit, as CSV with the reasons."""
        return self._site.call("GET", f"{self._path}/bad-rows").body


class Project:
    """A project of a site.

    Args:
        slug: its name in addresses: ``digits`` of ``/p/digits/``.
        site, token, timeout, transport, sleep: as ``Site`` takes them.
    """

    def __init__(
        self, slug: str, *, site: str | None = None, token: str | None = None, **more: Any
    ) -> None:
        self.slug = slug
        self.site = Site(site, token, **more)
        self._path = f"/projects/{quote(slug, safe='')}"

    def __repr__(self) -> str:
        return f"<Project {self.slug} of {self.site.address}>"

    # reading

    @property
    def info(self) -> Json:
        """What it is about, how many datapoints, what you may do in it."""
        return self.site.get(self._path)

    @property
    def schema(self) -> Json:
        """Its fields: ``table_schema`` (Data Package v2) and ``row_schema`` (JSON Schema)."""
        return self.site.get(f"{self._path}/schema")

    def rows(
        self, *, limit: int | None = None, newest_first: bool = False, by: str | None = None
    ) -> Iterator[Json]:
        """Its accepted datapoints, one by one; the values are in ``row["values"]``."""
        size = min(limit or 1000, 1000)
        query = {"limit": size, "newest_first": newest_first or None, "by": by}
        for number, row in enumerate(self.site.items(f"{self._path}/rows", **query), start=1):
            yield row
            if number == limit:
                return

    def watch(self, *, poll: float = 5.0, after: int | None = None) -> Iterator[Json]:
        """Datapoints as they come in, for ever; behind the number ``after``, else from now on.

        Asks every ``poll`` seconds. One that is accepted late, below the number reached, is
        not among them.
        """
        if after is None:
            newest = self.site.get(f"{self._path}/rows", limit=1, newest_first=True)["items"]
            after = newest[0]["number"] if newest else 0
        while True:
            found = self.site.get(f"{self._path}/rows", after=after, limit=1000)["items"]
            for row in found:
                after = row["number"]
                yield row
            if not found:
                self.site._sleep(poll)

    # versions

    @property
    def versions(self) -> list[Json]:
        """Its immutable versions, the newest first."""
        return list(self.site.items(f"{self._path}/snapshots"))

    def take_version(self) -> Json:
        """Make a version of the datapoints of now; the same data is the same version."""
        return self.site.post(f"{self._path}/snapshots")

    def download(
        self, path: str | Path, *, version: int | None = None, format: str = "parquet"
    ) -> Path:
        """Save a version's file; the newest without ``version``."""
        target = Path(path)
        target.write_bytes(self._file(version, format))
        return target

    def to_pandas(self, version: int | None = None) -> Any:
        """A version as a table of pandas; the newest without ``version``, made if there is none."""
        import pandas

        # By its path: reading from an object in memory, pyarrow's threads can spoil the exit.
        with tempfile.TemporaryDirectory() as folder:
            path = self.download(Path(folder) / "rows.parquet", version=version)
            return pandas.read_parquet(path)

    def _file(self, version: int | None, format: str) -> bytes:
        said = self._version(version)
        path = f"{self._path}/snapshots/{said['number']}/files/{quote(format, safe='')}"
        data = self.site.call("GET", path).body
        if format == "parquet":
            _compare(data, said["file_sha256"], f"version {said['number']}")
        return data

    def _version(self, number: int | None) -> Json:
        if number is not None:
            return self.site.get(f"{self._path}/snapshots/{number}")
        newest = self.site.get(f"{self._path}/snapshots", limit=1)["items"]
        return newest[0] if newest else self.take_version()

    # giving

    def add(self, rows: Any, *, key: str | None = None, agree: bool = False) -> list[Json]:
        """Add datapoints: mappings of values by field name, or a table of pandas.

        Args:
            rows: one mapping, several, or a table; more than 500 go in several contributions.
            key: your own name for this act: called again with it, nothing is added twice.
            agree: that they are yours to give under the project's licence; once in each project.

        Returns:
            What the API says of each contribution; ``row_ids`` in the order of the rows.
        """
        listed = _records(rows)
        name = hashlib.sha256((key or uuid.uuid4().hex).encode()).hexdigest()[:40]
        return [
            self.site.post(
                f"{self._path}/rows",
                {"rows": listed[start : start + BATCH], "agree": agree},
                key=f"{name}-{start}",
            )
            for start in range(0, len(listed), BATCH)
        ]

    def withdraw(self, contribution: int) -> Json:
        """Empty the datapoints of one of your contributions for good."""
        return self.site.delete(f"/contributions/{contribution}")

    def import_file(self, path: str | Path, *, key: str | None = None) -> Import:
        """Send CSV, TSV, JSON Lines or Parquet; nothing is added before ``confirm()``."""
        file = Path(path)
        answer = self.site.call(
            "POST",
            f"{self._path}/imports",
            key=key or uuid.uuid4().hex,
            upload=(file.name, file.read_bytes()),
        )
        said = json.loads(answer.body)
        return Import(self.site, f"{self._path}/imports/{said['id']}", said)

    # learning

    def train(
        self,
        preset: str | None = None,
        *,
        architecture: str | None = None,
        key: str | None = None,
        **settings: Any,
    ) -> Run:
        """Start a training: ``train(preset="quick")``, or ``train(epochs=50, layers=[…])``."""
        body: Json = {"preset": preset, "architecture": architecture, "settings": settings}
        sent = {name: value for name, value in body.items() if value}
        return self._run(self.site.post(f"{self._path}/runs", sent, key=key))

    @property
    def runs(self) -> list[Run]:
        """Its trainings, the newest first."""
        return [self._run(said) for said in self.site.items(f"{self._path}/runs")]

    def _run(self, said: Json) -> Run:
        return Run(self.site, f"/runs/{said['id']}", said)

    @property
    def models(self) -> list[Json]:
        """Its models, the newest first."""
        return list(self.site.items(f"{self._path}/models"))

    @property
    def board(self) -> list[Json]:
        """Its best models, ranked."""
        found: list[Json] = self.site.get(f"{self._path}/board")["items"]
        return found

    @property
    def best(self) -> Json | None:
        """Its best model, or None before the first."""
        board = self.board
        return self.site.get(f"/models/{board[0]['model']}") if board else None

    def predict(self, rows: Any, *, model: int | None = None) -> list[Json]:
        """What a model says of each row, the best one without ``model``: ``value``, and the
        ``probabilities`` of a class."""
        listed = _records(rows)
        path = f"{self._path}/predictions" if model is None else f"/models/{model}/predictions"
        return [
            said
            for start in range(0, len(listed), QUESTIONS)
            for said in self.site.post(path, {"rows": listed[start : start + QUESTIONS]})["items"]
        ]

    def download_model(self, folder: str | Path, *, model: int | None = None) -> list[Path]:
        """Save a model's files, the best one's without ``model``; their sha256 is checked."""
        said = self.best if model is None else self.site.get(f"/models/{model}")
        if said is None:
            raise LookupError(f"{self.slug} has no model yet: train one first.")
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        saved = []
        for file in said["files"]:
            name = Path(file["name"]).name
            data = self.site.call("GET", f"/models/{said['id']}/files/{quote(name)}").body
            _compare(data, file["sha256"], name)
            (target / name).write_bytes(data)
            saved.append(target / name)
        return saved


def _compare(data: bytes, sha256: str, what: str) -> None:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise OSError(f"{what} arrived damaged: load it again.")


def me(*, site: str | None = None, token: str | None = None, **more: Any) -> Json:
    """Whose token it is, and what it opens."""
    return Site(site, token, **more).get("/me")


def projects(*, site: str | None = None, token: str | None = None, **wanted: Any) -> Iterator[Json]:
    """The projects of a site; ``q``, ``tag``, ``task``, ``licence``, ``sort`` narrow them."""
    own = {name: wanted.pop(name) for name in ("timeout", "transport", "sleep") if name in wanted}
    return Site(site, token, **own).items("/projects", **wanted)


def create_project(
    table_schema: Mapping[str, Any],
    *,
    name: str,
    pitch: str,
    licence: str = "CC0-1.0",
    site: str | None = None,
    token: str | None = None,
    key: str | None = None,
    **more: Any,
) -> Project:
    """Open a project from a Table Schema; ``publish=True`` opens it to its crowd at once."""
    own = {one: more.pop(one) for one in ("timeout", "transport", "sleep") if one in more}
    body = {"name": name, "pitch": pitch, "licence": licence, "table_schema": table_schema, **more}
    made = Site(site, token, **own).post("/projects", body, key=key)
    return Project(made["project"]["slug"], site=site, token=token, **own)
