"""Which rows a version of the schema concerns, and what becomes of one of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from datasets.hashing import group_key, row_hash
from datasets.history import kept, stored_of
from datasets.models import DataTable, Field, Flag, RowChange, RowState
from datasets.records import typed
from datasets.schema_changes.base import Operation, Values
from datasets.schema_changes.category_changes import SplitCategory
from datasets.schema_changes.outside import fits, outside
from projects.models import Project

#: In ``RowChange.before``, beside the values: the schema version that the row had.
VERSION = "schema_version"
#: In ``Flag.detail``: the version that asks for another look, and the faulty fields.
RELABEL, FAULTY = "relabel", "fields"
EVERY = Q(pk__gt=0)


@dataclass
class Outcome:
    """What becomes of one row."""

    pk: int
    state: int
    revision: int
    #: Stored values by field id, of every field there is.
    before: Values
    after: Values
    row_hash: bytes
    group_key: int
    schema_version: int
    rehashed: bool
    #: The fields whose values do not fit, and whether somebody must look at it anyway.
    faulty: list[int] = field(default_factory=list)
    #: The version since which somebody must look at it, whatever it holds.
    relabel: int | None = None
    was_flagged: bool = False
    #: Whether an undone change had rewritten it.
    restored: bool = False

    @cached_property
    def rewritten(self) -> bool:
        """Whether a value differs."""
        return self.before != self.after

    @property
    def flagged(self) -> bool:
        """Whether it does not fit the schema as it is."""
        return bool(self.faulty) or self.relabel is not None

    @property
    def needs_writing(self) -> bool:
        """Whether anything of the row itself differs."""
        return self.rewritten or self.rehashed or self.restored

    @cached_property
    def changed(self) -> set[int]:
        """The fields whose values differ; ask once it is made to the end."""
        return {pk for pk in self.after if self.before.get(pk) != self.after[pk]}

    def history(self) -> dict[str, Any]:
        """What ``RowChange.before`` keeps of it."""
        old = {str(pk): kept(self.before.get(pk)) for pk in sorted(self.changed)}
        return {**old, VERSION: self.schema_version}


class RowsOfChange:
    """The rows that a version concerns; with ``backwards`` those that undoing it concerns.

    ``fields`` are all fields of the project, retired ones too, as they are after the change (or
    after it was undone); ``operations`` are the version's, resolved.
    """

    def __init__(
        self,
        project: Project,
        fields: Iterable[Field],
        operations: Sequence[Operation],
        *,
        number: int = 0,
        backwards: bool = False,
    ) -> None:
        self.project = project
        self.fields = list(fields)
        self.number = number
        self.backwards = backwards
        #: Those that have a column: a field that is only planned has a negative id.
        self.held = [one for one in self.fields if one.pk > 0]
        present = {one.pk for one in self.fields}
        self.operations = [] if backwards else list(operations)
        self._rewriting = [one for one in self.operations if one.changing() is not None]
        self._relabelled = [
            one for one in self.operations if isinstance(one, SplitCategory) and one.by is None
        ]
        checked = {one.checked() for one in operations} & present
        self._checked = [one for one in self.fields if one.pk in checked and not one.retired]
        self._rehashing = [
            found
            for one in operations
            if (found := one.rehashing()) is not None and present >= _named(one)
        ]
        self._used = [one for one in self.fields if not one.retired]
        self._typed = typed(self._used)
        self._all_typed = typed(self.fields)
        self._labels = DataTable.objects.filter(project=project, collects="labels").exists()

    def concerned(self) -> Q | None:
        """The rows that must be looked at, by what they hold; None: no row at all."""
        found = [*self._changing(), *self._rehashing]
        found += [_asked(each, each.relabelled()) for each in self._relabelled]
        found += [self._outside(one) for one in self._checked]
        if self.backwards:
            found.append(Q(Exists(self.changes().filter(row=OuterRef("pk")))))
        if not found:
            return None
        return _any([*found, Q(Exists(self._flags().filter(row=OuterRef("pk"))))])

    def changing(self) -> Q | None:
        """The rows whose values will differ."""
        found = self._changing()
        return _any(found) if found else None

    def narrowing(self) -> Q | None:
        """The rows that will not fit though they do now, by the values that they have now."""
        found = [self._outside(one) for one in self._checked]
        found += [_asked(each, each.relabelled()) for each in self._relabelled]
        if not found:
            return None
        return _any(found) & ~Q(Exists(self._flags().filter(row=OuterRef("pk"))))

    def _outside(self, field: Field) -> Q:
        found = outside(field) if field.pk > 0 else EVERY
        if self._labels and field.role == Field.Role.TARGET:
            # What waits for its label lacks it rightly.
            found &= ~Q(**{"state": RowState.PENDING, f"{field.column}__isnull": True})
        return found

    def _changing(self) -> list[Q]:
        return [_asked(one, one.changing()) for one in self._rewriting]

    def columns(self) -> list[str]:
        """What must be read of a row, in the order that ``outcomes`` takes it."""
        fixed = ["pk", "state", "revision", "schema_version", "row_hash", "group_key"]
        return [*fixed, *(one.column for one in self.held)]

    def outcomes(self, found: Sequence[Sequence[Any]]) -> list[Outcome]:
        """What becomes of the rows, given as the values of ``columns``."""
        ids = [row[0] for row in found]
        histories = self._histories(ids) if self.backwards else {}
        flags = dict(self._flags().filter(row__in=ids).values_list("row", "detail"))
        return [self._outcome(row, histories.get(row[0]), flags.get(row[0])) for row in found]

    def _outcome(
        self,
        row: Sequence[Any],
        history: Mapping[str, Any] | None,
        flag: Mapping[str, Any] | None,
    ) -> Outcome:
        pk, state, revision, version, exact, near, *stored = row
        before: Values = dict.fromkeys(one.pk for one in self.fields)
        before |= {one.pk: _plain(value) for one, value in zip(self.held, stored, strict=True)}
        after = dict(before)
        if history is not None:
            after.update(stored_of(self._all_typed, history))
            version = history.get(VERSION, version)
        for operation in self._rewriting:
            operation.rewrite(after)
        made = Outcome(pk, state, revision, before, after, bytes(exact), near, version, False)
        if before != after or self._rehashing or history is not None:
            made.row_hash, made.group_key = self.hashes(after)
            made.rehashed = (made.row_hash, made.group_key) != (bytes(exact), near)
        made.restored = history is not None
        made.was_flagged = flag is not None
        # What was valid before can only have become invalid where a field was narrowed.
        made.faulty = self._faulty(made, self._used if made.was_flagged else self._checked)
        made.relabel = self._must_be_relabelled(made, flag or {})
        return made

    def hashes(self, values: Values) -> tuple[bytes, int]:
        """The row's hash and group key under the fields in use."""
        used = {one.pk: values.get(one.pk) for one, _type in self._typed}
        exact = row_hash(used)
        held = ((one.pk, type_, type_.value_of(used[one.pk])) for one, type_ in self._typed)
        return exact, group_key(held, exact)

    def _faulty(self, made: Outcome, fields: Sequence[Field]) -> list[int]:
        waits = self._labels and made.state == RowState.PENDING
        return [
            one.pk
            for one in fields
            if not (waits and one.role == Field.Role.TARGET and made.after.get(one.pk) is None)
            and not fits(one, made.after.get(one.pk))
        ]

    def _must_be_relabelled(self, made: Outcome, flag: Mapping[str, Any]) -> int | None:
        earlier: int | None = flag.get(RELABEL)
        if earlier is not None and not (self.backwards and earlier == self.number):
            return earlier
        asked = any(made.after.get(each.field) == each.code for each in self._relabelled)
        return self.number if asked else None

    def _flags(self) -> QuerySet[Flag]:
        return Flag.objects.filter(project=self.project, kind=Flag.Kind.INVALID)

    def changes(self) -> QuerySet[RowChange]:
        """What the version wrote into rows' histories."""
        return RowChange.objects.filter(
            project=self.project, kind=RowChange.Kind.SCHEMA, schema_version=self.number
        )

    def _histories(self, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        listed = self.changes().filter(row__in=ids).exclude(before={})
        return dict(listed.values_list("row", "before"))


def _asked(operation: Operation, condition: Q | None) -> Q:
    """The condition; where the field has no column yet, every row fulfils it."""
    assert condition is not None
    planned = any(pk < 0 for pk in _named(operation))
    return EVERY if planned else condition


def _any(conditions: Iterable[Q]) -> Q:
    """Rows that fulfil one of the conditions; tombstones hold nothing that could change."""
    whole = Q()
    for one in conditions:
        whole |= one
    return whole & ~Q(state=RowState.WITHDRAWN)


def _named(operation: Operation) -> set[int]:
    pk = getattr(operation, "field", None)
    return set() if pk is None else {pk}


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview | bytearray) else value
