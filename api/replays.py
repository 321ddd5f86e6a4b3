"""POST once: the same Idempotency-Key brings the same answer, whatever was lost on the way."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from ninja import Header, Schema
from ninja.responses import NinjaJSONEncoder

from accounts.idempotency import LONGEST_KEY, once, said_before
from api.requests import ApiRequest

Key = Annotated[
    str,
    Header(
        "",
        alias="Idempotency-Key",
        max_length=LONGEST_KEY,
        pattern=r"^[ -~]*$",
        description=(
            "Your own name for this request, such as a UUID. Sent again within 48 hours with the "
            "same body, it does nothing more and brings the first answer, with the header "
            "`Idempotent-Replayed: true`; with another body it is refused with 409."
        ),
        examples=["0f9c5a7e-2d53-4d0c-9a51-6f1c1f1f2d7b"],
    ),
]


class Made(NamedTuple):
    """What an act answers, and the address of what it made."""

    body: Schema
    location: str = ""


def at_once(
    request: ApiRequest, key: str, act: Callable[[], Made], *, status: int = 201
) -> HttpResponse:
    """Do a short act in one transaction with its key and answer.

    Raises:
        KeyReused: the key came before with another body. And whatever the act raises: then
            nothing stays, and the key may be used again.
    """
    found = once(request.auth.user, key, _mark(request), lambda: _kept(act(), status))
    return _answer(found.answer, replayed=found.replayed)


def by_itself(
    request: ApiRequest, key: str, act: Callable[[], Made], *, status: int = 201
) -> HttpResponse:
    """Do an act that is once by its nature, or knows the key, and is too long for a transaction.

    Raises: as ``at_once``.
    """
    person, mark = request.auth.user, _mark(request)
    known = said_before(person, key, mark)
    if known is not None:
        return _answer(dict(known), replayed=True)
    made = _kept(act(), status)
    found = once(person, key, mark, lambda: made)
    return _answer(found.answer, replayed=found.replayed)


def _mark(request: ApiRequest) -> str:
    """What was asked: files by their content, since the parts around them differ each time."""
    digest = sha256(f"{request.method} {request.path}\n".encode())
    if request.FILES or request.POST:
        digest.update(repr(sorted(request.POST.lists())).encode())
        for name, file in sorted(request.FILES.items()):
            assert isinstance(file, UploadedFile)
            digest.update(name.encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    else:
        digest.update(request.body)
    return digest.hexdigest()


def _kept(made: Made, status: int) -> dict[str, Any]:
    return {
        "status": status,
        "body": json.loads(json.dumps(made.body.model_dump(), cls=NinjaJSONEncoder)),
        "location": made.location,
    }


def _answer(kept: dict[str, Any], *, replayed: bool) -> HttpResponse:
    # PostgreSQL does not keep the order of the keys: sorted, an answer is the same byte for byte.
    options = {"ensure_ascii": False, "sort_keys": True}
    answer = JsonResponse(kept["body"], status=kept["status"], json_dumps_params=options)
    if kept["location"]:
        answer["Location"] = kept["location"]
    if replayed:
        answer["Idempotent-Replayed"] = "true"
    return answer
