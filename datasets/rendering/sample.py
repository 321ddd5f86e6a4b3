"""As much of a wall as a picture has room for, however many rows there are."""

from dataclasses import dataclass
from typing import Any

from datasets.field_types import FieldType
from datasets.models import DataTable
from datasets.queries import Purpose, WallShape, fields_of, labels_of, rows
from projects.models import Project

#: Cells that one picture shows at most: as many rows are read, by their arrival numbers.
MOST_CELLS = 4_000
PER_QUERY = 500


@dataclass(frozen=True)
class Cell:
    """One row that is drawn: its label's or number's place, and its drawing."""

    value: Any
    picture: bytes | None


class Wall:
    """What a picture of a project's wall is made from, read when it is asked for."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.fields = fields_of(project)
        self.shape = WallShape(self.fields)
        found = DataTable.objects.filter(project=project).values(
            "next_arrival", "accepted", "people"
        )
        counts = found.first() or {"next_arrival": 0, "accepted": 0, "people": 0}
        self.total: int = counts["next_arrival"]
        self.accepted: int = counts["accepted"]
        self.people: int = counts["people"]

    @property
    def room(self) -> int:
        """How many cells the whole wall has: all that arrived and all that are missing."""
        return self.total + max(0, (self.project.goal or 0) - self.accepted)

    @property
    def tile(self) -> dict[str, Any]:
        """How a cell's picture is painted, see ``FieldType.tile``; empty when cells are pixels."""
        return self.shape.picture_type.tile() if self.shape.picture_type else {}

    @property
    def target_type(self) -> FieldType[Any] | None:
        """The type of the field that colours the cells."""
        return self.shape.target_type

    def labels(self) -> dict[int, int]:
        """Class → pixel colour."""
        target = self.shape.target
        if target is None or self.shape.target_type is None:
            return {}
        if self.shape.target_type.wall_kind != "label":
            return {}
        return {entry["code"]: entry["colour"] for entry in labels_of(target)}

    def cells(self, share: int) -> dict[int, Cell]:
        """Every ``share``-th row by its place in the picture; places of rows that went are empty.

        A systematic sample: each colour takes the part of the picture that it has of the wall.
        """
        places = range(0, self.total, share)[:MOST_CELLS]
        found: dict[int, Cell] = {}
        for start in range(0, len(places), PER_QUERY):
            asked = list(places[start : start + PER_QUERY])
            listed = rows(self.project, Purpose.WALL, self.fields).order_by()
            near = listed.filter(arrival__in=asked)
            for stored in near.values_list(*self.shape.columns()):
                found[stored[0] // share] = self._cell(stored)
        return found

    def _cell(self, stored: Any) -> Cell:
        value = picture = None
        if self.shape.target is not None and self.target_type is not None:
            value = None if stored[2] is None else self.target_type.from_storage(stored[2])
            value = None if value is None else self.target_type.wall(value)
        if self.shape.picture_type is not None and stored[-1] is not None:
            picture = self.shape.picture_type.tile_bytes(stored[-1])
        return Cell(value, picture)
