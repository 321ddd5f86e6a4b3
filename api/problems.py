"""From what services and django-ninja refuse to problem documents, in one place."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from accounts.idempotency import KeyReused
from common.errors import Refused
from common.problems import kind_named, kind_of, problem
from datasets.services.same_rows import SameRow
from training.services import SettingsRefused

Errors = Sequence[Mapping[str, str]]


class Problem(Refused):
    """A refusal that knows which kind of problem it is.

    Attributes:
        kind: a key of ``common.problems.KINDS``.
        errors: each value that does not fit, as problem documents list them.
        headers: headers of the answer.
        more: members that only this kind has.
    """

    def __init__(
        self,
        kind: str,
        message: str = "",
        *,
        errors: Errors = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        found = kind_named(kind)
        super().__init__(message or str(found.way), status=found.status)
        self.kind = found
        self.errors = errors
        self.headers = dict(headers or {})
        self.more = more


def misfit(pointer: str, message: str) -> Problem:
    """The refusal of one value of the body; ``pointer`` as in RFC 6901."""
    return Problem("invalid", message, errors=[{"pointer": pointer, "detail": message}])


def install(api: NinjaAPI) -> None:
    """Have every error that leaves a view or its checks told as a problem."""
    handlers: dict[type[Exception], Any] = {
        Refused: refused,
        ValidationError: not_valid,
        HttpError: http_error,
        Http404: lambda request, _error: nothing_here(request),
        RequestDataTooBig: too_big,
        Exception: our_mistake,
    }
    for error, handler in handlers.items():
        api.add_exception_handler(error, handler)


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """What a service, a door or a check of ours refuses."""
    if error.status == 404:
        return nothing_here(request)
    told = error if isinstance(error, Problem) else _told(error)
    answer = problem(
        request, told.status, told.message, kind=told.kind, errors=told.errors, **told.more
    )
    for name, value in told.headers.items():
        answer[name] = value
    if error.retry_after is not None:
        answer["Retry-After"] = str(max(1, round(error.retry_after + 0.5)))
    return answer


def _told(error: Refused) -> Problem:
    """A service's refusal as a problem. What a form calls 400 was understood, but does not fit."""
    if isinstance(error, KeyReused):
        return Problem(
            "key-reused",
            _("This Idempotency-Key came before with another request. Send a fresh one."),
        )
    if isinstance(error, SameRow):
        return Problem("same-row", error.message, row=error.row, number=error.number)
    errors: list[dict[str, str]] = []
    if isinstance(error, SettingsRefused):
        errors = [{"pointer": f"/settings/{key}", "detail": text} for key, text in error.faults]
    elif error.field:
        errors = [{"pointer": f"/{error.field}", "detail": error.message}]
    kind = kind_of(422 if error.status == 400 else error.status) or kind_named("conflict")
    return Problem(kind.key, error.message, errors=errors)


def nothing_here(request: HttpRequest) -> HttpResponse:
    """The one answer for what is private, hidden, deleted or was never there."""
    return problem(request, 404, _("There is nothing here."))


def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Values of the wrong type or outside of their limits, all of them at once."""
    if any(one["loc"][0] == "path" for one in error.errors):
        return nothing_here(request)
    errors = [_misfit_of(one) for one in error.errors]
    detail = _("%(where)s: %(what)s") % {
        "where": errors[0].get("pointer") or errors[0].get("parameter"),
        "what": errors[0]["detail"],
    }
    return problem(request, 422, detail, errors=errors)


def _misfit_of(error: Mapping[str, Any]) -> dict[str, str]:
    source, *place = error["loc"]
    message = str(error["msg"])[:500]
    if source in ("query", "header"):
        return {"parameter": str(place[-1]), "detail": message}
    # The first part is the name that the view gives to the whole body.
    return {
        "pointer": "".join(f"/{_escaped(part)}" for part in place[1:]) or "/",
        "detail": message,
    }


def _escaped(part: object) -> str:
    return str(part)[:100].replace("~", "~0").replace("/", "~1")


def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What django-ninja refuses by itself; a body that our parser refused says why."""
    if isinstance(error.__cause__, Refused):
        return refused(request, error.__cause__)
    if isinstance(error, AuthenticationError):
        return refused(request, Problem("token-missing"))
    return problem(request, error.status_code, "")


def too_big(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    """A body of JSON that is larger than one may be."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
    sentence = _("The body has more than %(most)s MB of JSON. Split it, or send a file as import.")
    return problem(request, 413, sentence % {"most": most})


def our_mistake(request: HttpRequest, error: Exception) -> HttpResponse:
    """Left to Django, which logs it; the middleware gives the answer its shape."""
    raise error
