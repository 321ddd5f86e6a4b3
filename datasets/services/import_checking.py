"""The check of a file: what it would add, kept in files and in a report; nothing is written."""

import time
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage

from common.errors import Refused
from datasets.importing.checking import Checked, check_file, in_folder
from datasets.importing.dialects import SAMPLE_BYTES, guessed
from datasets.importing.duplicates import doubled, hashes_of
from datasets.importing.matching import Unmatched
from datasets.importing.report import bars_of
from datasets.importing.stored_files import on_disk, store
from datasets.models import Contribution, Import
from datasets.queries import typed_fields
from datasets.records import Typed, with_free_target
from datasets.services.import_states import Stopped
from datasets.services.importing import forget_files

State = Import.State
#: How often a running check says how far it is, in seconds.
TELL_SECONDS = 0.7


def check(import_: Import) -> None:
    """Check the file of an import; killed anywhere it is simply done again.

    Raises:
        Stopped: it was cancelled meanwhile.
    """
    _begin(import_)
    try:
        _check(import_, fields_for(import_))
    except Refused as refused:
        _refused(import_, refused)


def fields_for(import_: Import) -> Typed:
    """The project's fields; where labels are given by people, the target may be missing."""
    fields = typed_fields(import_.project)
    table = import_.project.data_table
    return with_free_target(fields) if table.collects == table.Collects.LABELS else fields


def _begin(import_: Import) -> None:
    found = Import.objects.filter(pk=import_.pk, state__in=(State.UPLOADED, State.CHECKING))
    if not found.update(state=State.CHECKING, good=0, bad=0, duplicates=0, reason=""):
        raise Stopped
    import_.refresh_from_db()


def _check(import_: Import, fields: Typed) -> None:
    with on_disk(import_.file) as file:
        if not import_.dialect:
            names = [field.name for field, _type in fields]
            import_.dialect = dict(guessed(file.read(SAMPLE_BYTES), names))
            file.seek(0)
        with in_folder() as folder:
            place = Path(folder)
            watch = _Watch(import_)
            found = check_file(file, fields, import_.dialect, import_.columns, place, watch.look)
            _keep(import_, fields, found, place)


class _Watch:
    """Says now and then how far a check is, and notices that it was cancelled."""

    def __init__(self, import_: Import) -> None:
        self.found = Import.objects.filter(pk=import_.pk, state=State.CHECKING)
        self.told = time.monotonic()

    def look(self, rows: int) -> None:
        """Note so many rows."""
        if time.monotonic() - self.told < TELL_SECONDS:
            return
        self.told = time.monotonic()
        if not self.found.update(written=rows):
            raise Stopped


def _keep(import_: Import, fields: Typed, found: Checked, folder: Path) -> None:
    """Store the files and the report."""
    same = same_file(import_, found.matched.columns)
    copies = 0
    if not import_.duplicates_too:
        known = hashes_of(import_.project)
        copies = int(doubled(found.hashes, known).sum())
    old = [import_.checked_file, import_.bad_file]
    import_.checked_file = store(folder / "good.arrow", "arrow")
    import_.bad_file = store(folder / "bad.csv", "csv") if found.bad else ""
    import_.report = {
        **_report(found),
        "bars": bars_of(fields, found.ranges, import_.checked_file),
        "same": None if same is None else same.contribution_id,
    }
    import_.columns = {str(pk): at for pk, at in found.matched.columns.items()}
    changes = {
        "dialect": import_.dialect,
        "columns": import_.columns,
        "report": import_.report,
        "checked_file": import_.checked_file,
        "bad_file": import_.bad_file,
        "good": found.good - copies,
        "bad": found.bad,
        "duplicates": copies,
        "written": 0,
    }
    found_row = Import.objects.filter(pk=import_.pk, state=State.CHECKING)
    if not found_row.update(state=State.CHECKED, **changes):
        forget_files(import_)
        raise Stopped
    for name in filter(None, old):
        default_storage.delete(name)


def _report(found: Checked) -> dict[str, Any]:
    return {
        "header": found.header,
        "rows": found.good + found.bad,
        "first": found.first,
        "reasons": found.reasons.listed(),
        "unused": found.matched.unused,
        "absent": found.matched.absent,
        "binary": found.binary,
    }


def same_file(import_: Import, columns: dict[int, int]) -> Import | None:
    """An import that added the very same file with the same columns, and still stands."""
    chosen = {str(pk): at for pk, at in columns.items()}
    known = Import.objects.filter(
        project=import_.project,
        sha256=import_.sha256,
        state=State.ADDED,
        contribution__state=Contribution.State.VISIBLE,
    ).exclude(pk=import_.pk)
    return next((one for one in known if one.columns == chosen), None)


def _refused(import_: Import, refused: Refused) -> None:
    """The file cannot be read as it is: the person reads why, and may say how to read it."""
    header = refused.header if isinstance(refused, Unmatched) else []
    report = {"header": header} if header else {}
    found = Import.objects.filter(pk=import_.pk, state=State.CHECKING)
    found.update(
        state=State.FAILED,
        reason=refused.message[:400],
        dialect=import_.dialect,
        report=report,
    )
