"""The files of a model: in the storage under a generated folder, known by their hashes."""

import hashlib
import os
import uuid
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

#: What is kept of a run, with the type it is served as.
KEPT = {"model.safetensors": "application/octet-stream", "model.json": "application/json"}
BLOCK = 1 << 20


class ChangedFile(Exception):
    """A file is missing or is not the one whose hash was noted."""


def sha256_of(path: Path) -> str:
    """The file's sha256 as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def store(folder: Path, claimed: Mapping[str, object]) -> tuple[str, dict[str, str]]:
    """Copy a run's files into the storage; returns the generated folder and the hashes.

    Raises:
        ChangedFile: a file is missing, or is not what the engine said it wrote.
    """
    sums: dict[str, str] = {}
    for name in KEPT:
        path = folder / name
        if path.is_symlink() or not path.is_file():
            raise ChangedFile(name)
        sums[name] = sha256_of(path)
        if claimed.get(name) != sums[name]:
            raise ChangedFile(name)
    target = f"models/{uuid.uuid4().hex}"
    try:
        for name in KEPT:
            with (folder / name).open("rb") as file:
                default_storage.save(f"{target}/{name}", File(file))
    except BaseException:
        discard(target)
        raise
    return target, sums


def discard(folder: str) -> None:
    """Remove what ``store`` has put there, as far as it came."""
    for name in KEPT:
        default_storage.delete(f"{folder}/{name}")
    try:
        default_storage.delete(folder)
    except OSError:
        # Some storages have no folders, and others keep one that is not empty.
        return


def fetch(name: str, target: Path, sha256: str) -> None:
    """Copy a file of the storage to this machine, and check it on the way.

    Raises:
        ChangedFile: it is gone, or not the one whose hash was noted.
    """
    digest = hashlib.sha256()
    part = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
    try:
        with default_storage.open(name) as source, part.open("wb") as sink:
            while block := source.read(BLOCK):
                digest.update(block)
                sink.write(block)
        if digest.hexdigest() != sha256:
            raise ChangedFile(name)
        os.replace(part, target)
    except FileNotFoundError as error:
        raise ChangedFile(name) from error
    finally:
        part.unlink(missing_ok=True)


def local_folder(folder: str, sums: Mapping[str, str]) -> Path:
    """A folder on this machine that holds the files: the storage's own, or a copy.

    Raises:
        ChangedFile: a file is missing in the storage.
    """
    try:
        return Path(default_storage.path(folder))
    except NotImplementedError:
        copy = settings.VAR / "models" / Path(folder).name
        copy.mkdir(parents=True, exist_ok=True)
        for name, sha256 in sums.items():
            if not (copy / name).is_file():
                fetch(f"{folder}/{name}", copy / name, sha256)
        return copy
