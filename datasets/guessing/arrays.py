"""Lists in cells: drawings, vectors and sequences."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from common.limits import GRID_SIDE, SEQUENCE_CHANNELS, SEQUENCE_STEPS, VECTOR_LENGTH
from datasets.field_types import parsing
from datasets.guessing.column import LEFT_OUT, Column, Guess

#: How levels are usually counted: black and white, 4 bits, the demo's 0 … 16, a byte.
LEVELS = (1, 15, 16, 255)
#: From so many lines and columns on, whole levels are a drawing; below they may be channels.
SMALLEST_SIDE = 4
#: Lists in a column of such a name are vectors: their numbers do not follow each other in time.
NAMES_VECTORS = re.compile(r".*(?:vector|embedding|embed|features|\bvec\b|\bemb\b).*", re.I)
MOST_LOOKED_AT = 1_000


def guess_array(column: Column) -> Guess | None:
    """What the lists of a column are; None when it holds none."""
    if column.share(lambda cell: cell.startswith("[")) < 1:
        return None
    values = [parsing.json_list(cell) for cell in list(column.counts)[:MOST_LOOKED_AT]]
    lists = [value for value in values if value]
    if len(lists) < len(values):
        return _unreadable()
    if NAMES_VECTORS.fullmatch(column.name) and (found := _vector(column, lists)):
        return found
    nested = [value if isinstance(value[0], list) else [value] for value in lists]
    if not all(_even(value) for value in nested):
        return _unreadable()
    return _drawing(column, nested) or _sequence(column, nested)


def _vector(column: Column, lists: list[list[Any]]) -> Guess | None:
    """Lists of equally many numbers under a name such as "embedding"."""
    lengths = {len(numbers) for numbers in lists}
    if len(lengths) > 1 or not _even(lists) or not 2 <= max(lengths) <= VECTOR_LENGTH:
        return None
    reason = _("All %(count)s cells hold %(length)s numbers: a vector.")
    parts = {"count": len(column.filled), "length": max(lengths)}
    return Guess("vector", reason % parts, {"length": max(lengths)})


def _even(lines: list[Any]) -> bool:
    """Whether it is lines of equally many numbers."""
    if not all(isinstance(line, list) and line for line in lines):
        return False
    numbers = all(
        isinstance(one, int | float) and not isinstance(one, bool) for line in lines for one in line
    )
    return numbers and len({len(line) for line in lines}) == 1


def _unreadable() -> Guess:
    reason = _("These are lists, but not of equally many numbers each: left out.")
    return Guess("text", reason, role=LEFT_OUT, ask=True)


def _drawing(column: Column, values: list[list[list[float]]]) -> Guess | None:
    sizes = {(len(value), len(value[0])) for value in values}
    height, width = min(sizes)
    if len(sizes) > 1 or not all(SMALLEST_SIDE <= side <= GRID_SIDE for side in (height, width)):
        return None
    top = _top_level(cell for value in values for line in value for cell in line)
    if top is None:
        return None
    reason = _(
        "All %(count)s cells hold %(height)s rows of %(width)s whole numbers from 0 to %(top)s: "
        "a drawing."
    )
    parts = {"count": len(column.filled), "height": height, "width": width, "top": top}
    levels = next((level for level in LEVELS if level >= top), 255)
    return Guess("grid", reason % parts, {"height": height, "width": width, "max": levels})


def _top_level(cells: Iterable[float]) -> int | None:
    """The highest grey level, or None when a cell is no whole number of a byte."""
    top = 0
    for cell in cells:
        level = parsing.whole(cell)
        if level is None or not 0 <= level <= LEVELS[-1]:
            return None
        top = max(top, level)
    return top


def _sequence(column: Column, values: list[list[list[float]]]) -> Guess:
    channels = {len(value) for value in values}
    lengths = [len(value[0]) for value in values]
    shortest, longest = min(lengths), max(lengths)
    if len(channels) > 1 or max(channels) > SEQUENCE_CHANNELS or longest > SEQUENCE_STEPS:
        reason = _(
            "These lists are too long, or not all of the same number of lines: left out. A "
            "sequence has 1 to %(channels)s lines of at most %(steps)s numbers."
        )
        parts = {"channels": SEQUENCE_CHANNELS, "steps": SEQUENCE_STEPS}
        return Guess("text", reason % parts, role=LEFT_OUT, ask=True)
    reason = _(
        "All %(count)s cells hold lists of %(steps)s numbers, channels: %(channels)s. A sequence."
    )
    steps = str(longest) if shortest == longest else f"{shortest}–{longest}"
    shape = {"count": len(column.filled), "channels": min(channels), "steps": steps}
    options = {"channels": min(channels), "min_length": shortest, "max_length": longest}
    return Guess("sequence", reason % shape, options)
