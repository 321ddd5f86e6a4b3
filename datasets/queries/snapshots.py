"""Reads of a project's versions."""

from typing import NamedTuple

from django.core.cache import cache

from accounts.moderation import Reason
from datasets.models import Snapshot
from jobs.models import Job
from jobs.states import State
from projects.models import Project


def newest(project: Project) -> Snapshot | None:
    """The newest version whose files are there."""
    return Snapshot.objects.filter(project=project, destroyed=None).order_by("-number").first()


def previous_of(snapshot: Snapshot) -> Snapshot | None:
    """The version before that one whose files are there."""
    before = Snapshot.objects.filter(
        project_id=snapshot.project_id, number__lt=snapshot.number, destroyed=None
    )
    return before.order_by("-number").first()


def why_destroyed(snapshot: Snapshot) -> str:
    """Why a moderator destroyed the version, in words; empty when nobody did."""
    known = dict(Reason.choices)
    return str(known.get(snapshot.destroyed_reason, snapshot.destroyed_reason))


def progress_key(project: Project) -> str:
    """Where the cache holds how many rows of a version are written."""
    return f"version-progress:{project.pk}"


class Making(NamedTuple):
    """A version on its way: whether a worker has begun, and how many rows it has written."""

    begun: bool
    rows: int


def being_made(project: Project) -> Making | None:
    """The version that a job is about to make, or is making; None when there is no such job."""
    jobs = Job.objects.filter(
        kind="version", state__in=(State.QUEUED, State.RUNNING), payload__project=project.pk
    )
    states = set(jobs.values_list("state", flat=True))
    if not states:
        return None
    return Making(State.RUNNING in states, int(cache.get(progress_key(project)) or 0))


class VersionPage(NamedTuple):
    """Some versions, the newest first, and the number below which older ones stand."""

    versions: list[Snapshot]
    older: int | None


def page_of(project: Project, *, before: int | None = None, size: int = 20) -> VersionPage:
    """A page of the project's versions, from the one below ``before`` on."""
    found = Snapshot.objects.filter(project=project).defer("table_schema")
    if before is not None:
        found = found.filter(number__lt=before)
    listed = list(found.order_by("-number")[: size + 1])
    more = len(listed) > size
    return VersionPage(listed[:size], listed[size - 1].number if more else None)
