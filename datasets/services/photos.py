"""Files of pictures that no row needs any more: those of withdrawn rows, and of acts that failed.

A withdrawn row shows its picture to nobody from that moment on; the bytes go with the next round,
once no other row and no row's history names them.
"""

import time
from base64 import b64decode
from typing import Any

from datasets.field_types import FieldType, type_of
from datasets.images import store
from datasets.models import Field, RowChange
from datasets.tables import row_table
from projects.models import Project

#: A file is written before its row: younger ones may belong to an act that is not committed yet.
YOUNG_SECONDS = 3_600
CHUNK = 5_000


def sweep(now: float | None = None) -> int:
    """Remove what nothing names; returns how many pictures went. Safe to be killed and repeated."""
    before = (time.time() if now is None else now) - YOUNG_SECONDS
    removed = 0
    for project_id in store.projects():
        old = store.old_keys(project_id, before)
        unused = set(old) - (used_keys(project_id) if old else set())
        for key in unused:
            store.remove(project_id, key)
        removed += len(unused)
    return removed


def used_keys(project_id: int) -> set[str]:
    """The pictures that rows of the project name, whatever their state, and their history."""
    project = Project.objects.filter(pk=project_id).first()
    if project is None:
        return set()
    every = list(project.fields.all())
    filed = [(field, type_) for field in every if (type_ := type_of(field)).has_file]
    found: set[str] = set()
    for field, type_ in filed:
        listed = row_table(project, every)._default_manager.exclude(**{field.column: None})
        stored = listed.values_list(field.column, flat=True)
        found.update(type_.from_storage(one) for one in stored.iterator(chunk_size=CHUNK))
    return found | _in_history(project, filed)


def _in_history(project: Project, filed: list[tuple[Field, FieldType[Any]]]) -> set[str]:
    if not filed:
        return set()
    found: set[str] = set()
    changes = RowChange.objects.filter(project=project).exclude(before={})
    for before in changes.values_list("before", flat=True).iterator(chunk_size=CHUNK):
        for field, type_ in filed:
            kept = before.get(str(field.pk))
            if kept is not None:
                found.add(type_.from_storage(b64decode(kept)))
    return found
