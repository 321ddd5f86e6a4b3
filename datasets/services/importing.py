"""Files on their way into a project: received, checked by a job, added by another, or given up.

Every change of state is one conditional UPDATE that names the state it starts from: of two at once,
or of a job and a person who cancels, the second changes nothing and learns of it.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.idempotency import once
from accounts.models import User
from common import ratelimit
from common.errors import Refused
from common.limits import (
    IMPORT_DAYS,
    IMPORT_FILE_BYTES,
    IMPORTS_PER_HOUR,
    IMPORTS_WAITING_PER_PERSON,
)
from common.text import clean_name
from datasets.importing.dialects import cleaned
from datasets.importing.stored_files import forget, new_name
from datasets.models import Contribution, DataTable, Import
from datasets.services.contributing import check_adds_items, check_takes_rows
from jobs.services import enqueue
from projects.access import Right
from projects.models import Project

CHECK, ADD, CLEAR = "import_check", "import_add", "import_clear"
NAME_CHARACTERS = 120
State = Import.State
#: States in which a file waits for a job or for its person.
OPEN = (State.UPLOADED, State.CHECKING, State.CHECKED, State.ADDING)
#: States in which nothing is being done, so that it may be checked anew.
AT_REST = (State.CHECKED, State.FAILED)


def receive(
    *,
    project: Project,
    user: User,
    file: "File[bytes]",
    name: str,
    source: str = Contribution.Source.UPLOAD,
    key: str = "",
    dialect: Mapping[str, Any] | None = None,
    columns: Mapping[str, Any] | None = None,
    duplicates_too: bool = False,
    queued: bool = True,
) -> Import:
    """Keep a file and have a job check it; sent again with the same key it is the same import.

    ``dialect`` and ``columns`` (column of the file by field id as text) are guessed when they are
    not given. The file is read in pieces; it is never whole in memory. Without ``queued`` the
    caller checks it himself.

    Raises:
        Refused: the project takes no rows, the file is too large or empty, the person has too many
            imports waiting or is too fast, or the key was used for something else (409).
    """
    right = check_takes_rows(project, user)
    check_adds_items(project, right)
    check_size(file.size)
    if duplicates_too:
        check_duplicates(project, right)
    said = {} if dialect is None else dict(cleaned(dialect))
    ratelimit.spend("import", user.pk, limit=IMPORTS_PER_HOUR, seconds=3600)
    mark = sha256_of(file)
    stored = default_storage.save(new_name("upload"), file)

    def act() -> dict[str, Any]:
        _check_waiting(project, user)
        made = Import.objects.create(
            project=project,
            user=user,
            source=source,
            name=clean_name(name, NAME_CHARACTERS) or _("file"),
            file=stored,
            sha256=mark,
            bytes=file.size,
            dialect=said,
            columns=dict(columns or {}),
            duplicates_too=duplicates_too,
            schema_version=project.schema_version,
            idempotency_key=key,
        )
        if queued:
            _enqueue(CHECK, made)
        return {"import": made.pk}

    body = f"import {project.pk} {mark} {said} {columns} {duplicates_too}"
    try:
        answer = once(user, key, body, act)
    except BaseException:
        forget(stored)
        raise
    if answer.replayed:
        forget(stored)
    return Import.objects.select_related("project", "user").get(pk=answer.answer["import"])


def check_size(size: int) -> None:
    """Refuse a file that is empty or too large, before it is read.

    Raises:
        Refused: with its size; 413 when it is too large.
    """
    if not size:
        raise Refused(_("There is nothing in it: choose a file with rows."), field="file")
    if size > IMPORT_FILE_BYTES:
        sentence = _("The file has %(size)s MB; the most is %(limit)s MB. Split it.")
        parts = {"size": -(-size // 2**20), "limit": IMPORT_FILE_BYTES // 2**20}
        raise Refused(sentence % parts, field="file", status=413)


def check_duplicates(project: Project, right: Right) -> None:
    """Refuse to add rows that are there already where only maintainers may.

    Raises:
        Refused: the project refuses duplicates, and the person is no maintainer.
    """
    rule = DataTable.objects.values_list("duplicates", flat=True).get(project=project)
    if rule == DataTable.Duplicates.REFUSE and right < Right.MAINTAIN:
        sentence = _("In this project each datapoint is there once; a maintainer may add copies.")
        raise Refused(sentence, field="duplicates_too", status=403)


def sha256_of(file: "File[bytes]") -> str:
    """The file's sha256; it is at its beginning afterwards."""
    whole = hashlib.sha256()
    for chunk in file.chunks():
        whole.update(chunk)
    file.seek(0)
    return whole.hexdigest()


