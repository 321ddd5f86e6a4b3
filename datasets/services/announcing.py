"""What open windows are told when rows come or go."""

from collections.abc import Sequence

from datasets.models import Contribution
from datasets.queries import Counts, Purpose, WallShape, count_of, rows
from datasets.queries.wall import Cell
from datasets.records import Prepared, Typed
from live.publish import Publication, publish_all
from projects.live import topic_of
from projects.models import Project

CELLS = 200
#: Room for cells in one event; the event log takes 16 kB.
CELL_BYTES = 12_000
#: Arrival numbers in one event of removal.
ARRIVALS = 1_200


def rows_added(
    contribution: Contribution,
    fields: Typed,
    counts: Counts,
    *,
    cells: list[Cell] | None = None,
    before: Sequence[Publication] = (),
) -> None:
    """Tell that a contribution's rows are visible; the first of them go along as cells.

    When there are fewer cells than ``count``, the window asks the wall for the others. Without
    ``cells`` they are read. The events ``before`` are told at once with this one.
    """
    payload = {
        "first": contribution.first_arrival,
        "count": contribution.rows,
        "contribution": contribution.pk,
        "cells": _cells(contribution, fields) if cells is None else cells,
        **_told(counts),
    }
    publish_all([*before, (topic_of(contribution.project_id), "rows_added", payload)])


def rows_waiting(contribution: Contribution, counts: Counts) -> None:
    """Tell that a contribution's rows have their places, and wait for a check."""
    payload = {
        "first": contribution.first_arrival,
        "count": contribution.rows,
        "contribution": contribution.pk,
        **_told(counts),
    }
    publish_all([(topic_of(contribution.project_id), "rows_waiting", payload)])


def waiting_changed(project: Project) -> None:
    """Tell how many rows wait now, where nothing else that windows show has changed."""
    publish_all([(topic_of(project.pk), "rows_waiting", _told(count_of(project)))])


def rows_settled(
    project: Project,
    cells: list[Cell],
    arrivals: Sequence[int],
    *,
    before: Sequence[Publication] = (),
) -> None:
    """Tell that rows which were not visible are so now, at their places.

    ``cells`` are theirs when they fit one event, else empty: then the windows ask the wall.
    """
    payload = {
        "first": min(arrivals),
        "count": len(arrivals),
        "again": True,
        "cells": fitting(cells),
        **_told(count_of(project)),
    }
    publish_all([*before, (topic_of(project.pk), "rows_added", payload)])


def fitting(cells: list[Cell]) -> list[Cell]:
    """The cells, or none of them when they are too many for one event."""
    room = CELL_BYTES - sum(48 + len(cell[3] or "") for cell in cells)
    return cells if len(cells) <= CELLS and room >= 0 else []


def _told(counts: Counts) -> dict[str, int]:
    return {"accepted": counts.accepted, "pending": counts.pending, "people": counts.people}


def cell_of(fields: Typed, row: Prepared, arrival: int, pk: int) -> Cell:
    """The cell of a row that was just written under that id."""
    columns = [field.column for field, _type in fields]
    values = {"arrival": arrival, "id": pk, **dict(zip(columns, row.stored, strict=True))}
    shape = WallShape([field for field, _type in fields])
    return shape.cell([values[name] for name in shape.columns()])


def row_changed(project: Project, before: Cell, cell: Cell) -> None:
    """Tell that a row has other values: its cell as it was and as it is."""
    payload = {"before": before[2], "cell": cell}
    publish_all([(topic_of(project.pk), "row_changed", payload)])


def rows_removed(project: Project, arrivals: Sequence[int]) -> None:
    """Tell that cells are empty now, in as many events as their numbers need."""
    counts = count_of(project)
    publish_all(
        (
            topic_of(project.pk),
            "rows_removed",
            {
                "arrivals": list(arrivals[start : start + ARRIVALS]),
                **_told(counts),
            },
        )
        for start in range(0, len(arrivals), ARRIVALS)
    )


def _cells(contribution: Contribution, fields: Typed) -> list[Cell]:
    described = [field for field, _type in fields]
    shape = WallShape(described)
    found = rows(contribution.project, Purpose.WALL, described).filter(contribution=contribution)
    cells: list[Cell] = []
    room = CELL_BYTES
    for stored in found.values_list(*shape.columns())[:CELLS]:
        cell = shape.cell(stored)
        room -= 48 + len(cell[3] or "")
        if room < 0:
            break
        cells.append(cell)
    return cells
