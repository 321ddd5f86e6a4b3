"""Which rows train, which choose, which judge: the same rows in the same part, every time."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from training.engine.faults import EngineFault
from training.engine.frame import Frame
from training.engine.limits import MIN_ROWS, MIN_TRAIN_ROWS, VALIDATION_SHARE
from training.engine.schema import TableSchema

TRAIN, VALIDATION, TEST = 0, 1, 2


def split_rows(frame: Frame, schema: TableSchema, test_ratio: float) -> NDArray[np.int64]:
    """The part of each row: 0 train, 1 validation, 2 test.

    A split column decides where the schema has one. Else the hash of the row's group (near
    duplicates stay together) or of its number does: `test_ratio` for the test, a fifth for
    validation, the rest for training; so a row keeps its part when the table grows. Small tables,
    where chance would leave a part empty, are dealt out in the order of their hashes instead.
    A class without a training row gets its rows into training. Raises `EngineFault` when what is
    left cannot be learned from.
    """
    if len(frame) < MIN_ROWS:
        raise EngineFault(
            f"{len(frame)} rows with a target: at least {MIN_ROWS} are needed to train"
        )
    truth = frame.truth(schema)
    parts = fixed_parts(frame) if frame.parts is not None else hashed_parts(frame, test_ratio)
    if schema.task == "classification" and frame.parts is None:
        parts = with_every_class(parts, truth, frame.groups)
    check_parts(parts, truth, schema)
    return parts


def fixed_parts(frame: Frame) -> NDArray[np.int64]:
    """The split that the data bring; without validation rows a fifth of training becomes it."""
    assert frame.parts is not None
    parts = frame.parts.copy()
    if not (parts == VALIDATION).any():
        train = np.flatnonzero(parts == TRAIN)
        order = train[np.argsort(hashes([str(row) for row in frame.rows[train]]))]
        parts[order[: int(len(order) * VALIDATION_SHARE)]] = VALIDATION
    return parts


def hashed_parts(frame: Frame, test_ratio: float) -> NDArray[np.int64]:
    """The split by hash, of groups where the frame has them."""
    keys = list(frame.groups) if frame.groups is not None else [str(row) for row in frame.rows]
    shares = hashes(keys)
    parts = np.full(len(keys), TRAIN, dtype=np.int64)
    parts[shares < test_ratio + VALIDATION_SHARE] = VALIDATION
    parts[shares < test_ratio] = TEST
    least = max(1, len(keys) // 20)
    if min(np.bincount(parts, minlength=3)) >= least:
        return parts
    return dealt_parts(keys, shares, test_ratio)


def dealt_parts(
    keys: list[str], shares: NDArray[np.float64], test_ratio: float
) -> NDArray[np.int64]:
    """Groups in the order of their hashes: first the test's share of them, then validation's."""
    groups = sorted(set(zip(shares.tolist(), keys, strict=True)))
    test = max(1, round(len(groups) * test_ratio))
    validation = max(1, round(len(groups) * VALIDATION_SHARE))
    part_of = {
        key: TEST if place < test else VALIDATION if place < test + validation else TRAIN
        for place, (_, key) in enumerate(groups)
    }
    return np.array([part_of[key] for key in keys], dtype=np.int64)


def hashes(keys: list[str]) -> NDArray[np.float64]:
    """An even number in [0, 1) for each key: the first 8 bytes of its SHA-256."""
    known: dict[str, float] = {}
    for key in keys:
        if key not in known:
            digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
            known[key] = int.from_bytes(digest[:8], "big") / 2**64
    return np.array([known[key] for key in keys])


def with_every_class(
    parts: NDArray[np.int64], truth: NDArray[np.int64], groups: tuple[str, ...] | None
) -> NDArray[np.int64]:
    """Move the rows of a class that training lacks into training, whole groups at a time."""
    lacking = set(np.unique(truth)) - set(np.unique(truth[parts == TRAIN]))
    if not lacking:
        return parts
    moved = np.isin(truth, list(lacking))
    if groups is not None:
        touched = {group for group, move in zip(groups, moved, strict=True) if move}
        moved = np.array([group in touched for group in groups])
    return np.where(moved, TRAIN, parts)


def check_parts(
    parts: NDArray[np.int64], truth: NDArray[np.float64] | NDArray[np.int64], schema: TableSchema
) -> None:
    """Refuse a split that leaves too little to learn from, in one sentence."""
    train = int((parts == TRAIN).sum())
    if train < MIN_TRAIN_ROWS:
        raise EngineFault(
            f"{train} rows are left for training: at least {MIN_TRAIN_ROWS} are needed; add rows"
        )
    if not (parts == VALIDATION).any():
        raise EngineFault("no row is left for validation: add rows that are not near duplicates")
    learned = np.unique(truth[parts == TRAIN])
    if schema.task == "classification" and len(learned) < 2:
        label = schema.classes[int(learned[0])]
        raise EngineFault(
            f"every training row is of the class {label!r}: rows of a second class are needed"
        )
