"""Files of pictures that no row needs any more: those of withdrawn rows, and of acts that failed.

A withdrawn row shows its picture to nobody from that moment on, and its files go once that is
committed, unless another row, a row's history or a file that waits to be imported names them. A
round every hour removes what was kept for acts that never came.
"""

import time
from base64 import b64decode
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import BinaryField, QuerySet
from django.db.models.functions import Substr

from common.limits import IMPORT_DAYS
from datasets.field_types import type_of
from datasets.field_types.image import HEAD
from datasets.images import store
from datasets.models import Field, Import, Row, RowChange
from datasets.records import Typed
from datasets.tables import row_table
from projects.models import Project

#: A file is kept before its row: when a file is checked, days before its rows are added.
YOUNG_SECONDS = (IMPORT_DAYS + 1) * 86_400
#: Files whose rows may name pictures that no row names yet.
WAITING = (Import.State.CHECKING, Import.State.CHECKED, Import.State.ADDING)
CHUNK = 5_000
AT_ONCE = 500


def remove_with(project: Project, ids: Collection[int], fields: Typed) -> None:
    """Once this transaction is committed, remove the pictures that only these rows needed.

    Call it before the rows are emptied.
    """
    every = [field for field, _type in fields]
    heads: set[bytes] = set()
    for field in filed(every):
        listed = list(ids)
        for start in range(0, len(listed), AT_ONCE):
            found = _heads(project, every, field).filter(pk__in=listed[start : start + AT_ONCE])
            heads.update(bytes(head) for head in found.values_list("head", flat=True))
    if heads:
        transaction.on_commit(lambda: remove_unused(project, heads))


def remove_unused(project: Project, heads: Collection[bytes]) -> None:
    """Remove the pictures with these heads that nothing names."""
    if Import.objects.filter(project=project, state__in=WAITING).exists():
        # It may name them: the hourly round looks again.
        return
    for head in set(heads) - used_heads(project, heads):
        store.remove(project.pk, _key(project, head))


def sweep(now: float | None = None) -> int:
    """Remove old pictures that nothing names; returns how many. Safe to be killed and repeated."""
    before = (time.time() if now is None else now) - YOUNG_SECONDS
    removed = 0
    for project_id in store.projects():
        old = store.old_keys(project_id, before)
        project = Project.objects.filter(pk=project_id).first()
        used = {_key(project, one) for one in used_heads(project)} if old and project else set()
        for key in set(old) - used:
            store.remove(project_id, key)
            removed += 1
    return removed


def filed(fields: Iterable[Field]) -> list[Field]:
    """The fields whose values have files."""
    return [field for field in fields if type_of(field).has_file]


def used_heads(project: Project, among: Collection[bytes] | None = None) -> set[bytes]:
    """The heads of the stored pictures of all rows, whatever their state, and of their history."""
    every = list(project.fields.all())
    found: set[bytes] = set()
    for field in filed(every):
        listed = _heads(project, every, field)
        if among is not None:
            listed = listed.filter(head__in=list(among))
        heads = listed.values_list("head", flat=True)
        found.update(bytes(head) for head in heads.iterator(chunk_size=CHUNK))
    return found | _in_history(project, filed(every))


def _heads(project: Project, every: list[Field], field: Field) -> QuerySet[Row]:
    table = row_table(project, every)._default_manager
    head = Substr(field.column, 1, HEAD, output_field=BinaryField())
    found: QuerySet[Row] = table.exclude(**{field.column: None}).annotate(head=head)
    return found


def _in_history(project: Project, fields: list[Field]) -> set[bytes]:
    if not fields:
        return set()
    found: set[bytes] = set()
    changes = RowChange.objects.filter(project=project).exclude(before={})
    for before in changes.values_list("before", flat=True).iterator(chunk_size=CHUNK):
        kept = (before.get(str(field.pk)) for field in fields)
        found.update(b64decode(one)[:HEAD] for one in kept if one is not None)
    return found


def _key(project: Project, head: bytes) -> str:
    [field, *_others] = filed(project.fields.all())
    value: Any = type_of(field).from_storage(head)
    return str(value)
