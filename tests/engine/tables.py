"""Small made-up data sets of each kind, always the same ones."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from training.engine.schema import TableSchema


def table_schema(task: str = "classification") -> dict[str, Any]:
    """Two numbers, a category and a truth value; the target is a kind or an amount."""
    target: dict[str, Any] = {"name": "kind", "cc:kind": "category", "categories": ["a", "b", "c"]}
    if task == "regression":
        target = {"name": "amount", "cc:kind": "number"}
    return {
        "cc:task": task,
        "fields": [
            {"name": "x", "cc:kind": "number"},
            {"name": "y", "cc:kind": "integer", "constraints": {"minimum": -50, "maximum": 50}},
            {"name": "colour", "cc:kind": "category", "categories": ["red", "green", "blue"]},
            {"name": "wet", "cc:kind": "boolean"},
            target | {"cc:role": "target"},
        ],
    }


def table_rows(
    count: int = 120, task: str = "classification", seed: int = 0
) -> list[dict[str, Any]]:
    """Rows whose target follows from x, y and colour; every tenth x is missing."""
    random = np.random.default_rng(seed)
    rows = []
    for place in range(count):
        x, y = float(random.normal()), int(random.integers(-20, 20))
        colour = ["red", "green", "blue"][int(random.integers(3))]
        score = x * 3 + y / 10 + (2 if colour == "red" else 0)
        target: dict[str, Any] = {"kind": "a" if score > 1.5 else "b" if score > -0.5 else "c"}
        if task == "regression":
            target = {"amount": score * 7 + 40}
        known = {"x": None if place % 10 == 3 else x, "y": y, "colour": colour}
        rows.append(known | {"wet": bool(place % 2)} | target)
    return rows


def stroke_schema() -> dict[str, Any]:
    """A sequence of two channels with 4 to 12 steps, turning left or right."""
    signal = {"name": "stroke", "cc:kind": "sequence", "cc:channels": 2, "cc:length": [4, 12]}
    target = {"name": "turn", "cc:kind": "category", "categories": ["left", "right"]}
    return {"cc:task": "classification", "fields": [signal, target | {"cc:role": "target"}]}


def stroke_rows(count: int = 80) -> list[dict[str, Any]]:
    """Strokes that bend to one side, with noise."""
    random = np.random.default_rng(1)
    rows = []
    for place in range(count):
        steps, side = int(random.integers(4, 13)), 1 if place % 2 else -1
        angle = np.linspace(0, side * 2.0, steps)
        stroke = np.stack([np.cos(angle), np.sin(angle)]) + random.normal(0, 0.1, (2, steps))
        rows.append({"stroke": stroke.tolist(), "turn": "right" if side < 0 else "left"})
    return rows


def drawing_schema() -> dict[str, Any]:
    """4 x 4 grey drawings with a bright row or a bright column."""
    grid = {"name": "drawing", "cc:kind": "grid", "cc:height": 4, "cc:width": 4}
    target = {"name": "line", "cc:kind": "category", "categories": ["row", "column"]}
    return {
        "cc:task": "classification",
        "fields": [grid | {"cc:range": [0, 255]}, target | {"cc:role": "target"}],
    }


def drawing_rows(count: int = 80) -> list[dict[str, Any]]:
    """Drawings with noise."""
    random = np.random.default_rng(2)
    rows = []
    for place in range(count):
        cells = random.integers(0, 60, (4, 4))
        line = int(random.integers(4))
        if place % 2:
            cells[line] = 220
        else:
            cells[:, line] = 220
        rows.append({"drawing": cells.tolist(), "line": "row" if place % 2 else "column"})
    return rows


def snapshot(path: Path, rows: list[dict[str, Any]], groups: list[str] | None = None) -> Path:
    """Rows as the site writes a snapshot: Parquet with `_row`, `_contributor`, `_group`."""
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    columns["_row"] = pa.array(range(101, 101 + len(rows)), pa.int64())
    columns["_contributor"] = ["somebody"] * len(rows)
    columns["_group"] = groups or [f"g{place}" for place in range(len(rows))]
    pq.write_table(pa.table(columns), path)
    return path


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Rows as JSON Lines."""
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def schema_of(data: dict[str, Any]) -> TableSchema:
    """The schema, read."""
    return TableSchema.from_json(data)
