"""What was previewed waits in a file, so that exactly this is added, once."""

import hashlib
import time
import uuid
from typing import NamedTuple

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from common.errors import Refused
from projects.models import Project

FOLDER = "previews"
SALT = "datasets.previews"
SECONDS = 60 * 60


class Kept(NamedTuple):
    """A previewed table: its name is also the key of the act that adds it."""

    name: str
    data: bytes
    source: str


def keep(project: Project, user_id: int, data: bytes, source: str) -> str:
    """Store a table for an hour and return a signed token for it."""
    sweep()
    name = uuid.uuid4().hex
    default_storage.save(f"{FOLDER}/{name}", ContentFile(data))
    mark = hashlib.sha256(data).hexdigest()
    parts = [project.pk, project.schema_version, user_id, name, mark, source]
    return signing.dumps(parts, salt=SALT)


def kept(project: Project, user_id: int, token: str) -> Kept:
    """The table behind a token of this person for this project as it is now.

    Raises:
        Refused: the token is not from here, too old, or the project's fields have changed.
    """
    stale = Refused(
        _("This preview is over: it lasts an hour, or the fields changed. Paste the table again."),
        status=409,
    )
    try:
        parts = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise stale from error
    *place, name, mark, source = parts
    if place != [project.pk, project.schema_version, user_id]:
        raise stale
    try:
        with default_storage.open(f"{FOLDER}/{name}") as file:
            data: bytes = file.read()
    except FileNotFoundError as error:
        raise stale from error
    if hashlib.sha256(data).hexdigest() != mark:
        raise stale
    return Kept(name, data, source)


def sweep() -> int:
    """Delete the tables that are older than two hours; return how many."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    oldest = time.time() - 2 * SECONDS
    old = [
        name
        for name in names
        if default_storage.get_modified_time(f"{FOLDER}/{name}").timestamp() < oldest
    ]
    for name in old:
        default_storage.delete(f"{FOLDER}/{name}")
    return len(old)
