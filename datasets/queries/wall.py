"""The wall: one cell a row in arrival order, coloured by the target, drawings as pictures."""

import base64
from collections.abc import Sequence
from typing import Any

from datasets.field_types import FieldType, type_named, type_of
from datasets.models import DataTable, Field
from datasets.queries.counts import fields_of, labels_of, target_of
from datasets.queries.reading import Purpose, rows
from projects.models import Project

CELLS_PER_PAGE = 5_000
#: So many labels go with every page of the wall.
LABELS_SENT = 200
#: Base64 of drawings in one page of the wall: about 3 MB.
PICTURE_BYTES = 2_300_000
Cell = list[Any]


class WallShape:
    """Which fields give a cell its colour and its picture."""

    def __init__(self, fields: list[Field], *, pictures: bool = True) -> None:
        self.target = target_of(fields)
        self.target_type: FieldType[Any] | None = type_of(self.target) if self.target else None
        drawn = (field for field in fields if type_named(field.kind).wall_kind == "grid")
        self.picture = next(drawn, None) if pictures else None
        self.picture_type = type_of(self.picture) if self.picture else None

    @property
    def kind(self) -> str:
        """``grid``, ``label``, ``value`` or ``none``."""
        if self.picture is not None:
            return "grid"
        return self.target_type.wall_kind if self.target_type else "none"

    def columns(self) -> list[str]:
        """The columns that a cell is made of, in the order that ``cell`` takes them."""
        shown = [field.column for field in (self.target, self.picture) if field]
        return ["arrival", "id", *dict.fromkeys(shown)]

    def cell(self, stored: Sequence[Any]) -> Cell:
        """``[arrival, row id, code or value or None, picture in base64 or None]``.

        ``stored`` are the stored values of ``columns()``.
        """
        code = picture = None
        if self.target is not None and self.target_type is not None and stored[2] is not None:
            code = self.target_type.wall(self.target_type.from_storage(stored[2]))
        if self.picture_type is not None and stored[-1] is not None:
            picture = base64.b64encode(self.picture_type.tile_bytes(stored[-1])).decode()
        return [stored[0], stored[1], code, picture]

    def page_size(self) -> int:
        """How many cells fit one page."""
        if self.picture_type is None:
            return CELLS_PER_PAGE
        tile = self.picture_type.tile()
        cells: int = tile["height"] * tile["width"] * tile.get("channels", 1)
        return max(100, min(CELLS_PER_PAGE, PICTURE_BYTES // (cells + 8)))

    def describe(self) -> dict[str, Any]:
        """What the page needs to draw cells: kind, labels, size of pictures, range of values."""
        found: dict[str, Any] = {"kind": self.kind, "labels": []}
        if self.target is not None and self.target_type is not None:
            if self.target_type.wall_kind == "label":
                found["labels"] = labels_of(self.target)
            for name, key in (("low", "minimum"), ("high", "maximum")):
                if key in self.target.options:
                    found[name] = self.target.options[key]
        if self.picture_type is not None:
            found |= self.picture_type.tile()
        return found


def wall_page(
    project: Project, after: int = -1, *, pictures: bool = True, every: int = 1
) -> dict[str, Any]:
    """One page of the wall as JSON: the cells with an arrival above ``after``.

    ``count`` is the number of cells there are, empty ones among them; ``next`` is the ``after`` of
    the following page, None on the last. Without ``pictures`` drawings are left out. With
    ``every`` = n only each n-th cell comes, for pictures whose pixels stand for n rows: then the
    whole costs as much for a million rows as for a thousand.
    """
    fields = fields_of(project)
    shape = WallShape(fields, pictures=pictures)
    table = DataTable.objects.filter(project=project).values("next_arrival", "accepted").first()
    size = shape.page_size()
    count = table["next_arrival"] if table else 0
    found = rows(project, Purpose.WALL, fields).filter(arrival__gt=after)
    following = None
    if every > 1:
        wanted = range((after // every + 1) * every, count, every)
        found = found.filter(arrival__in=wanted[:size])
        following = wanted[size - 1] if len(wanted) > size else None
    cells = [shape.cell(row) for row in found.values_list(*shape.columns())[:size]]
    if every == 1 and len(cells) == size:
        following = cells[-1][0]
    described = shape.describe()
    if len(described["labels"]) > LABELS_SENT:
        # Of thousands of categories a page names those that it shows; the window adds them up.
        shown = {cell[2] for cell in cells}
        described["labels"] = [one for one in described["labels"] if one["code"] in shown]
    return {
        **described,
        "goal": project.goal,
        "every": every,
        "count": count,
        "accepted": table["accepted"] if table else 0,
        "cells": cells,
        "next": following,
    }


def wall_revision(project: Project) -> int:
    """A number that grows with each change of the wall."""
    found = DataTable.objects.filter(project=project).values_list("revision", flat=True).first()
    return found or 0


def wall_summary(project: Project) -> dict[str, Any]:
    """What ``datasets/_wall.html`` needs: shape, counts, legend."""
    shape = WallShape(fields_of(project))
    table = DataTable.objects.filter(project=project).first()
    accepted = table.accepted if table else 0
    return {
        **shape.describe(),
        "goal": project.goal,
        "count": table.next_arrival if table else 0,
        "accepted": accepted,
        "people": table.people if table else 0,
        "missing": max(0, project.goal - accepted) if project.goal else None,
        "target": shape.target,
        "asks_for_labels": table is not None and table.collects == DataTable.Collects.LABELS,
    }
