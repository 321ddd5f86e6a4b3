"""Rows follow a change of the schema, in portions so small that no other writer waits for long.

Reading and reckoning happen outside the transaction; inside it stand only the updates, each bound
to the revision that was read. A row that somebody changed meanwhile lets the portion be done anew.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from datasets.models import DataTable, Field, Flag, RowState, SchemaVersion
from datasets.queries import Purpose, rows
from datasets.schema_changes import read_operations
from datasets.schema_changes.rows_of_change import FAULTY, RELABEL, Outcome, RowsOfChange
from datasets.services.class_counts import count_classes, counted_field
from jobs.errors import LostLease
from projects.models import Project

#: Seconds that the transaction of a portion should take, and rows of the first one.
WANTED, FIRST = 0.08, 200
FEWEST, MOST = 20, 2_000


# Plain SQL: the ORM takes ten times as long for it, and others wait.
KEEP = """
    INSERT INTO datasets_rowchange
        (project_id, row, kind, actor_id, schema_version, reason, before, created)
    VALUES (%s, %s, 'schema', %s, %s, '', %s, %s)
"""


class Moved(Exception):
    """A row was changed between reading it and writing it."""


class Backfill:
    """The rows of one version, from where it stands; ``hold`` keeps others from doing the same."""

    def __init__(self, version: SchemaVersion, top: int, hold: Callable[[], None]) -> None:
        self.version = version
        self.top = top
        self.hold = hold
        self.project = Project.objects.get(pk=version.project_id)
        self.fields = list(self.project.fields.all())
        self.backwards = is_undone(version, self.project)
        self.size = FIRST
        self.plan = RowsOfChange(
            self.project,
            self.fields,
            read_operations([kept_operation(one) for one in version.changes]),
            number=version.number,
            backwards=self.backwards,
        )
        self.condition = self.plan.concerned()

    def run(self, finish: Callable[[], None], goes_on: Callable[[], bool] | None = None) -> bool:
        """Do all portions that are left; ``finish`` ends it in the last one's transaction.

        Where ``goes_on`` says no it stops between two portions; tells whether it came to the end.
        """
        while not self.portion(finish):
            if goes_on is not None and not goes_on():
                return False
        return True

    def portion(self, finish: Callable[[], None]) -> bool:
        """Do one portion, in a transaction; tells whether it was the last one.

        Raises:
            LostLease: another worker goes on with it.
        """
        found = self._read()
        outcomes = self.plan.outcomes(found)
        last = len(found) < self.size
        reached = self.top if last else found[-1][0]
        began = 0.0
        try:
            with transaction.atomic():
                DataTable.objects.select_for_update().get(project=self.project)
                # From here on others wait.
                began = time.monotonic()
                self.hold()
                self._write(outcomes)
                self._note(outcomes, reached)
                if last:
                    finish()
        except Moved:
            self.size = max(FEWEST, self.size // 2)
            return False
        self.version.last_row = reached
        self._adapt(time.monotonic() - began)
        return last

    def _read(self) -> Sequence[Sequence[Any]]:
        if self.condition is None:
            return []
        found = rows(self.project, Purpose.CHANGE, self.fields).filter(self.condition)
        found = found.filter(pk__gt=self.version.last_row, pk__lte=self.top).order_by("pk")
        return list(found.values_list(*self.plan.columns())[: self.size])

    def _adapt(self, seconds: float) -> None:
        """Make the next portion as large as takes the wanted time; leave as much to others."""
        factor = min(2.0, WANTED / max(seconds, 0.001))
        self.size = int(min(MOST, max(FEWEST, self.size * factor)))
        if not connection.in_atomic_block:
            time.sleep(min(0.2, seconds))

    def _note(self, outcomes: Sequence[Outcome], reached: int) -> None:
        changed = sum(one.rewritten for one in outcomes)
        invalid = sum(one.flagged and not one.was_flagged for one in outcomes)
        still = SchemaVersion.objects.filter(
            pk=self.version.pk,
            last_row=self.version.last_row,
            state=SchemaVersion.State.APPLYING,
        )
        counts = {} if self.backwards else {"changed": changed, "invalid": invalid}
        noted = still.update(
            last_row=reached,
            done=F("done") + len(outcomes),
            rows_changed=F("rows_changed") + counts.get("changed", 0),
            rows_invalid=F("rows_invalid") + counts.get("invalid", 0),
        )
        if not noted:
            raise LostLease(f"Schema version {self.version.pk} is in another hand by now.")

    def _write(self, outcomes: Sequence[Outcome]) -> None:
        written = [one for one in outcomes if one.needs_writing]
        self._update(written)
        if self.backwards:
            self.plan.changes().filter(row__in=[one.pk for one in outcomes]).delete()
        else:
            self._keep_history([one for one in written if one.rewritten])
        self._flag(outcomes)
        accepted = [one for one in written if one.state == RowState.ACCEPTED]
        self._count(accepted)
        if written:
            shown = any(one.rewritten or one.rehashed for one in accepted)
            DataTable.objects.filter(project=self.project).update(
                revision=F("revision") + 1, rewritten=F("rewritten") + int(shown)
            )

    def _update(self, written: Sequence[Outcome]) -> None:
        changed = set().union(*(one.changed for one in written))
        touched = [one for one in self.plan.held if one.pk in changed]
        columns = [*(one.column for one in touched), "row_hash", "group_key", "schema_version"]
        places = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in columns)
        table = connection.ops.quote_name(f"p_{self.project.pk}")
        # Every name in it is generated: p_<id>, c_<id> and the fixed ones.
        statement = (
            f"UPDATE {table} SET {places}, revision = revision + %s "  # noqa: S608
            "WHERE id = %s AND revision = %s"
        )
        values = [
            (
                *(one.after[field.pk] for field in touched),
                one.row_hash,
                one.group_key,
                self._version_of(one),
                int(one.rewritten or one.restored),
                one.pk,
                one.revision,
            )
            for one in written
        ]
        if not values:
            return
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
            if cursor.rowcount != len(values):
                raise Moved

    def _version_of(self, outcome: Outcome) -> int:
        if outcome.rewritten and not self.backwards:
            return self.version.number
        return outcome.schema_version

    def _keep_history(self, rewritten: Iterable[Outcome]) -> None:
        created = connection.ops.adapt_datetimefield_value(timezone.now())
        author, number = self.version.author_id, self.version.number
        values = [
            (self.project.pk, one.pk, author, number, json.dumps(one.history()), created)
            for one in rewritten
        ]
        if values:
            with connection.cursor() as cursor:
                cursor.executemany(KEEP, values)

    def _flag(self, outcomes: Sequence[Outcome]) -> None:
        flags = Flag.objects.filter(project=self.project, kind=Flag.Kind.INVALID)
        fitting = [one.pk for one in outcomes if one.was_flagged and not one.flagged]
        if fitting:
            flags.filter(row__in=fitting).delete()
        faulty = [one for one in outcomes if one.flagged]
        if not faulty:
            return
        Flag.objects.bulk_create(
            [
                Flag(
                    project=self.project,
                    row=one.pk,
                    kind=Flag.Kind.INVALID,
                    strength=len(one.faulty) + int(one.relabel is not None),
                    detail={FAULTY: one.faulty, **self._relabel(one)},
                )
                for one in faulty
            ],
            update_conflicts=True,
            unique_fields=["project", "row", "kind"],
            update_fields=["strength", "detail"],
        )

    def _relabel(self, outcome: Outcome) -> dict[str, int]:
        return {} if outcome.relabel is None else {RELABEL: outcome.relabel}

    def _count(self, accepted: Sequence[Outcome]) -> None:
        field = counted_field(_used(self.fields))
        if field is None:
            return
        changes: Counter[int] = Counter()
        for one in accepted:
            before, after = one.before.get(field.pk), one.after.get(field.pk)
            if before != after:
                changes[-1 if before is None else int(before)] -= before is not None
                changes[-1 if after is None else int(after)] += after is not None
        changes.pop(-1, None)
        count_classes([field], changes)


def is_undone(version: SchemaVersion, project: Project) -> bool:
    """Whether the rows go back: the project's fields are those of before already."""
    return version.number > project.schema_version


def kept_operation(change: dict[str, Any]) -> dict[str, Any]:
    """The operation of one entry of ``SchemaVersion.changes``, without what is told of it."""
    return {name: value for name, value in change.items() if name not in ("names", "was")}


def _used(fields: Iterable[Field]) -> list[Field]:
    return [field for field in fields if not field.retired]
