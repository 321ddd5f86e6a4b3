"""A project under random changes of its schema, rows and undos, beside a model of it in memory.

The model says by itself what each change must do; it shares no code with the changes.
"""

from copy import deepcopy
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from accounts.models import User
from common.errors import Refused
from datasets import services
from datasets.drafts import FieldDraft
from datasets.models import Contribution, DataTable, Flag, RowState, SchemaVersion
from datasets.queries import Purpose, class_balance, count_of, rows, typed_fields
from datasets.records import prepare
from datasets.services.versioning import change_schema, undo_version
from projects.models import Project
from tests.projects_in_use import basics

HOSTILE = ('"; DROP TABLE p_1; --', "c_1__isnull", "a__gt", "pk", "id", "\u202eevil", "%s", "Ünï")
numbers = st.integers(-5, 5)


class SchemaMachine(RuleBasedStateMachine):
    """Fields and rows in the database, and as the model has them."""

    owner: User

    @initialize()
    def open(self) -> None:
        self.outer = transaction.atomic()
        self.outer.__enter__()
        kinds = {"categories": ["x", "y", "z"]}
        self.project = services.open_project(
            creator=self.owner,
            basics=basics("Machine"),
            fields=[
                FieldDraft("a", "number", required=False),
                FieldDraft("b", "boolean", required=False),
                FieldDraft("k", "category", "target", options=kinds),
            ],
        )
        services.publish_project(self.project, self.owner)
        DataTable.objects.filter(project=self.project).update(duplicates="allow")
        self.ids = {one.name: one.pk for one in self.project.fields.all()}
        a, b, k = (self.ids[name] for name in "abk")
        self.fields: dict[int, dict[str, Any]] = {
            a: {"name": "a", "kind": "number", "required": False, "retired": False},
            b: {"name": "b", "kind": "boolean", "required": False, "retired": False},
            k: {"name": "k", "kind": "category", "required": True, "retired": False},
        }
        self.order = [a, b, k]
        self.labels = {0: "x", 1: "y", 2: "z"}
        self.next_code = 3
        #: Row → values by field; version; whether it asks for another look.
        self.rows: dict[int, dict[str, Any]] = {}
        self.version, self.highest = 1, 1
        #: What was before each version that can be undone: (number, state of the model).
        self.before: list[tuple[int, Any]] = []
        self.names = 0
        self.settled = True

    def teardown(self) -> None:
        if hasattr(self, "outer"):
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    # rows

    def _values(self, draw: Any) -> dict[int, Any]:
        found: dict[int, Any] = {}
        for pk, field in self.fields.items():
            if field["retired"]:
                continue
            if field["kind"] == "category":
                found[pk] = draw(st.sampled_from(sorted(self.labels)))
                continue
            low, high = field.get("minimum", -9), field.get("maximum", 9)
            each = st.booleans() if field["kind"] == "boolean" else st.integers(low, high)
            found[pk] = draw(each if field["required"] else st.none() | each)
            if field["kind"] == "number" and found[pk] is not None:
                found[pk] = float(found[pk])
        return found

    @rule(data=st.data())
    def contribute(self, data: Any) -> None:
        listed = [self._values(data.draw) for _ in range(data.draw(st.integers(1, 3)))]
        self._fresh()
        made = services.contribute(
            project=self.project, user=self.owner, rows=listed, source=Contribution.Source.SEED
        )
        found = rows(self.project, Purpose.OWN).filter(contribution=made).order_by("position")
        for row, values in zip(found, listed, strict=True):
            gone = {pk: None for pk, field in self.fields.items() if field["retired"]}
            self.rows[row.pk] = {
                "values": {**gone, **values},
                "version": self.version,
                "look": False,
            }
        self.before.clear()

    @precondition(lambda self: any(row["values"] for row in self.rows.values()))
    @rule(data=st.data())
    def edit(self, data: Any) -> None:
        pk = data.draw(st.sampled_from([k for k, row in self.rows.items() if row["values"]]))
        values = self._values(data.draw)
        self._fresh()
        row = rows(self.project, Purpose.OWN).get(pk=pk)
        held = self.rows[pk]
        used = {key: value for key, value in held["values"].items() if key in values}
        changed = services.edit_row(
            project=self.project, user=self.owner, row=pk, values=values, revision=row.revision
        )
        assert changed is (used != values)
        if changed:
            held.update(values={**held["values"], **values}, version=self.version, look=False)
            self.before.clear()

    @precondition(lambda self: any(row["values"] for row in self.rows.values()))
    @rule(data=st.data())
    def withdraw(self, data: Any) -> None:
        pk = data.draw(st.sampled_from([k for k, row in self.rows.items() if row["values"]]))
        row = rows(self.project, Purpose.OWN).select_related("contribution").get(pk=pk)
        made = row.contribution
        services.withdraw(made, self.owner)
        for other in rows(self.project, Purpose.DELETED).filter(contribution=made):
            self.rows[other.pk]["values"] = {}

    # changes of the schema

    def _fresh(self) -> None:
        self.project = Project.objects.get(pk=self.project.pk)

    def _change(self, *operations: dict[str, Any]) -> SchemaVersion:
        self._fresh()
        was = deepcopy((self.version, self.fields, self.order, self.labels, self.rows))
        made = change_schema(
            project=self.project,
            actor=self.owner,
            operations=operations,
            base=self.project.schema_version,
        )
        assert made.state == SchemaVersion.State.APPLIED
        self.highest += 1
        assert made.number == self.highest
        self.before.append((made.number, was))
        self.version = made.number
        return made

    def _used(self, kind: str = "") -> list[int]:
        return [
            pk
            for pk in self.order
            if not self.fields[pk]["retired"] and kind in ("", self.fields[pk]["kind"])
        ]

    def _rewrite(self, made: SchemaVersion, new: dict[int, dict[int, Any]]) -> None:
        """The model's rows get these values, and the version."""
        assert made.rows_changed == len(new)
        for pk, values in new.items():
            self.rows[pk]["values"].update(values)
            self.rows[pk]["version"] = made.number

    def _new_name(self, data: Any) -> str:
        self.names += 1
        hostile = data.draw(st.sampled_from(HOSTILE))
        return f"{hostile}{self.names}".replace("\u202e", "")

    @precondition(lambda self: len(self.fields) < 7)
    @rule(data=st.data(), required=st.booleans(), fill=st.none() | numbers)
    def add_field(self, data: Any, required: bool, fill: int | None) -> None:
        name = self._new_name(data)
        draft = {"name": name, "kind": "number", "required": required}
        text = "" if fill is None else str(fill)
        made = self._change({"operation": "add_field", "draft": draft, "fill": text})
        pk = int(made.changes[0]["field"])
        self.fields[pk] = {"name": name, "kind": "number", "required": required, "retired": False}
        self.order.append(pk)
        living = {key: row for key, row in self.rows.items() if row["values"]}
        for row in living.values():
            row["values"][pk] = None
        value = None if fill is None else float(fill)
        self._rewrite(made, {} if fill is None else {key: {pk: value} for key in living})

    @rule(data=st.data())
    def rename(self, data: Any) -> None:
        pk, name = data.draw(st.sampled_from(self._used())), self._new_name(data)
        self._change({"operation": "rename_field", "field": pk, "to": name})
        self.fields[pk]["name"] = name

    @rule(data=st.data())
    def swap_names(self, data: Any) -> None:
        first, second = data.draw(st.permutations(self._used()))[:2]
        one, two = self.fields[first]["name"], self.fields[second]["name"]
        self._change(
            {"operation": "rename_field", "field": first, "to": "between"},
            {"operation": "rename_field", "field": second, "to": one},
            {"operation": "rename_field", "field": first, "to": two},
        )
        self.fields[first]["name"], self.fields[second]["name"] = two, one

    @rule(data=st.data())
    def move(self, data: Any) -> None:
        used = self._used()
        pk, place = data.draw(st.sampled_from(used)), data.draw(st.integers(0, len(used) - 1))
        if used.index(pk) == place:
            return
        self._change({"operation": "move_field", "field": pk, "place": place})
        used.remove(pk)
        used.insert(place, pk)
        self.order = [*used, *(one for one in self.order if self.fields[one]["retired"])]

    @precondition(lambda self: self._used("number"))
    @rule(data=st.data(), low=numbers, width=st.integers(1, 6))
    def limit(self, data: Any, low: int, width: int) -> None:
        pk = data.draw(st.sampled_from(self._used("number")))
        limits = {"minimum": low, "maximum": low + width}
        if {name: self.fields[pk].get(name) for name in limits} == limits:
            return
        texts = {name: str(value) for name, value in limits.items()}
        self._change({"operation": "change_limits", "field": pk, "options": texts})
        self.fields[pk].update(limits)

    @rule(data=st.data())
    def require(self, data: Any) -> None:
        pk = data.draw(st.sampled_from(self._used()))
        wanted = not self.fields[pk]["required"]
        self._change({"operation": "change_required", "field": pk, "required": wanted})
        self.fields[pk]["required"] = wanted

    @precondition(lambda self: len(self._used()) > 2 and self._used("number"))
    @rule(data=st.data())
    def retire(self, data: Any) -> None:
        kept = [pk for pk in self._used() if self.fields[pk]["kind"] != "category"]
        if len(kept) < 2:
            return
        pk = data.draw(st.sampled_from(kept))
        self._change({"operation": "retire_field", "field": pk})
        self.fields[pk]["retired"] = True

    @precondition(lambda self: any(field["retired"] for field in self.fields.values()))
    @rule(data=st.data())
    def bring_back(self, data: Any) -> None:
        gone = [pk for pk, field in self.fields.items() if field["retired"]]
        pk = data.draw(st.sampled_from(gone))
        self._change({"operation": "bring_back_field", "field": pk})
        self.fields[pk]["retired"] = False
        self.order.remove(pk)
        self.order.append(pk)

    @rule(data=st.data())
    def rename_category(self, data: Any) -> None:
        code, label = data.draw(st.sampled_from(sorted(self.labels))), self._new_name(data)
        field = self.ids["k"]
        made = self._change(
            {"operation": "rename_category", "field": field, "code": code, "to": label}
        )
        assert made.rows_changed == 0
        self.labels[code] = label

    @precondition(lambda self: len(self.labels) > 2)
    @rule(data=st.data())
    def merge(self, data: Any) -> None:
        gone, into = data.draw(st.permutations(sorted(self.labels)))[:2]
        field = self.ids["k"]
        made = self._change(
            {"operation": "merge_categories", "field": field, "codes": [gone], "into": into}
        )
        del self.labels[gone]
        hit = [pk for pk, row in self.rows.items() if row["values"].get(field) == gone]
        self._rewrite(made, {pk: {field: into} for pk in hit})

    @rule(data=st.data(), bound=st.none() | numbers)
    def split(self, data: Any, bound: int | None) -> None:
        deciding = self._used("number")
        code, label, field = (
            data.draw(st.sampled_from(sorted(self.labels))),
            self._new_name(data),
            self.ids["k"],
        )
        said = {"operation": "split_category", "field": field, "code": code, "to": label}
        by = data.draw(st.sampled_from(deciding)) if deciding and bound is not None else None
        rule_ = {} if by is None else {"by": by, "test": "least", "value": str(self._in(by, bound))}
        made = self._change({**said, **rule_})
        new, self.next_code = self.next_code, self.next_code + 1
        self.labels[new] = label
        hit = {pk: row for pk, row in self.rows.items() if row["values"].get(field) == code}
        if by is None:
            self._rewrite(made, {})
            for row in hit.values():
                row["look"] = made.number
            return
        least = self._in(by, bound)
        moved = [
            pk
            for pk, row in hit.items()
            if row["values"].get(by) is not None and row["values"][by] >= least
        ]
        self._rewrite(made, {pk: {field: new} for pk in moved})

    def _in(self, pk: int, bound: int | None) -> int:
        low, high = self.fields[pk].get("minimum", -9), self.fields[pk].get("maximum", 9)
        return int(min(high, max(low, bound or 0)))

    @precondition(lambda self: self.before)
    @rule()
    def undo(self) -> None:
        number, was = self.before.pop()
        version = SchemaVersion.objects.get(project=self.project, number=number)
        undo_version(version, self.owner)
        assert undo_version(version, self.owner).state == SchemaVersion.State.UNDONE
        gone = {pk for pk, row in self.rows.items() if not row["values"]}
        self.version, self.fields, self.order, self.labels, self.rows = was
        for pk in gone:
            self.rows[pk]["values"] = {}
        self._codes_again()

    def _codes_again(self) -> None:
        """The codes of undone categories are free again: no row ever held one."""
        field = self.project.fields.get(pk=self.ids["k"])
        listed = [*field.options["categories"], *field.options.get("merged", [])]
        self.next_code = max(one["code"] for one in listed) + 1

    @precondition(lambda self: self.highest > 1 and not self.before)
    @rule()
    def undo_is_refused(self) -> None:
        newest = SchemaVersion.objects.filter(project=self.project, state="applied").first()
        assert newest is not None
        try:
            undo_version(newest, self.owner)
        except Refused:
            return
        raise AssertionError("something depends on it")

    # what holds at all times

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "fields"):
            return
        self._fresh()
        assert self.project.schema_version == self.version
        described = {one.pk: one for one in self.project.fields.all()}
        assert set(described) == set(self.fields)
        for pk, field in self.fields.items():
            found = described[pk]
            assert (found.name, found.required, found.retired) == (
                field["name"],
                field["required"],
                field["retired"],
            )
        used = sorted((f for f in described.values() if not f.retired), key=lambda f: f.order)
        assert [one.pk for one in used] == self._used()
        options = described[self.ids["k"]].options["categories"]
        assert {one["code"]: one["label"] for one in options} == self.labels
        self._same_rows(described)

    def _same_rows(self, described: dict[int, Any]) -> None:
        found = {row.pk: row for row in rows(self.project, Purpose.CHANGE)}
        assert set(found) == set(self.rows)
        flagged = set()
        for pk, row in found.items():
            held = self.rows[pk]
            if not held["values"]:
                assert row.state == RowState.WITHDRAWN
                continue
            stored = {key: getattr(row, one.column) for key, one in described.items()}
            assert stored == {key: held["values"].get(key) for key in described}, pk
            assert row.schema_version == held["version"]
            self._same_hashes(row, held)
            if held["look"] or not self._fits(held["values"]):
                flagged.add(pk)
        kept = Flag.objects.filter(project=self.project, kind="invalid").values_list("row")
        living = {pk for pk, row in self.rows.items() if row["values"]}
        assert {pk for (pk,) in kept} & living == flagged
        self._same_counts()

    def _same_hashes(self, row: Any, held: dict[str, Any]) -> None:
        typed = [
            (one, type(type_)(one.name, _unlimited(type_.options), required=False, role=one.role))
            for one, type_ in typed_fields(self.project)
        ]
        used = {one.pk: held["values"].get(one.pk) for one, _type in typed}
        made = prepare(typed, used)
        assert (made.row_hash, made.group_key) == (bytes(row.row_hash), row.group_key)

    def _same_counts(self) -> None:
        living = [row["values"] for row in self.rows.values() if row["values"]]
        assert count_of(self.project).accepted == len(living)
        target = self.ids["k"]
        counted = {bar.label: bar.rows for bar in class_balance(self.project)}
        wanted = dict.fromkeys(self.labels.values(), 0)
        for values in living:
            wanted[self.labels[values[target]]] += 1
        assert counted == wanted

    def _fits(self, values: dict[int, Any]) -> bool:
        for pk in self._used():
            field, value = self.fields[pk], values.get(pk)
            if value is None and field["required"]:
                return False
            limited = field["kind"] == "number" and value is not None
            if limited:
                number = float(values[pk])
                low, high = field.get("minimum", number), field.get("maximum", number)
                if not low <= number <= high:
                    return False
        return True


def _unlimited(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name not in ("minimum", "maximum")}
