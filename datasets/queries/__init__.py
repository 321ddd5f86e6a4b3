"""Reads of fields, rows and counts. Rows are read through ``rows(project, purpose)`` only."""

from datasets.queries.counts import (
    Bar,
    Counts,
    class_balance,
    contributions_of,
    count_of,
    fields_of,
    has_agreed,
    labels_of,
    table_schema,
    target_of,
    typed_fields,
)
from datasets.queries.examples import example_ids, examples_of
from datasets.queries.listing import find_row, known_hashes
from datasets.queries.needs import Need, class_needs, needs
from datasets.queries.reading import Purpose, rows
from datasets.queries.wall import WallShape, wall_page, wall_revision, wall_summary

__all__ = [
    "Bar",
    "Counts",
    "Need",
    "Purpose",
    "WallShape",
    "class_balance",
    "class_needs",
    "contributions_of",
    "count_of",
    "example_ids",
    "examples_of",
    "fields_of",
    "find_row",
    "has_agreed",
    "known_hashes",
    "labels_of",
    "needs",
    "rows",
    "table_schema",
    "target_of",
    "typed_fields",
    "wall_page",
    "wall_revision",
    "wall_summary",
]
