"""What must be true of the settings and kinds before work may start."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from jobs.kinds import KINDS
from jobs.states import SLOTS

#: Seconds between a kind's own limit and the moment when django-q2 kills the worker.
MARGIN = 60


@register()
def queue_fits_jobs(
    *, app_configs: Sequence[AppConfig] | None, **_options: Any
) -> list[CheckMessage]:
    """django-q2 may not end a job before the job's own limit, nor miss a slot."""
    conf: dict[str, Any] = settings.Q_CLUSTER
    clusters: dict[str, dict[str, Any]] = {conf["name"]: conf, **conf.get("ALT_CLUSTERS", {})}
    faults: list[CheckMessage] = [
        Error(f"Q_CLUSTER has no cluster named {slot!r}.", id="jobs.E001")
        for slot in SLOTS
        if slot not in clusters
    ]
    for kind in KINDS.values():
        timeout = {**conf, **clusters.get(kind.slot, {})}["timeout"]
        if kind.time_limit + MARGIN > timeout:
            text = f"Job kind {kind.name}: {kind.time_limit} s + {MARGIN} s exceed {timeout} s."
            faults.append(Error(text, id="jobs.E002"))
    return faults
