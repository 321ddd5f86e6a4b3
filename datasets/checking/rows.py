"""Rows that nobody sees, tombstones that hold something, hashes that do not fit their values."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from datasets.checking.findings import Checked, Finding
from datasets.hashing import row_hash
from datasets.models import Contribution, DataTable, Row, RowState
from datasets.schema_changes.rows_of_change import RowsOfChange
from datasets.services.contributing import ABANDONED_HOURS, forget_abandoned

#: Rows of one look, and of one transaction that heals.
BATCH = 500


def abandoned_rows(checked: Checked) -> Iterator[Finding]:
    """Rows without an arrival number that no import is writing any more."""
    oldest = timezone.now() - timedelta(hours=ABANDONED_HOURS)
    writing = Contribution.objects.filter(pk=OuterRef("contribution_id"))
    open_ = writing.filter(state=Contribution.State.OPEN)
    invisible = checked.model._default_manager.filter(arrival__isnull=True)
    left = invisible.filter(Exists(open_.filter(created__lt=oldest)))
    if count := left.count():
        yield checked.found(
            "rows-abandoned",
            f"{count} rows of imports that died were never shown.",
            cure=partial(forget_abandoned, checked.project),
        )
    orphans = checked.model._default_manager.filter(~Exists(writing))
    if count := orphans.count():
        shown = orphans.filter(arrival__isnull=False).exists()
        yield checked.found(
            "rows-orphaned",
            f"{count} rows belong to no contribution" + (", some are shown." if shown else "."),
            cure=None if shown else orphans.delete,
        )


def values_of_tombstones(checked: Checked) -> Iterator[Finding]:
    """Withdrawn rows that still hold a value."""
    holding = Q(pk__in=[])
    for field in checked.fields:
        holding |= Q(**{f"{field.column}__isnull": False})
    found = checked.model._default_manager.filter(holding, state=RowState.WITHDRAWN)
    if count := found.count():
        yield checked.found(
            "tombstones-hold-values",
            f"{count} withdrawn rows still hold values.",
            cure=partial(_empty, checked, found),
        )


def drifted_hashes(checked: Checked) -> Iterator[Finding]:
    """Rows whose hash or group key is another than their values give."""
    drifted = [row for batch in _batches(checked) for row in _drifted(checked, batch)]
    if drifted:
        yield checked.found(
            "hashes-drifted",
            f"{len(drifted)} rows have hashes that do not fit their values.",
            cure=partial(_rehash, checked, drifted),
        )


def _batches(checked: Checked) -> Iterator[Sequence[tuple[Any, ...]]]:
    plan = RowsOfChange(checked.project, checked.fields, [])
    kept = checked.model._default_manager.exclude(state=RowState.WITHDRAWN).order_by("pk")
    last = 0
    while batch := list(kept.filter(pk__gt=last).values_list(*plan.columns())[:BATCH]):
        last = batch[-1][0]
        yield batch


def _drifted(
    checked: Checked, batch: Sequence[tuple[Any, ...]]
) -> list[tuple[int, int, bytes, int]]:
    """Id, revision and right hashes of the rows of a batch that have others."""
    plan = RowsOfChange(checked.project, checked.fields, [])
    found = []
    for outcome in plan.outcomes(batch):
        exact, near = plan.hashes(outcome.after)
        if (exact, near) != (outcome.row_hash, outcome.group_key):
            found.append((outcome.pk, outcome.revision, exact, near))
    return found


def _rehash(checked: Checked, drifted: Sequence[tuple[int, int, bytes, int]]) -> None:
    rows = checked.model._default_manager
    for start in range(0, len(drifted), BATCH):
        with transaction.atomic():
            DataTable.objects.filter(project=checked.project).update(
                revision=F("revision") + 1, rewritten=F("rewritten") + 1
            )
            for pk, revision, exact, near in drifted[start : start + BATCH]:
                rows.filter(pk=pk, revision=revision).update(row_hash=exact, group_key=near)


def _empty(checked: Checked, found: QuerySet[Row]) -> None:
    nothing = {field.column: None for field in checked.fields}
    found.update(**nothing, row_hash=row_hash({}), group_key=0, revision=F("revision") + 1)
