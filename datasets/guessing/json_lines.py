"""JSON Lines: one object a line; also one JSON list of objects."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import IMPORT_COLUMNS, IMPORT_ROWS
from datasets.field_types.base import shown
from datasets.guessing.cells import UnreadableCell, cell_text
from datasets.guessing.sheet import Sheet

#: A longer whole number costs quadratic time to read, and fits no column.
NUMBER_CHARACTERS = 400


def read_json_lines(text: str, most: int = IMPORT_ROWS) -> Sheet:
    """The first ``most`` rows of a file with one JSON object a line.

    Raises:
        Refused: a line is no JSON object, or there are too many names; the sentence says where.
    """
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    sheet = _sheet((n, _object_in(n, line)) for n, line in lines[:most])
    sheet.total = len(lines)
    return sheet


def read_json_list(found: list[Any], most: int = IMPORT_ROWS) -> Sheet:
    """The same of one JSON list of objects, which was read already.

    Raises:
        Refused: an entry is no object, or there are too many names.
    """
    sheet = _sheet((n, _checked(n, one)) for n, one in enumerate(found[:most], start=1))
    sheet.total = len(found)
    return sheet


def whole_json(text: str) -> Any:
    """The one JSON value that the whole text is, or None when it is not one."""
    try:
        return _loads(text)
    except (ValueError, RecursionError):
        return None


def _loads(text: str) -> Any:
    return json.loads(text, parse_constant=lambda _word: None, parse_int=_whole)


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= NUMBER_CHARACTERS else text


def _object_in(number: int, line: str) -> dict[str, Any]:
    try:
        return _checked(number, _loads(line))
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", _("too deeply nested"))
        message = _("Line %(line)s is no JSON (%(reason)s): “%(start)s”. Mend it or take it out.")
        parts = {"line": number, "reason": reason, "start": shown(line.strip())}
        raise Refused(message % parts, field="file") from error


def _checked(number: int, found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        message = _(
            "Line %(line)s is no JSON object such as {“height”: 12}: “%(start)s”. "
            "Mend it or take it out."
        )
        parts = {"line": number, "start": shown(json.dumps(found))}
        raise Refused(message % parts, field="file")
    return found


def _sheet(objects: Iterable[tuple[int, dict[str, Any]]]) -> Sheet:
    places: dict[str, int] = {}
    records: list[dict[str, Any]] = []
    for number, one in objects:
        for name in one:
            places.setdefault(name, len(places))
        if len(places) > IMPORT_COLUMNS:
            message = _("The lines up to %(line)s name %(count)s columns; the most is %(limit)s.")
            parts = {"line": number, "count": len(places), "limit": IMPORT_COLUMNS}
            raise Refused(message % parts, field="file")
        records.append(one)
    if not places:
        raise Refused(_("There is nothing in it: paste a table or choose a file."), field="text")
    return Sheet(header=list(places), rows=list(_rows(records, list(places))))


def _rows(records: list[dict[str, Any]], names: list[str]) -> Iterator[list[str]]:
    for number, record in enumerate(records, start=1):
        try:
            yield [cell_text(record.get(name)) for name in names]
        except UnreadableCell as bad:
            message = _("Row %(row)s cannot be read: a cell holds %(reason)s.")
            parts = {"row": number, "reason": str(bad)}
            raise Refused(message % parts, field="file") from bad