def check_again(
    import_: Import,
    *,
    dialect: Mapping[str, Any] | None = None,
    columns: Mapping[str, Any] | None = None,
    duplicates_too: bool | None = None,
) -> None:
    """Have the file checked anew, read in another way or with other columns.

    Raises:
        Refused: it is being checked or added, or is over (409); a word of the dialect is unknown.
    """
    right = check_takes_rows(import_.project, import_.user)
    changes: dict[str, Any] = {}
    if dialect is not None:
        changes["dialect"] = dict(cleaned(dialect))
    if columns is not None:
        changes["columns"] = dict(columns)
    if duplicates_too is not None:
        if duplicates_too:
            check_duplicates(import_.project, right)
        changes["duplicates_too"] = duplicates_too
    import_.project.refresh_from_db(fields=["schema_version"])
    with transaction.atomic():
        moved = _move(
            import_,
            AT_REST,
            State.UPLOADED,
            contribution=None,
            schema_version=import_.project.schema_version,
            reason="",
            finished=None,
            **changes,
        )
        if not moved:
            raise Refused(_("This file is being worked on, or is done with."), status=409)
        _enqueue(CHECK, import_)


def add(import_: Import, *, queued: bool = True) -> None:
    """Have a job add the good rows; asked twice it is done once.

    Without ``queued`` the caller adds them himself.

    Raises:
        Refused: it was not checked, nothing in it is good and new, or the fields have changed.
    """
    check_takes_rows(import_.project, import_.user)
    with transaction.atomic():
        current = Import.objects.select_for_update().get(pk=import_.pk)
        if current.state in (State.ADDING, State.ADDED):
            return
        if current.state != State.CHECKED:
            raise Refused(_("Only a file that was checked can be added."), status=409)
        if current.schema_version != import_.project.schema_version:
            sentence = _("The project's fields changed since the check. Check the file again.")
            raise Refused(sentence, status=409)
        if not current.good:
            raise Refused(_("No row of this file is good and new, so nothing can be added."))
        now = timezone.now()
        _move(current, (State.CHECKED,), State.ADDING, written=0, started=now, reason="")
        if queued:
            _enqueue(ADD, current)
    import_.refresh_from_db()


def cancel(import_: Import) -> None:
    """Give an import up; what was written goes again. Cancelled twice it is cancelled once.

    Raises:
        Refused: its rows are there already (409).
    """
    with transaction.atomic():
        current = Import.objects.select_for_update().get(pk=import_.pk)
        if current.state == State.ADDED:
            sentence = _("Its rows are added already. Take the contribution back instead.")
            raise Refused(sentence, status=409)
        if current.state == State.CANCELLED:
            return
        _move(current, (*OPEN, State.FAILED), State.CANCELLED, finished=timezone.now())
        _clear_later(current)
    import_.refresh_from_db()


def failed(import_: Import, reason: str) -> None:
    """Note in the caller's transaction that an import cannot go on, and have its rows removed."""
    moved = _move(import_, OPEN, State.FAILED, reason=reason[:400], finished=timezone.now())
    if moved and import_.contribution_id is not None:
        _enqueue(CLEAR, import_)


def _clear_later(import_: Import) -> None:
    if import_.contribution_id is None:
        transaction.on_commit(lambda: forget_files(import_))
    else:
        _enqueue(CLEAR, import_)


def _check_waiting(project: Project, user: User) -> None:
    waiting = Import.objects.filter(project=project, user=user, state__in=OPEN).count()
    if waiting >= IMPORTS_WAITING_PER_PERSON:
        sentence = _(
            "You have %(count)s files on their way into this project already: add or cancel one."
        )
        raise Refused(sentence % {"count": waiting}, status=429)


def _move(import_: Import, states: tuple[str, ...], to: str, **changes: Any) -> bool:
    found = Import.objects.filter(pk=import_.pk, state__in=states)
    return bool(found.update(state=to, **changes))


def _enqueue(kind: str, import_: Import) -> None:
    # The moment is part of the key: a file may be checked more than once.
    moment = f"{timezone.now().timestamp():.3f}"
    enqueue(
        kind,
        f"{kind}:{import_.pk}:{moment}",
        user_id=import_.user_id,
        payload={"import": import_.pk},
    )


def wake_next(project: Project) -> None:
    """Have the next import of the project added; one at a time writes."""
    waiting = Import.objects.filter(project=project, state=State.ADDING, contribution=None)
    following = waiting.order_by("pk").first()
    if following is not None:
        _enqueue(ADD, following)


def forget_files(import_: Import, *, bad_too: bool = True) -> None:
    """Delete an import's files; doing it twice does it once."""
    names = ["file", "checked_file", *(["bad_file"] if bad_too else [])]
    for name in names:
        forget(getattr(import_, name))
    forget(str(import_.report.get("kept", "")))
    Import.objects.filter(pk=import_.pk).update(**dict.fromkeys(names, ""))


def forget_old() -> int:
    """Give up files that nobody added within a week, and delete what is left of others."""
    oldest = timezone.now() - timedelta(days=IMPORT_DAYS)
    old = Import.objects.filter(created__lt=oldest).exclude(state=State.ADDING)
    kept = list(old.exclude(file="", checked_file="", bad_file=""))
    for import_ in kept:
        if import_.state != State.ADDED:
            cancel(import_)
        forget_files(import_)
    return len(kept)
