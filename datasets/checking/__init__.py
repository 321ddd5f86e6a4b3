"""Compares what the registry says of projects' tables with the tables; heals what it safely can.

Each check is one function that yields findings; adding one is a name in ``CHECKS``.
"""

from collections.abc import Callable, Iterator

from datasets.checking.counts import (
    arrivals,
    class_counts,
    contributor_counts,
    table_counts,
)
from datasets.checking.findings import Checked, Finding
from datasets.checking.rows import abandoned_rows, drifted_hashes, values_of_tombstones
from datasets.checking.structure import columns, indexes, record, table, versions

#: In this order: what is healed first is relied on by the ones after it.
CHECKS: tuple[Callable[[Checked], Iterator[Finding]], ...] = (
    record,
    table,
    columns,
    indexes,
    versions,
    abandoned_rows,
    values_of_tombstones,
    drifted_hashes,
    arrivals,
    table_counts,
    contributor_counts,
    class_counts,
)

__all__ = ["CHECKS", "Checked", "Finding", "check_project"]


def check_project(checked: Checked, *, heal: bool = False) -> Iterator[Finding]:
    """All findings of one project; with ``heal`` each is healed, where it safely can, as it comes.

    A check that cannot go on without what an earlier one found missing is left out.
    """
    for check in CHECKS:
        for finding in check(checked):
            if heal:
                finding.heal()
            yield finding
            if finding.stops and not finding.healed:
                return
