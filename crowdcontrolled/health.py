"""Whether this process lives (``/healthz``) and whether the site can work (``/readyz``)."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crowdcontrolled.supervisor.prepare import is_migrated
from jobs.queries import SILENCE, last_beat
from jobs.states import SLOTS

#: Below this much free disk the site is not ready.
FREE_BYTES = 500 * 1024 * 1024
_migrated: set[str] = set()


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers. No database: a slow one must not have the process replaced."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Whether each part works, with the status 503 when one does not."""
    parts = {name: _ask(part) for name, part in PARTS.items()}
    ready = all(part == "ok" for part in parts.values())
    return JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)


def _ask(part: Callable[[], str]) -> str:
    try:
        return part()
    except Exception as problem:
        # The kind of problem only: the address is public, a message may name hosts and files.
        return f"failed ({type(problem).__name__})"


def _database() -> str:
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    """Asked once more until it is true; then it stays true for this process's code."""
    waiting = [alias for alias in connections if alias not in _migrated and not is_migrated(alias)]
    _migrated.update(set(connections) - set(waiting))
    return "not applied" if waiting else "ok"


def _cache() -> str:
    mark = uuid4().hex
    cache.set("readyz", mark, 30)
    # Two questions at once overwrite each other's mark; any mark shows that the cache keeps things.
    return "ok" if cache.get("readyz") else "does not keep what it is given"


def _workers() -> str:
    oldest = timezone.now() - max(SILENCE, timedelta(seconds=60))
    silent = [slot for slot in SLOTS if (last_beat(slot) or oldest) <= oldest]
    return f"no sign of life: {', '.join(silent)}" if silent else "ok"


def _disk() -> str:
    free = shutil.disk_usage(settings.VAR).free
    return "ok" if free >= FREE_BYTES else f"{free // 1024**2} MB free"


PARTS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "cache": _cache,
    "workers": _workers,
    "disk": _disk,
}
