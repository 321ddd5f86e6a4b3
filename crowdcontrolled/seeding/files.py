"""The rows of the demo's data files, as texts and lists by the name of their field."""

import csv
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

FOLDER = Path(__file__).resolve().parent.parent / "seed_data"

Record = dict[str, Any]


def records(name: str) -> list[Record]:
    """Every row of the file; an empty cell of a CSV file is a missing value."""
    path = FOLDER / name
    if path.suffix == ".parquet":
        found: list[Record] = pq.read_table(path).to_pylist()
        return found
    with path.open(newline="", encoding="utf-8") as lines:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(lines)]
