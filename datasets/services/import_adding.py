"""Adding the checked rows of a file: numbers first, rows in short transactions, then all at once.

The first transaction opens the contribution, takes its arrival numbers and says in
``DataTable.writing`` that nobody may see them. Rows are then written with their final numbers, and
how far that is stands in ``Import.written``, in the transaction of each chunk: killed anywhere, the
next worker goes on there. The last transaction shows them; it costs the same however many they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from common.errors import Refused
from common.limits import ROWS_PER_PROJECT
from common.numbers import readable
from datasets import consent, growth
from datasets.importing.duplicates import Hashes, as_array, doubled, hashes_of
from datasets.importing.stored_files import GROUP, HASH, checked_batches, new_name
from datasets.models import Contribution, DataTable, Import, RowState
from datasets.queries import Counts, fields_of, target_of, typed_fields
from datasets.queries.counts import has_classes
from datasets.records import Typed
from datasets.reviewing.claims import lock
from datasets.services.announcing import rows_added, rows_waiting
from datasets.services.bulk_writing import (
    PART_ROWS,
    STATE,
    Target,
    delete_rows,
    states_of,
    write_rows,
)
from datasets.services.class_counts import count_classes
from datasets.services.contributing import check_takes_rows
from datasets.services.counting import Standing, Taken, count_person
from datasets.services.import_states import Stopped
from datasets.services.importing import failed, forget_files, wake_next
from projects.access import Right
from projects.models import Project
from projects.services import note_events, write_activity

State = Import.State
Mask = NDArray[np.bool_]


def add_rows(import_: Import) -> bool:
    """Add the rows of a checked import, or go on where another worker was killed.

    False when another import of the project is being written: it wakes this one at its end.

    Raises:
        Stopped: it was cancelled, or another worker goes on with it.
        Refused: the project takes no rows any more, is full or has other fields; nothing stays.
    """
    import_.refresh_from_db(fields=["state", "contribution", "written", "report"])
    if import_.state == State.ADDED:
        # The worker before died when the rows were visible, and its files were not gone yet.
        forget_files(import_, bad_too=False)
    if import_.state != State.ADDING:
        raise Stopped
    try:
        check_takes_rows(import_.project, import_.user)
        plan = _begun(import_)
        if plan is None:
            return False
        target = Target(plan.contribution, plan.fields, import_.schema_version)
        parts = _parts(import_, plan, import_.written)
        write_rows(target, parts, import_.written, _fence(import_))
        _show(import_, plan)
    except Refused as refused:
        with transaction.atomic():
            failed(import_, refused.message)
        raise
    import_.state = State.ADDED
    forget_files(import_, bad_too=False)
    return True


@dataclass(frozen=True)
class _Plan:
    """What is added: which rows of the checked file, and in which states."""

    contribution: Contribution
    fields: Typed
    kept: Mask | None
    state: RowState
    #: The column whose missing values make items, where the project collects labels.
    label: str | None


def _begun(import_: Import) -> _Plan | None:
    """The plan of the first transaction, made now or by a worker before."""
    fields = typed_fields(import_.project)
    if import_.contribution_id is None:
        kept = _new_rows(import_)
        with transaction.atomic():
            if not _open(import_, kept):
                return None
        import_.refresh_from_db()
    contribution = import_.contribution
    assert contribution is not None
    state = RowState(import_.report["state"])
    return _Plan(contribution, fields, _kept(import_), state, import_.report["label"])


def _new_rows(import_: Import) -> Mask | None:
    """Which checked rows are neither in the project nor twice in the file; None when all are."""
    if import_.duplicates_too:
        return None
    copies = doubled(_hashes(import_), hashes_of(import_.project))
    return ~copies if copies.any() else None


def _hashes(import_: Import) -> Hashes:
    parts = [as_array([])]
    with checked_batches(import_.checked_file) as batches:
        for batch in batches:
            found = batch.column(HASH)
            data = np.frombuffer(found.buffers()[1], np.uint8).reshape(-1, found.type.byte_width)
            parts.append(data[found.offset : found.offset + len(found)].copy())
    return np.concatenate(parts)


def _kept(import_: Import) -> Mask | None:
    name = import_.report.get("kept")
    if not name:
        return None
    with default_storage.open(name) as file:
        bits = np.unpackbits(np.frombuffer(file.read(), np.uint8))
    return bits.astype(bool)


def _open(import_: Import, kept: Mask | None) -> bool:
    """Open the contribution and take its numbers; False when another import is being written."""
    table = lock(import_.project)
    current = Import.objects.select_for_update().get(pk=import_.pk)
    if current.state != State.ADDING:
        raise Stopped
    if current.contribution_id is not None:
        return True
    if table.writing_id is not None:
        return False
    count = int(kept.sum()) if kept is not None else current.good + current.duplicates
    _check_room(current, table, count)
    contribution = _opened(current, table, count)
    table.next_arrival += count
    table.writing = contribution
    table.save(update_fields=["next_arrival", "writing"])
    current.contribution = contribution
    current.good, current.duplicates = count, current.good + current.duplicates - count
    current.report = {**current.report, **_states(current, table), "kept": _stored(kept)}
    current.save(update_fields=["contribution", "good", "duplicates", "report"])
    return True


def _check_room(import_: Import, table: DataTable, count: int) -> None:
    version = Project.objects.values_list("schema_version", flat=True).get(pk=import_.project_id)
    if version != import_.schema_version:
        raise Refused(_("The project's fields changed meanwhile. Check the file again."))
    if not count:
        raise Refused(_("Every row of this file is in the project already."))
    if table.next_arrival + count > ROWS_PER_PROJECT:
        sentence = _(
            "The project is full: it takes at most %(limit)s rows, and %(count)s more do not fit. "
            "Open another project for them."
        )
        parts = {"limit": readable(ROWS_PER_PROJECT), "count": readable(count)}
        raise Refused(sentence % parts, status=409)


def _opened(import_: Import, table: DataTable, count: int) -> Contribution:
    return Contribution.objects.create(
        project=import_.project,
        user=import_.user,
        source=import_.source,
        state=Contribution.State.OPEN,
        licence=import_.project.licence,
        consent_version=consent.VERSION,
        idempotency_key=import_.idempotency_key,
        rows=count,
        first_arrival=table.next_arrival,
    )


def _states(import_: Import, table: DataTable) -> dict[str, Any]:
    """What becomes of the rows under the project's rules of now."""
    right = check_takes_rows(import_.project, import_.user)
    standing = Standing.MAINTAINER if right >= Right.MAINTAIN else Standing.ANYBODY
    if import_.source == Contribution.Source.SEED:
        standing = Standing.OPERATOR
    rules = Taken(0, 0, 0, 0, table.acceptance, table.collects, table.duplicates)
    target = target_of(fields_of(import_.project))
    label = target.column if rules.labels and target is not None else None
    return {"state": int(rules.state_for(standing)), "label": label}


