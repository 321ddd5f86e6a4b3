"""What is put right in a table before anything is guessed: each change is said in a note.

The same table always comes out the same, so a table may be tidied anew whenever it is read.
"""

import json
import math
import re
from collections import Counter, defaultdict
from dataclasses import replace

from django.utils.translation import gettext as _

from common.limits import CATEGORIES_PER_FIELD, GRID_SIDE
from datasets.field_types import parsing
from datasets.field_types.base import shown
from datasets.field_types.integer import WHOLE
from datasets.guessing.column import Column
from datasets.guessing.sheet import Sheet, field_names

#: What programs write where nothing is known.
MISSING = frozenset({"na", "n/a", "nan", "null", "none", "?", "-", ".", "#n/a", "<na>", "missing"})
#: A column is of numbers when so many of its values are.
MOSTLY = 0.8
#: As many columns make a drawing at least: 4 x 4.
FEWEST_PIXELS = 16
NUMBERED = re.compile(r"(\D*?)[ _.-]?(\d{1,4})")
PLACED = re.compile(r"(\D*?)(\d{1,2})\D{1,2}(\d{1,2})")


def tidied(sheet: Sheet) -> Sheet:
    """The table with usable names, empty cells empty, points in numbers, and drawings gathered."""
    clean = replace(sheet, rows=[list(row) for row in sheet.rows], notes=list(sheet.notes))
    clean.header = field_names(sheet.header)
    _empty_missing(clean)
    _point_decimals(clean)
    _one_spelling(clean)
    _turn_points(clean)
    return _gathered(clean)


def _set_column(sheet: Sheet, index: int, changed: dict[str, str]) -> None:
    for row in sheet.rows:
        if len(row) == len(sheet.header):
            row[index] = changed.get(row[index], row[index])


def _empty_missing(sheet: Sheet) -> None:
    """Marks that stand among numbers mean nothing there, and so everywhere in this table."""
    marks: set[str] = set()
    for index in range(len(sheet.header)):
        counts = Counter(cell for cell in sheet.column(index) if cell)
        odd = {cell for cell in counts if not _is_numberlike(cell)}
        if odd and len(odd) < len(counts) and all(cell.casefold() in MISSING for cell in odd):
            marks |= odd
    if not marks:
        return
    for index in range(len(sheet.header)):
        _set_column(sheet, index, dict.fromkeys(marks, ""))
    sentence = _("%(marks)s stands among numbers, so it is read as an empty cell everywhere.")
    listed = ", ".join(f"“{shown(mark)}”" for mark in sorted(marks))
    sheet.notes.append(sentence % {"marks": listed})


def _is_numberlike(cell: str) -> bool:
    return parsing.is_number(cell) or parsing.decimal_with_point(cell) is not None


def _point_decimals(sheet: Sheet) -> None:
    """Numbers with a decimal comma, where every number of the column is whole or has one."""
    for index, name in enumerate(sheet.header):
        values = {cell for cell in sheet.column(index) if cell}
        changed = {v: point for v in values if (point := parsing.decimal_with_point(v))}
        if changed and all(value in changed or WHOLE.fullmatch(value) for value in values):
            _set_column(sheet, index, changed)
            sentence = _("“%(name)s” has decimal commas: “%(before)s” is read as %(after)s.")
            before, after = min(changed.items())
            parts = {"name": name, "before": before, "after": after}
            sheet.notes.append(sentence % parts)


def _one_spelling(sheet: Sheet) -> None:
    """Words that differ only in capitals are one category: the commonest spelling stays."""
    for index, name in enumerate(sheet.header):
        counts = Counter(cell for cell in sheet.column(index) if cell)
        if not 1 < len(counts) <= CATEGORIES_PER_FIELD or len(counts) > sum(counts.values()) / 2:
            continue
        spellings: defaultdict[str, list[str]] = defaultdict(list)
        for value, _count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            spellings[" ".join(value.split()).casefold()].append(value)
        changed = {odd: same[0] for same in spellings.values() for odd in same[1:]}
        if changed:
            _set_column(sheet, index, changed)
            sentence = _("In “%(name)s”, “%(odd)s” is read as “%(one)s”.")
            odd, one = min(changed.items())
            sheet.notes.append(sentence % {"name": name, "odd": shown(odd), "one": shown(one)})


