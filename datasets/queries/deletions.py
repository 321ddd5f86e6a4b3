"""What was taken back, for those who hold copies: ids and times, never values."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from django.core.cache import cache
from django.core.files.storage import default_storage
from numpy.typing import NDArray

from datasets.comparing import ids_of
from datasets.models import Snapshot
from datasets.queries.reading import Purpose, rows
from datasets.queries.snapshots import why_destroyed
from projects.models import Project

#: What a version holds never changes, nor do the ids that its answer was made for.
KEPT_SECONDS = 7 * 24 * 3600


def deletions(project: Project) -> dict[str, Any]:
    """The withdrawn rows in groups of one act and equal versions, and the destroyed versions.

    ``rows`` are ranges, first and last id, both of them included. ``versions`` hold the rows still.
    """
    withdrawn = rows(project, Purpose.DELETED).order_by("pk")
    listed = list(withdrawn.values_list("pk", "contribution_id", "contribution__withdrawn"))
    ids = np.array([row for row, _act, _when in listed], dtype=np.int64)
    versions = Snapshot.objects.filter(project=project).order_by("number")
    held = {
        one.number: _held(one, ids) for one in versions.defer("table_schema") if not one.destroyed
    }
    groups: dict[tuple[int, tuple[int, ...]], dict[str, Any]] = {}
    for place, (row, act, when) in enumerate(listed):
        holding = tuple(number for number, mask in held.items() if mask[place])
        group = groups.setdefault((act, holding), {"when": when, "ids": []})
        group["ids"].append(row)
    return {
        "project": project.slug,
        "deletions": [
            {
                "withdrawn": group["when"] and group["when"].isoformat(timespec="seconds"),
                "rows": ranges_of(group["ids"]),
                "versions": list(holding),
            }
            for (_act, holding), group in groups.items()
        ],
        "destroyed_versions": [
            {
                "version": one.number,
                "destroyed": one.destroyed.isoformat(timespec="seconds"),
                "reason": why_destroyed(one),
            }
            for one in versions.filter(destroyed__isnull=False).defer("table_schema")
            if one.destroyed
        ],
    }


def ranges_of(ids: Iterable[int]) -> list[list[int]]:
    """Rising ids as ranges: ``[1, 2, 3, 7]`` is ``[[1, 3], [7, 7]]``."""
    found: list[list[int]] = []
    for one in ids:
        if found and found[-1][1] == one - 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    return found


def _held(snapshot: Snapshot, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of these rows the version's file holds."""
    if not len(ids):
        return np.zeros(0, np.bool_)
    mark = hashlib.sha256(ids.tobytes()).hexdigest()[:32]
    key = f"held:{snapshot.pk}:{mark}"
    known = cache.get(key)
    if known is None:
        with default_storage.open(snapshot.file) as file:
            places = np.flatnonzero(np.isin(ids, ids_of(file)))
        known = json.dumps(ranges_of(places.tolist()))
        cache.set(key, known, KEPT_SECONDS)
    mask = np.zeros(len(ids), np.bool_)
    for first, last in json.loads(known):
        mask[first : last + 1] = True
    return mask
