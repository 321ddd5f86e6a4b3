"""The registered half of a project's data.

The rows themselves sit in one real table per project, see ``datasets.tables``.
"""

from datasets.models.fields import DataTable, Field, SchemaVersion
from datasets.models.imports import Import
from datasets.models.judging import Claim, Flag, Gold, Item, Label, Review, Reviewer, Vote
from datasets.models.rows import (
    ClassCount,
    Contribution,
    Contributor,
    Example,
    Row,
    RowChange,
    RowState,
)
from datasets.models.versions import Snapshot

__all__ = [
    "Claim",
    "ClassCount",
    "Contribution",
    "Contributor",
    "DataTable",
    "Example",
    "Field",
    "Flag",
    "Gold",
    "Import",
    "Item",
    "Label",
    "Review",
    "Reviewer",
    "Row",
    "RowChange",
    "RowState",
    "SchemaVersion",
    "Snapshot",
    "Vote",
]
