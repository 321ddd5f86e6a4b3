"""The demo's data files: their fields, and their rows by the names of the fields."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from datasets.drafts import FieldDraft, drafts_from_schema

FOLDER = Path(__file__).resolve().parent.parent / "seed_data"

Record = dict[str, Any]


def fields_of(name: str) -> list[FieldDraft]:
    """The fields of the file, from the Table Schema beside it."""
    schema = (FOLDER / name).with_suffix(".schema.json")
    return drafts_from_schema(json.loads(schema.read_text(encoding="utf-8")))


def records(name: str) -> list[Record]:
    """Every row of the file; an empty cell of a CSV file is a missing value."""
    path = FOLDER / name
    if path.suffix == ".parquet":
        found: list[Record] = pq.read_table(path).to_pylist()
        return found
    with path.open(newline="", encoding="utf-8") as lines:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(lines)]
