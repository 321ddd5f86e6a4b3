"""Rows that are there already: in the project, or above in the same file."""

import numpy as np
from numpy.typing import NDArray

from datasets.importing.stored_files import HASH_BYTES
from datasets.queries import Purpose, rows
from projects.models import Project

#: Hashes, one a row.
Hashes = NDArray[np.uint8]
CHUNK = 20_000


def hashes_of(project: Project) -> Hashes:
    """The hashes of all accepted rows, and of such as wait for a check."""
    found = rows(project, Purpose.SAME).order_by().values_list("row_hash", flat=True)
    parts: list[Hashes] = []
    waiting: list[bytes] = []
    for one in found.iterator(chunk_size=CHUNK):
        waiting.append(one)
        if len(waiting) == CHUNK:
            parts.append(as_array(waiting))
            waiting = []
    return np.concatenate([*parts, as_array(waiting)])


def as_array(hashes: list[bytes]) -> Hashes:
    """Hashes as an array with a row for each."""
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, HASH_BYTES)


def doubled(hashes: Hashes, known: Hashes) -> NDArray[np.bool_]:
    """Which rows are among ``known``, or equal to a row before them."""
    found = np.zeros(len(hashes), dtype=bool)
    if not len(hashes):
        return found
    both = np.concatenate([known, hashes])
    # Eight of the bytes order the rows; equal ones stand in the order in which they came.
    first = np.ascontiguousarray(both[:, :8]).view(np.uint64).ravel()
    order = np.argsort(first, kind="stable")
    alike = np.flatnonzero(first[order[1:]] == first[order[:-1]])
    later, earlier = order[alike + 1], order[alike]
    same = (both[later] == both[earlier]).all(axis=1)
    copies = later[same]
    found[copies[copies >= len(known)] - len(known)] = True
    return found
