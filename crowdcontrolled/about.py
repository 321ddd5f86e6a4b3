"""The page that says what the site is, where its source is and whose works it carries."""

import json
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


class Work(NamedTuple):
    """Somebody else's work that pages of the site load."""

    name: str
    version: str
    licence: str


@cache
def works() -> tuple[Work, ...]:
    """Everything under ``static/vendor``, once each."""
    listed = json.loads((settings.BASE_DIR / "static" / "vendor" / "vendor.json").read_text())
    found = {
        Work(entry["name"], entry["version"], entry["licence"])
        for entry in listed
        if entry["file"].startswith("static/")
    }
    return tuple(sorted(found))


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the site is, its source and its licences."""
    return render(request, "crowdcontrolled/about.html", {"vendored": works()})
