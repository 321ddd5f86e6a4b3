"""The other files of a version: each made once, kept, and gone when a moderator says so."""

import hashlib
import logging
import tempfile
import uuid
from functools import partial
from typing import IO, NamedTuple

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moderation import Change, Reason
from common.errors import Missing, Refused
from common.limits import FILE_AT_ONCE_VALUES
from datasets.exports import FORMATS, PARQUET_TYPE
from datasets.models import Snapshot
from datasets.queries.snapshots import why_destroyed
from jobs.models import Job
from jobs.services import enqueue

logger = logging.getLogger(__name__)
KIND = "version_files"
#: After so many seconds a reader may ask again for a file that is being made.
AGAIN_SECONDS = 10


class Stored(NamedTuple):
    """One file of a version in the storage."""

    name: str
    sha256: str
    bytes: int
    media_type: str


def made_file(snapshot: Snapshot, ending: str) -> Stored | None:
    """The version's file of that format if it was made already.

    Raises:
        Missing: there is no such format.
    """
    if ending == "parquet":
        return Stored(snapshot.file, snapshot.file_sha256, snapshot.file_bytes, PARQUET_TYPE)
    if ending not in FORMATS:
        raise Missing
    known = snapshot.files.get(ending)
    if known is None:
        return None
    return Stored(known["name"], known["sha256"], known["bytes"], FORMATS[ending].media_type)


def file_of(snapshot: Snapshot, ending: str) -> Stored:
    """The version's file of that format; a small one is made now, for a large one a job is.

    Raises:
        Missing: there is no such format.
        Refused: the file is being made (503), or a moderator destroyed the version (410).
    """
    check_there(snapshot)
    found = made_file(snapshot, ending)
    if found is not None:
        return found
    if values_are_few(snapshot):
        return make_file(snapshot, ending)
    ask_for_files(snapshot)
    message = _("This file of version %(number)s is being made. Ask again in a few seconds.")
    raise Refused(message % {"number": snapshot.number}, status=503, retry_after=AGAIN_SECONDS)


def check_there(snapshot: Snapshot) -> None:
    """Refuse a version whose files are gone.

    Raises:
        Refused: a moderator destroyed it (410).
    """
    if snapshot.destroyed:
        message = _("A moderator destroyed the files of version %(number)s: %(reason)s.")
        parts = {"number": snapshot.number, "reason": why_destroyed(snapshot)}
        raise Refused(message % parts, status=410)


def values_of(snapshot: Snapshot) -> int:
    """How many values its files hold, those within lists counted; of old versions a guess."""
    known = snapshot.files.get("parquet", {}).get("values")
    return int(known) if known is not None else snapshot.file_bytes


def values_are_few(snapshot: Snapshot) -> bool:
    """Whether its other files are made while a reader waits."""
    return values_of(snapshot) <= FILE_AT_ONCE_VALUES


def ask_for_files(snapshot: Snapshot) -> Job:
    """Wish for all files of a version; once a day the same wish may be repeated."""
    key = f"{KIND}:{snapshot.pk}:{timezone.now():%Y-%m-%d}"
    return enqueue(KIND, key, payload={"snapshot": snapshot.pk})


def make_files(snapshot: Snapshot) -> None:
    """Make each file that is not there yet."""
    for ending in FORMATS:
        if made_file(snapshot, ending) is None:
            make_file(snapshot, ending)


def make_file(snapshot: Snapshot, ending: str) -> Stored:
    """Make and keep one file. Made by two at once, one of the two is kept."""
    with (
        default_storage.open(snapshot.file) as source,
        tempfile.TemporaryFile(prefix="version-") as sink,
    ):
        FORMATS[ending].write(source, sink)
        return _keep(snapshot, ending, sink)


def _keep(snapshot: Snapshot, ending: str, file: IO[bytes]) -> Stored:
    size = file.tell()
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    name = default_storage.save(f"snapshots/{uuid.uuid4().hex}.{ending}", File(file))
    kept = False
    try:
        with transaction.atomic():
            fresh = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
            check_there(fresh)
            if ending not in fresh.files:
                fresh.files[ending] = {"name": name, "sha256": sha256, "bytes": size}
                fresh.save(update_fields=["files"])
                kept = True
    finally:
        if not kept:
            default_storage.delete(name)
    snapshot.files = fresh.files
    known = fresh.files[ending]
    return Stored(known["name"], known["sha256"], known["bytes"], FORMATS[ending].media_type)


def destroy(snapshot: Snapshot, actor: User, reason: str) -> Change:
    """Take a version's files away for good, for legal cause; its number and counts stay.

    From the commit on nobody gets them. They are removed from the storage right after it, or, when
    the process dies in between, by ``sweep``.

    Raises:
        Refused: it was destroyed already.
    """
    if snapshot.destroyed:
        raise Refused(_("This version was destroyed already."), status=409)
    snapshot.destroyed = timezone.now()
    snapshot.destroyed_reason = Reason(reason).value
    snapshot.save(update_fields=["destroyed", "destroyed_reason"])
    transaction.on_commit(partial(_remove_files, snapshot.pk), robust=True)
    return {"files": True}, {"files": False}


def sweep() -> int:
    """Remove what is left of destroyed versions; returns of how many. A task of housekeeping."""
    left = Snapshot.objects.filter(destroyed__isnull=False).exclude(file="")
    keys = list(left.values_list("pk", flat=True))
    for key in keys:
        _remove_files(key)
    return len(keys)


def _remove_files(key: int) -> None:
    snapshot = Snapshot.objects.get(pk=key, destroyed__isnull=False)
    names = [snapshot.file, *(known.get("name") for known in snapshot.files.values())]
    for name in names:
        if name:
            default_storage.delete(name)
    Snapshot.objects.filter(pk=key).update(file="", files={})
