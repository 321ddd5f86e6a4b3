"""When versions are made: on demand at once or by a job, and at night where rows changed."""

from datetime import date

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from accounts.models import User
from common.limits import SNAPSHOT_AT_ONCE_ROWS
from datasets.models import DataTable, Snapshot
from datasets.queries import count_of
from datasets.queries.snapshots import being_made, progress_key
from datasets.services.snapshot_files import make_files
from datasets.services.snapshots import take_snapshot
from jobs.errors import LostLease
from jobs.lease import kept
from jobs.models import Job
from jobs.services import enqueue, finish
from projects.models import Project

#: Makes one version with all its files.
KIND = "version"
#: Wishes for the version of each project that changed; one a day.
NIGHT_KIND = "nightly_versions"
PROGRESS_SECONDS = 900


def ask_for_version(project: Project, user: User) -> Snapshot | None:
    """Make a version of the rows of now: a small table's at once, a large one's by a job.

    Returns the version, or None while a job makes it. Asked twice, it is made once.

    Raises:
        Refused: as ``take_snapshot``.
    """
    if count_of(project).accepted <= SNAPSHOT_AT_ONCE_ROWS:
        return take_snapshot(project)
    if being_made(project) is None:
        stamp = f"{timezone.now():%Y-%m-%dT%H:%M:%S}"
        key = f"{KIND}:{project.pk}:{stamp}"
        enqueue(KIND, key, user_id=user.pk, payload={"project": project.pk})
    return None


def make_version(job: Job) -> None:
    """The handler of ``KIND``: the version and all its files, told range by range."""
    project = Project.objects.get(pk=job.payload["project"])
    key = progress_key(project)
    with kept(job) as lease:

        def told(rows: int) -> None:
            if lease.lost:
                raise LostLease(f"Job {job.pk} was taken from this worker.")
            cache.set(key, rows, PROGRESS_SECONDS)

        try:
            make_files(take_snapshot(project, told=told))
        finally:
            cache.delete(key)
        _done(job)


def make_version_files(job: Job) -> None:
    """The handler of ``snapshot_files.KIND``: all files of one version; none when it is gone."""
    snapshot = Snapshot.objects.filter(pk=job.payload["snapshot"], destroyed=None).first()
    if snapshot is not None:
        make_files(snapshot)
    _done(job)


def nightly() -> None:
    """See that tonight's versions are made: a task of housekeeping, once a day in all.

    Whoever comes first on a day wishes for the night's job; its key makes it one, however many
    machines ask, and a machine that was off at night makes up for it.
    """
    today = timezone.now().date()
    enqueue(NIGHT_KIND, f"{NIGHT_KIND}:{today}", payload={"day": str(today)})


def begin_night(job: Job) -> None:
    """The handler of ``NIGHT_KIND``: one job for each project whose rows changed."""
    day = date.fromisoformat(str(job.payload["day"]))
    with transaction.atomic():
        for project in changed_projects():
            enqueue(KIND, f"{KIND}:{project}:{day}", payload={"project": project})
        finish_in_place(job)


def changed_projects() -> list[int]:
    """The projects with accepted rows that differ from their newest version's, by id."""
    versions = Snapshot.objects.filter(project=OuterRef("project")).order_by("-number")
    tables = DataTable.objects.filter(
        accepted__gt=0, project__hidden=False, project__state=Project.State.PUBLISHED
    ).annotate(
        known=Subquery(versions.values("data_revision")[:1]),
        schema=Subquery(versions.values("schema_version")[:1]),
    )
    same = tables.filter(known=F("revision"), schema=F("project__schema_version"))
    changed = tables.exclude(pk__in=same.values("pk"))
    return list(changed.order_by("project_id").values_list("project_id", flat=True))


def _done(job: Job) -> None:
    with transaction.atomic():
        finish_in_place(job)


def finish_in_place(job: Job) -> None:
    """End the job in the running transaction.

    Raises:
        LostLease: it is another worker's by now.
    """
    if job.token is None:
        raise LostLease(f"Job {job.pk} is not running.")
    finish(job.pk, job.token)
