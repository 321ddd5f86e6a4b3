"""An item as pages show it, and the keys of its answers."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from datasets.field_types import FieldType
from datasets.labelling.case import Case
from datasets.labelling.targets import Choice, Target
from datasets.models import Field, Row
from datasets.queries.listing import Cell, shown_row
from datasets.records import Typed

#: Above so many classes a list is shown instead of buttons.
BUTTONS = 24
#: Keys that mean something else on the page: skip, undo, the list of keys, and ways to go.
TAKEN = frozenset("sugjk?/")
#: Side of the picture of a pen's way, with room for the line's width.
SIDE, ROOM = 96, 8


@dataclass(frozen=True)
class ShownItem:
    """The features of an item: ``large`` are drawn large, ``others`` stand in a small table."""

    large: list[tuple[Cell, SafeString | None]]
    others: list[Cell]


@dataclass(frozen=True)
class Keyed:
    """A class with the keys that choose it; ``key`` is the one that its button shows."""

    choice: Choice
    key: str
    keys: str


def shown_item(case: Case, row: Row) -> ShownItem:
    """What somebody sees who labels the row: everything but the target."""
    return drawn_large(case.fields, row, without=case.target.field.pk)


def drawn_large(fields: Typed, row: Row, *, without: int | None = None) -> ShownItem:
    """A row as somebody looks at it who judges it; ``without`` leaves a field out."""
    cells = shown_row(fields, row).cells
    large: list[tuple[Cell, SafeString | None]] = []
    others: list[Cell] = []
    for (field, type_), cell in zip(fields, cells, strict=True):
        if field.pk == without:
            continue
        if cell.picture or cell.lines:
            large.append((cell, _way(field, type_, row)))
        else:
            others.append(cell)
    return ShownItem(large, others)


def keyed(target: Target) -> list[Keyed]:
    """The classes with their keys; empty when there are too many for buttons, or none.

    Classes that are digits have themselves as keys. Others are counted from 1 to 9, and have their
    first letter besides, where it is nobody else's.
    """
    choices = target.choices
    if len(choices) > BUTTONS:
        return []
    if all(len(one.label) == 1 and one.label in "0123456789" for one in choices):
        return [Keyed(one, one.label, one.label) for one in choices]
    firsts = [one.label[0].lower() for one in choices]
    found = []
    for number, (one, first) in enumerate(zip(choices, firsts, strict=True), start=1):
        keys = [str(number)] if number <= 9 else []
        if firsts.count(first) == 1 and first.isalpha() and first not in TAKEN:
            keys.append(first)
        found.append(Keyed(one, keys[0] if keys else "", ", ".join(keys)))
    return found


def _way(field: Field, type_: FieldType[object], row: Row) -> SafeString | None:
    """The way of a pen as a picture: two channels are x and y."""
    if field.kind != Field.Kind.SEQUENCE:
        return None
    value = type_.value_of(getattr(row, field.column))
    if not isinstance(value, list) or len(value) != 2 or len(value[0]) < 2:
        return None
    across, up = _scaled(value[0]), _scaled(value[1])
    points = [(x, SIDE - y) for x, y in zip(across, up, strict=True)]
    text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    first_x, first_y = points[0]
    return format_html(
        '<svg class="penway" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="4"'
        ' stroke-linejoin="round" stroke-linecap="round"/>'
        '<circle cx="{}" cy="{}" r="5" class="penstart"/></svg>',
        SIDE,
        SIDE,
        _("The way of a pen, from the dot on"),
        text,
        f"{first_x:.1f}",
        f"{first_y:.1f}",
    )


def _scaled(values: list[float]) -> list[float]:
    low, high = min(values), max(values)
    span = high - low
    inner = SIDE - 2 * ROOM
    return [ROOM + (inner * (value - low) / span if span else inner / 2) for value in values]
