"""Where pictures lie in the storage: a folder a project, named by their content.

A file is written before its row and removed after it: a row without its file would be a hole, a
file without a row is waste that ``datasets.services.photos`` sweeps up.
"""

import re

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from datasets.images.encoding import Encoded

FOLDER = "images"
KEY = re.compile(r"[0-9a-f]{64}\.(?:jpg|png)", re.ASCII)
TYPES = {"jpg": "image/jpeg", "png": "image/png"}
THUMBNAILS = "thumbnails"


def path_of(project_id: int, key: str, *, thumbnail: bool = False) -> str:
    """The name of a picture's file in the storage.

    Raises:
        ValueError: the key is none of ours.
    """
    if not KEY.fullmatch(key):
        raise ValueError(key)
    folder = f"{FOLDER}/{project_id}"
    return f"{folder}/{THUMBNAILS}/{key}" if thumbnail else f"{folder}/{key}"


def save(project_id: int, encoded: Encoded) -> None:
    """Keep a picture and its thumbnail; doing it twice does it once."""
    _put(path_of(project_id, encoded.key, thumbnail=True), encoded.thumbnail)
    _put(path_of(project_id, encoded.key), encoded.data)


def _put(path: str, data: bytes) -> None:
    if default_storage.exists(path):
        return
    made = default_storage.save(path, ContentFile(data))
    if made != path:
        # Somebody else was faster, and the storage gave ours another name.
        default_storage.delete(made)


def load(project_id: int, key: str, *, thumbnail: bool = False) -> bytes | None:
    """The picture's file or that of its thumbnail, or None when there is none."""
    try:
        with default_storage.open(path_of(project_id, key, thumbnail=thumbnail)) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def projects() -> list[int]:
    """The projects that have pictures."""
    return [int(name) for name in _listed(FOLDER)[0] if name.isdigit()]


def old_keys(project_id: int, before: float) -> list[str]:
    """The project's pictures that were kept before that moment (seconds since 1970)."""
    names = (name for name in _listed(f"{FOLDER}/{project_id}")[1] if KEY.fullmatch(name))
    return [name for name in names if _kept_at(path_of(project_id, name)) < before]


def _kept_at(path: str) -> float:
    try:
        return default_storage.get_modified_time(path).timestamp()
    except FileNotFoundError:
        return 0.0


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def remove(project_id: int, key: str) -> None:
    """Delete a picture and its thumbnail; what is gone already stays gone."""
    for thumbnail in (True, False):
        default_storage.delete(path_of(project_id, key, thumbnail=thumbnail))
