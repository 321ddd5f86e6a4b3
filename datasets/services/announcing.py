"""What open windows are told when rows come or go."""

from collections.abc import Sequence
from typing import Any

from datasets.models import Contribution
from datasets.queries import Purpose, WallShape, count_of, rows
from datasets.records import Typed
from live.publish import publish_all
from projects.live import topic_of
from projects.models import Project

CELLS = 200
#: Room for cells in one event; the event log takes 16 kB.
CELL_BYTES = 12_000
#: Arrival numbers in one event of removal.
ARRIVALS = 1_200


def rows_added(contribution: Contribution, fields: Typed) -> None:
    """Tell that a contribution's rows are visible; the first of them go along as cells.

    When there are fewer cells than ``count``, the window asks the wall for the others.
    """
    project = contribution.project
    counts = count_of(project)
    payload = {
        "first": contribution.first_arrival,
        "count": contribution.rows,
        "contribution": contribution.pk,
        "cells": _cells(contribution, fields),
        "accepted": counts.accepted,
        "people": counts.people,
    }
    publish_all([(topic_of(project.pk), "rows_added", payload)])


def rows_removed(project: Project, arrivals: Sequence[int]) -> None:
    """Tell that cells are empty now, in as many events as their numbers need."""
    counts = count_of(project)
    publish_all(
        (
            topic_of(project.pk),
            "rows_removed",
            {
                "arrivals": list(arrivals[start : start + ARRIVALS]),
                "accepted": counts.accepted,
                "people": counts.people,
            },
        )
        for start in range(0, len(arrivals), ARRIVALS)
    )


def _cells(contribution: Contribution, fields: Typed) -> list[list[Any]]:
    described = [field for field, _type in fields]
    shape = WallShape(described)
    found = rows(contribution.project, Purpose.WALL, described).filter(contribution=contribution)
    cells: list[list[Any]] = []
    room = CELL_BYTES
    for row in found.only(*shape.columns())[:CELLS]:
        cell = shape.cell(row)
        room -= 48 + len(cell[3] or "")
        if room < 0:
            break
        cells.append(cell)
    return cells