def _stored(kept: Mask | None) -> str:
    if kept is None:
        return ""
    return default_storage.save(new_name("kept"), ContentFile(np.packbits(kept).tobytes()))


def _fence(import_: Import) -> Any:
    """Says in each transaction how far the writing is; ends it when somebody else went on."""
    found = Import.objects.filter(pk=import_.pk, state=State.ADDING)

    def fence(before: int, after: int) -> None:
        if not found.filter(written=before).update(written=after):
            raise Stopped

    return fence


def _parts(import_: Import, plan: _Plan, start: int) -> Iterator[pa.Table]:
    """The rows that are still to be written, many at a time."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in _kept_batches(import_, plan.kept, start):
        waiting.append(batch)
        rows += batch.num_rows
        if rows >= PART_ROWS:
            yield _with_states(waiting, plan)
            waiting, rows = [], 0
    if rows:
        yield _with_states(waiting, plan)


def _kept_batches(import_: Import, kept: Mask | None, start: int) -> Iterator[pa.RecordBatch]:
    place = skipped = 0
    with checked_batches(import_.checked_file) as batches:
        for batch in batches:
            whole = batch.num_rows
            if kept is not None:
                batch = batch.filter(pa.array(kept[place : place + whole]))
            place += whole
            over = min(max(0, start - skipped), batch.num_rows)
            skipped += batch.num_rows
            if batch.num_rows > over:
                yield batch.slice(over)


def _with_states(batches: list[pa.RecordBatch], plan: _Plan) -> pa.Table:
    part = pa.Table.from_batches(batches)
    names = [HASH, GROUP, *(field.column for field, _type in plan.fields)]
    states = states_of(part, plan.state, plan.label)
    return part.select(names).add_column(0, STATE, states).combine_chunks()


def _totals(import_: Import, plan: _Plan) -> tuple[int, dict[int, int]]:
    """How many of the rows are accepted, and how many of those each class has."""
    target = target_of([field for field, _type in plan.fields])
    accepted, classes = 0, np.zeros(0, dtype=np.int64)
    for part in _parts(import_, plan, 0):
        shown = part.filter(pa.array(part.column(STATE).to_numpy() == int(RowState.ACCEPTED)))
        accepted += shown.num_rows
        if target is None or not has_classes(target) or not shown.num_rows:
            continue
        codes = shown.column(target.column).drop_null().to_numpy().astype(np.int64)
        found = np.bincount(codes, minlength=len(classes))
        found[: len(classes)] += classes
        classes = found
    return accepted, {code: int(count) for code, count in enumerate(classes) if count}


def _show(import_: Import, plan: _Plan) -> None:
    """Make all rows visible: one transaction of a few small changes."""
    accepted, classes = _totals(import_, plan)
    contribution = plan.contribution
    with transaction.atomic():
        table = lock(import_.project)
        found = Import.objects.filter(pk=import_.pk, state=State.ADDING, written=contribution.rows)
        if not found.update(state=State.ADDED, finished=timezone.now()):
            raise Stopped
        contribution.state = Contribution.State.VISIBLE
        contribution.save(update_fields=["state"])
        counts = _counted(contribution, table, accepted)
        _tell(contribution, plan.fields, accepted, classes, counts)
        wake_next(import_.project)


def _counted(contribution: Contribution, table: DataTable, accepted: int) -> Counts:
    assert contribution.first_arrival is not None
    # Rows that arrived meanwhile have higher numbers: a snapshot with them lacks these.
    passed = table.next_arrival > contribution.first_arrival + contribution.rows
    DataTable.objects.filter(pk=table.pk).update(
        writing=None,
        accepted=F("accepted") + accepted,
        pending=F("pending") + contribution.rows - accepted,
        revision=F("revision") + 1,
        rewritten=F("rewritten") + int(passed and accepted > 0),
    )
    came = count_person(contribution.project, contribution.user, accepted) if accepted else 0
    return Counts(
        table.accepted + accepted,
        table.pending + contribution.rows - accepted,
        table.people + came,
    )


def _tell(
    contribution: Contribution,
    fields: Typed,
    accepted: int,
    classes: dict[int, int],
    counts: Counts,
) -> None:
    project, user = contribution.project, contribution.user
    if not accepted:
        rows_waiting(contribution, counts)
        return
    count_classes([field for field, _type in fields], classes)
    _activity, event = write_activity(
        project=project,
        actor=user,
        kind="rows_added",
        payload={"contribution": contribution.pk, "rows": accepted},
    )
    acts = Contribution.objects.filter(project=project, user=user).exclude(pk=contribution.pk)
    note_events(project, user, {"person": int(not acts.exists()), "rows": accepted})
    growth.changed(project.pk, counts.accepted)
    # Last: the counter row of the event log stays locked until the commit. Open windows fetch the
    # cells by themselves, a page at a time.
    rows_added(contribution, fields, counts, cells=[], before=[event])


def clear(import_: Import) -> None:
    """Remove what an import wrote before it was given up; killed anywhere it is done again.

    Its arrival numbers are given back when nobody took any after it; else their cells stay empty.
    """
    contribution = import_.contribution
    if contribution is not None and contribution.state == Contribution.State.OPEN:
        delete_rows(contribution, contribution.rows)
        with transaction.atomic():
            _release(contribution)
    forget_files(import_, bad_too=import_.state == State.CANCELLED)


def _release(contribution: Contribution) -> None:
    assert contribution.first_arrival is not None
    table = lock(contribution.project)
    DataTable.objects.filter(pk=table.pk, writing=contribution).update(writing=None)
    last = contribution.first_arrival + contribution.rows
    newest = DataTable.objects.filter(pk=table.pk, next_arrival=last)
    newest.update(next_arrival=contribution.first_arrival)
    contribution.delete()
    wake_next(contribution.project)
