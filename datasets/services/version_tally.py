"""What is counted of a version while its file is written."""

import hashlib
from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from datasets.arrowing import CONTRIBUTOR, LABELS
from datasets.models import Contribution
from datasets.streaming import Columns
from projects.models import Project

#: Classes whose counts a version keeps, the most frequent first.
CLASSES_KEPT = 200


class Tally:
    """Counts the rows, people and classes of a version, range after range."""

    def __init__(self, schema_version: int) -> None:
        self.rows = 0
        self.last_arrival: int | None = None
        self.labelling = False
        self._people: set[str] = set()
        self._classes: Counter[str] = Counter()
        self._hash = hashlib.sha256(b"%d\n" % schema_version)

    @property
    def identity(self) -> str:
        """sha256 over the schema's version and the rows' hashes in arrival order."""
        return self._hash.hexdigest()

    def count(self, columns: Columns, table: pa.Table, target: str | None) -> None:
        """Count one range, as stored and as it stands in the file."""
        self.rows += table.num_rows
        self.labelling = LABELS in table.column_names
        self.last_arrival = columns["arrival"][-1].as_py()
        for row in columns["row_hash"].to_pylist():
            self._hash.update(row)
        self._people.update(pc.unique(table.column(CONTRIBUTOR)).to_pylist())
        if target is not None:
            self._classes.update(classes_in(table.column(target)))

    def as_json(self, project: Project) -> dict[str, Any]:
        """People, class counts, and the licences of the contributions, the oldest first."""
        acts = Contribution.objects.filter(
            project=project,
            state=Contribution.State.VISIBLE,
            first_arrival__lte=self.last_arrival or 0,
        )
        licences = dict.fromkeys(acts.order_by("id").values_list("licence", flat=True).distinct())
        return {
            "labelling": self.labelling,
            "people": len(self._people),
            "classes": dict(self._classes.most_common(CLASSES_KEPT)),
            "licences": list(licences) or [project.licence],
        }


def classes_in(column: pa.ChunkedArray) -> dict[str, int]:
    """How often each class stands in the column; missing ones left out."""
    counted = {}
    for one in pc.value_counts(column.drop_null()).to_pylist():
        label = one["values"]
        named = str(label).lower() if isinstance(label, bool) else str(label)
        counted[named] = one["counts"]
    return counted
