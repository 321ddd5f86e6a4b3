"""One view of a project's data: filters, order, columns and shape, as an address says them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.limits import COLUMNS_SHOWN
from common.numbers import whole
from datasets.browsing import browsing_of
from datasets.field_types import FieldType
from datasets.models import Field, RowState
from datasets.queries.asked import Filter, filters_in
from datasets.queries.counts import target_of
from datasets.queries.reading import Purpose
from datasets.records import Typed
from projects.models import Project

ARRIVAL = "arrival"
#: What maintainers may look at beside the accepted rows.
STATES: dict[str, tuple[RowState, Any]] = {
    "pending": (RowState.PENDING, gettext_lazy("waiting for a check")),
    "rejected": (RowState.REJECTED, gettext_lazy("rejected")),
}
TABLE, SHEET = "table", "sheet"
#: Keys that are no filter; a place in the pages is not part of a view.
KEYS = ("state", "sort", "cols", "as")


@dataclass(frozen=True)
class Order:
    """By which column rows are sorted; ``field`` None is the order in which they came."""

    field: Field | None = None
    type_: FieldType[Any] | None = None
    descending: bool = True

    @property
    def text(self) -> str:
        """As the address says it."""
        name = ARRIVAL if self.field is None else str(self.field.pk)
        return f"-{name}" if self.descending else name


NEWEST = Order()


@dataclass(frozen=True)
class DataView:
    """What one reader looks at.

    Attributes:
        fields: all fields in use; ``shown`` those of them that the table has columns for.
        faults: what of the address was not understood, one sentence each.
        state: which rows, for maintainers; None are the accepted ones.
        columns: the ids that the address names; empty for the first ones.
    """

    project: Project
    fields: Typed
    shown: Typed
    filters: tuple[Filter, ...] = ()
    faults: tuple[str, ...] = ()
    order: Order = NEWEST
    state: str = ""
    shape: str = TABLE
    columns: tuple[int, ...] = ()

    @property
    def purpose(self) -> Purpose:
        """Why rows are read for it."""
        return Purpose.MODERATION if self.state else Purpose.TABLE

    @property
    def narrowed(self) -> bool:
        """Whether it shows fewer than all rows."""
        return bool(self.filters or self.state)

    @property
    def read(self) -> list[Field]:
        """The fields whose columns its statements name."""
        asked = [one.field for one in self.filters if one.field is not None]
        order = [self.order.field] if self.order.field is not None else []
        wanted = {field.pk: field for field in (*(f for f, _t in self.shown), *asked, *order)}
        return list(wanted.values())

    def pairs(self) -> list[tuple[str, str]]:
        """Keys and texts of its address, always in the same order."""
        ordered = sorted(self.filters, key=lambda one: (_place(one), one.key, one.text))
        found = [(one.key, one.text) for one in ordered]
        if self.state:
            found.append(("state", self.state))
        if self.order != NEWEST:
            found.append(("sort", self.order.text))
        if self.columns:
            found.append(("cols", ",".join(map(str, self.columns))))
        if self.shape != TABLE:
            found.append(("as", self.shape))
        return found

    def address(self, *beside: tuple[str, str]) -> str:
        """Its query, ``?`` before it; ``beside`` are more keys and texts."""
        # Colons and commas may stand in a query as they are: people read these addresses.
        query = urlencode([*self.pairs(), *beside], safe=",:")
        return f"?{query}" if query else "?"

    def without(self, gone: Filter) -> str:
        """The address without one filter."""
        return replace(self, filters=tuple(one for one in self.filters if one != gone)).address()

    def asking(self, field: Field, asked: Mapping[str, str]) -> str:
        """The address with other conditions on a field, in place of those there are."""
        others = [p for p in self.pairs() if not p[0].startswith(f"f.{field.pk}.")]
        more = [(f"f.{field.pk}.{name}", text) for name, text in asked.items()]
        return "?" + urlencode([*more, *others], safe=",:")

    def sorted_by(self, field: Field, type_: FieldType[Any]) -> str:
        """The address in the order of a field: rising first, falling when it is that already."""
        rising = self.order.field == field and not self.order.descending
        return replace(self, order=Order(field, type_, descending=rising)).address()

    def shaped(self, shape: str) -> str:
        """The address in another shape."""
        return replace(self, shape=shape).address()

    def everything(self) -> str:
        """The address without any filter."""
        return replace(self, filters=(), state="").address()

    def from_newest(self) -> str:
        """The address in the order in which rows came."""
        return replace(self, order=NEWEST).address()


def view_of(
    project: Project, fields: Typed, pairs: Iterable[tuple[str, str]], *, maintains: bool = False
) -> DataView:
    """The view that keys and texts of an address say; what is not understood becomes a fault.

    Args:
        project: whose rows.
        fields: its fields in use.
        pairs: keys and texts; a list of classes or columns may come as several.
        maintains: whether the reader may see rows that are not accepted.
    """
    texts = _joined(pairs)
    filters, faults = filters_in(project, fields, texts.items())
    order, state = _order(fields, texts.get("sort", "")), texts.get("state", "")
    if order is None:
        faults.append(_("The rows cannot be sorted in the way that the address says."))
    if state and (state not in STATES or not maintains):
        faults.append(_("Rows that are not accepted are shown to maintainers only."))
        state = ""
    columns = _columns(fields, texts.get("cols", ""))
    return DataView(
        project,
        fields,
        _shown(fields, columns),
        tuple(filters),
        tuple(faults),
        order or NEWEST,
        state,
        SHEET if texts.get("as") == SHEET else TABLE,
        columns,
    )


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """One text a key, empty ones left out: of a list checkboxes send one each, else the last."""
    found: dict[str, str] = {}
    for key, text in pairs:
        listed = key == "cols" or key.endswith(".in")
        if text.strip():
            found[key] = f"{found[key]},{text}" if listed and key in found else text
    return found


def _order(fields: Typed, text: str) -> Order | None:
    """The order that the address says; None when there is no such column to sort by."""
    name, descending = text.removeprefix("-"), text.startswith("-")
    if not text:
        return NEWEST
    if name == ARRIVAL:
        return Order(descending=descending)
    pk = whole(name)
    for field, type_ in fields:
        if field.pk == pk and browsing_of(type_).sortable:
            return Order(field, type_, descending)
    return None


def _columns(fields: Typed, text: str) -> tuple[int, ...]:
    known = {field.pk for field, _type in fields}
    wanted = (whole(part) for part in text.split(",")[: 4 * COLUMNS_SHOWN])
    found = dict.fromkeys(pk for pk in wanted if pk is not None and pk in known)
    return tuple(found)[:COLUMNS_SHOWN]


def _shown(fields: Typed, columns: tuple[int, ...]) -> Typed:
    """The fields that get a column: those asked for, else the first ones, the target among them."""
    if columns:
        by_id = {field.pk: (field, type_) for field, type_ in fields}
        return [by_id[pk] for pk in columns]
    listed = list(fields)[:COLUMNS_SHOWN]
    target = target_of([field for field, _type in fields])
    if target is not None and target not in [field for field, _type in listed]:
        listed[-1:] = [(field, type_) for field, type_ in fields if field == target]
    return listed


def _place(one: Filter) -> int:
    """Where a filter stands in an address: by the fields' numbers, other filters first."""
    return one.field.pk if one.field is not None else 0
