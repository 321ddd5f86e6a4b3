"""What differs between any two versions: known at once for neighbours, else counted and kept."""

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from common.limits import COMPARED_AT_ONCE_VALUES
from datasets.comparing import Difference, compare, difference_of
from datasets.models import Snapshot
from datasets.services.snapshot_files import check_there, values_of
from jobs.errors import LostLease
from jobs.models import Job
from jobs.services import enqueue, finish

KIND = "compare_versions"
KEPT_SECONDS = 30 * 24 * 3600


def difference_between(before: Snapshot, after: Snapshot) -> Difference | None:
    """What differs, or None while a job counts it.

    Raises:
        Refused: a moderator destroyed one of the two (410).
    """
    for one in (before, after):
        check_there(one)
    known = _known(before, after)
    if known is not None:
        return known
    if values_of(before) + values_of(after) <= COMPARED_AT_ONCE_VALUES:
        return _counted(before, after)
    # The hour is part of the key: what the cache lost may be wished for again.
    key = f"{KIND}:{before.pk}:{after.pk}:{timezone.now():%Y-%m-%dT%H}"
    enqueue(KIND, key, payload={"before": before.pk, "after": after.pk})
    return None


def compare_versions(job: Job) -> None:
    """The handler of ``KIND``."""
    found = Snapshot.objects.in_bulk([job.payload["before"], job.payload["after"]])
    if len(found) == 2 and not any(one.destroyed for one in found.values()):
        _counted(found[job.payload["before"]], found[job.payload["after"]])
    if job.token is None:
        raise LostLease(f"Job {job.pk} is not running.")
    with transaction.atomic():
        finish(job.pk, job.token)


def _known(before: Snapshot, after: Snapshot) -> Difference | None:
    if before.pk == after.pk:
        return Difference(0, 0, 0, [])
    if after.changes.get("since") == before.number and "added" in after.changes:
        return difference_of(after.changes)
    saved = cache.get(_key(before, after))
    return difference_of(saved) if saved is not None else None


def _counted(before: Snapshot, after: Snapshot) -> Difference:
    with default_storage.open(before.file) as old, default_storage.open(after.file) as new:
        found = compare(old, new)
    cache.set(_key(before, after), found.as_json(), KEPT_SECONDS)
    return found


def _key(before: Snapshot, after: Snapshot) -> str:
    return f"difference:{before.pk}:{after.pk}"
