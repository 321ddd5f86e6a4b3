"""Pages for people who write programs: how to begin, what each problem means, the client."""

from functools import cache
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from api.snippets import beginnings
from common.problems import KINDS

CLIENT = "clients/python/crowdcontrolled_client.py"


@cache
def client_source() -> tuple[bytes, str]:
    """The Python client as it lies in the repository, and its sha256."""
    source = (settings.BASE_DIR / CLIENT).read_bytes()
    return source, sha256(source).hexdigest()


@require_safe
def developers(request: HttpRequest) -> HttpResponse:
    """How to begin: a token, the first lines, the client."""
    source, digest = client_source()
    address = request.build_absolute_uri("/").rstrip("/")
    context = {
        "snippets": beginnings(address),
        "client_url": reverse("client"),
        "client_sha256": digest,
        "client_kb": round(len(source) / 1024),
    }
    return render(request, "api/developers.html", context)


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every kind of problem: what it means, and the way out."""
    return render(request, "api/problems.html", {"kinds": KINDS})


@require_safe
def client(request: HttpRequest) -> HttpResponse:
    """The Python client: one file to lie beside one's own."""
    source, digest = client_source()
    etag = f'"{digest}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(source, content_type="text/x-python; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="crowdcontrolled_client.py"'
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response