def _turn_points(sheet: Sheet) -> None:
    """Lists of points, [[x, y], …], become lists of channels, [[x, …], [y, …]]."""
    for index, name in enumerate(sheet.header):
        values = {cell for cell in sheet.column(index) if cell.startswith("[[")}
        if not values or any(cell and cell not in values for cell in sheet.column(index)):
            continue
        changed: dict[str, str] = {}
        for value in values:
            points = parsing.json_list(value)
            if not points or not _are_points(points):
                break
            turned = [list(channel) for channel in zip(*points, strict=True)]
            changed[value] = json.dumps(turned, separators=(",", ":"))
        else:
            _set_column(sheet, index, changed)
            sentence = _("“%(name)s” holds points in a row: each coordinate becomes a channel.")
            sheet.notes.append(sentence % {"name": name})


def _are_points(points: list[object]) -> bool:
    sizes = {len(point) for point in points if isinstance(point, list)}
    return (
        len(sizes) == 1
        and sizes <= {2, 3}
        and len(points) > 3
        and all(isinstance(point, list) for point in points)
    )


def _gathered(sheet: Sheet) -> Sheet:
    """Columns such as p0 … p63 that hold grey levels become one column with a drawing each."""
    found = _pixels(sheet) if sheet.gathers else None
    if found is None:
        return sheet
    (height, width), places, stem = found
    taken = set(places)
    rest = [at for at in range(len(sheet.header)) if at not in taken]
    whole = len(sheet.header)
    name = field_names(
        [*(sheet.header[at] for at in rest), stem if len(stem) > 2 else _("drawing")]
    )[-1]
    rows = []
    for row in sheet.rows:
        if len(row) == whole:
            cells = [row[at] for at in places]
            rows.append([_drawing(cells, width), *(row[at] for at in rest)])
        else:
            # A row of another length stays one, whatever the new length is.
            rows.append([*row, ""] if len(row) == len(rest) + 1 else row)
    sentence = _(
        "The %(count)s columns “%(first)s” to “%(last)s” hold grey levels: they were put together "
        "as one drawing of %(height)s × %(width)s cells."
    )
    parts = {"first": sheet.header[places[0]], "last": sheet.header[places[-1]]}
    note = sentence % {"count": len(places), "height": height, "width": width, **parts}
    header = [name, *(sheet.header[at] for at in rest)]
    notes = [*sheet.notes, note]
    return replace(sheet, header=header, rows=rows, may_turn=False, gathered=True, notes=notes)


def _drawing(cells: list[str], width: int) -> str:
    if not all(cells):
        return ""
    rows = [cells[start : start + width] for start in range(0, len(cells), width)]
    return "[" + ",".join("[" + ",".join(row) + "]" for row in rows) + "]"


def _pixels(sheet: Sheet) -> tuple[tuple[int, int], list[int], str] | None:
    """Height and width, the columns in their order, and the name they share."""
    for stem, numbered in _families(sheet.header).items():
        places = [numbered[number] for number in sorted(numbered)]
        size = _size(sorted(numbered))
        if size is not None and all(_grey(sheet.column(at)) for at in places):
            return size, places, stem
    return None


def _families(header: list[str]) -> dict[str, dict[tuple[int, int], int]]:
    families: defaultdict[str, dict[tuple[int, int], int]] = defaultdict(dict)
    for at, name in enumerate(header):
        if match := NUMBERED.fullmatch(name):
            families[match[1].strip(" _.-")][(0, int(match[2]))] = at
        elif match := PLACED.fullmatch(name):
            families[match[1].strip(" _.-")][(int(match[2]), int(match[3]))] = at
    return {stem: found for stem, found in families.items() if len(found) >= FEWEST_PIXELS}


def _size(numbers: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Height and width of cells with these places, when no place is missing."""
    rows = sorted({row for row, _column in numbers})
    columns = sorted({column for _row, column in numbers})
    if len(rows) > 1:
        full = len(rows) * len(columns) == len(numbers)
        return (len(rows), len(columns)) if full and len(columns) <= GRID_SIDE else None
    first, last = columns[0], columns[-1]
    side = math.isqrt(len(columns))
    gapless = first in (0, 1) and last - first + 1 == len(columns)
    return (side, side) if gapless and side**2 == len(columns) and side <= GRID_SIDE else None


def _grey(cells: list[str]) -> bool:
    values = {cell for cell in cells if cell}
    return bool(values) and all(
        WHOLE.fullmatch(value) and len(value) <= 5 and 0 <= float(value) <= 255 for value in values
    )


def columns_of(sheet: Sheet) -> list[Column]:
    """The columns of a tidied table."""
    return [Column(name, sheet.column(index)) for index, name in enumerate(sheet.header)]
