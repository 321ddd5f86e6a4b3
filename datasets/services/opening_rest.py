"""The rows of a table behind the first ones, by which a project was opened: added by a job.

They are read as the first ones were, tidied with them, and imported like a file of that table.
"""

import tempfile
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Refused
from common.limits import ROWS_PER_PROJECT
from datasets import stash
from datasets.exports import csv_line
from datasets.guessing import reading
from datasets.guessing.sheet import Sheet
from datasets.guessing.tidying import tidied
from datasets.models import Contribution, Import
from datasets.queries import typed_fields
from datasets.services import import_adding, import_checking, importing
from datasets.services.opening import Opened, opened_from
from datasets.stash import Gone
from jobs.services import enqueue
from projects.models import Project

KIND = "opening_rest"
State = Import.State


def add_rest(project: Project, user: User, table: uuid.UUID) -> bool:
    """Have the other rows of the table added that became the project; whether there are any.

    Asked twice it is done once.
    """
    if stash.whole_of(user.pk, table) is None:
        return False
    payload = {"project": project.pk, "table": table.hex}
    enqueue(KIND, f"{KIND}:{table.hex}", user_id=user.pk, payload=payload)
    return True


def import_rest(user: User, table: uuid.UUID) -> None:
    """Add them; killed anywhere it goes on.

    Raises:
        Refused: the table is no longer kept, or its other rows are not of its kind.
    """
    opened = opened_from(user, f"open-{table.hex}")
    if opened is None:
        return
    key = f"rest-{table.hex}"
    made = Import.objects.filter(project=opened.project, user=user, idempotency_key=key).first()
    if made is None:
        made = _received(opened, user, table, key)
    if made.state in (State.UPLOADED, State.CHECKING):
        import_checking.check(made)
        made.refresh_from_db()
    if made.state == State.CHECKED and made.good:
        importing.add(made, queued=False)
    if made.state == State.ADDING:
        import_adding.add_rows(made)


def _received(opened: Opened, user: User, table: uuid.UUID, key: str) -> Import:
    header, rows = rest_of(user, table)
    places = {name.casefold(): at for at, name in enumerate(header)}
    columns: dict[str, Any] = {}
    for field, _type in typed_fields(opened.project):
        at = opened.columns.get(field.name, places.get(field.name.casefold()))
        if at is not None and at < len(header):
            columns[str(field.pk)] = at
    with tempfile.TemporaryFile(prefix="rest-") as file:
        for row in [header, *rows]:
            file.write(csv_line(row))
        file.seek(0)
        return importing.receive(
            project=opened.project,
            user=user,
            file=File(file, name="rest"),
            name=stash.head_of(user.pk, table).file or _("table"),
            source=Contribution.Source.UPLOAD,
            key=key,
            dialect={"format": "csv", "delimiter": ",", "headed": True, "encoding": "utf-8"},
            columns=columns,
            # They begin the project, as the first ones did.
            duplicates_too=True,
            queued=False,
        )


def rest_of(user: User, table: uuid.UUID) -> tuple[list[str], Sequence[list[str]]]:
    """Header and rows of a table behind the rows by which it was looked at.

    Raises:
        Refused: they are no longer kept, or with them the table is another one.
    """
    try:
        first, data = stash.sheet_of(user.pk, table), stash.whole_of(user.pk, table)
    except Gone:
        data = None
    if data is None:
        raise Refused(_("That table is no longer here: it waits for a day. Send it again."))
    whole = reading.read(data, ROWS_PER_PROJECT)
    if not isinstance(whole, Sheet):
        raise Refused(_("The file is no table."))
    if whole.headed != first.headed:
        whole = whole.turned()
    whole.gathers = first.gathers
    known, tidy = tidied(first), tidied(whole)
    if tidy.header != known.header:
        sentence = _(
            "The rows behind the first %(count)s are not like them, so they were not added. Import "
            "the file under “Contribute”."
        )
        raise Refused(sentence % {"count": len(first.rows)})
    return tidy.header, tidy.rows[len(first.rows) :]
