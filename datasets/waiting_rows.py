"""The rows of a waiting table, read by the fields of a project that is still a description."""

from collections.abc import Mapping, Sequence

from datasets.drafts import FieldDraft
from datasets.guessing.sheet import Sheet
from datasets.imports import Preview, sort_row
from datasets.models import Field
from datasets.records import Typed, typed, with_free_target


def fitting(
    header: Sequence[str],
    rows: Sequence[list[str]],
    drafts: Sequence[FieldDraft],
    columns: Sequence[int | None],
    *,
    items: bool = False,
) -> Preview:
    """Which rows fit the drafts; ``columns`` says where each draft's values stand.

    With ``items`` the rows may lack the target: people are to say what they are.
    """
    fields = [draft.as_field(pk=place) for place, draft in enumerate(drafts, start=1)]
    held = {at: f for f, at in zip(fields, columns, strict=True) if at is not None}
    described = with_free_target(typed(fields)) if items else typed(fields)
    return _sorted(list(header), rows, described, held)


def fitting_project(sheet: Sheet, fields: Typed, columns: Mapping[str, int]) -> Preview:
    """Which rows of a tidied table fit a project's fields; ``columns`` by the fields' names.

    A field that was renamed or added since is looked for under its own name in the header.
    """
    places = {name.casefold(): at for at, name in enumerate(sheet.header)}
    held: dict[int, Field] = {}
    for described, _type in fields:
        at = columns.get(described.name, places.get(described.name.casefold()))
        if at is not None and at < len(sheet.header):
            held[at] = described
    return _sorted(sheet.header, sheet.rows, fields, held)


def _sorted(
    header: list[str], rows: Sequence[list[str]], fields: Typed, held: dict[int, Field]
) -> Preview:
    preview = Preview(header=header, delimiter=",", unused=[], absent=[])
    for number, row in enumerate(rows, start=1):
        sort_row(preview, number, row, held, fields)
    return preview
