"""What each column holds, summed up from rows spread over all, and kept in the cache.

No page reads all rows for it: a sum stands until a job makes a better one, and says of when it is
and from how many rows. Under a filter a bounded number of the newest rows that fit is summed up.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from datasets.browsing import Summary, browsing_of
from datasets.models import Row
from datasets.queries.data_view import DataView
from datasets.queries.paging import Plan, rows_of
from datasets.queries.reading import Purpose, rows
from datasets.records import Typed
from projects.models import Project

#: Rows of the sample that a page takes itself, and that a job takes.
FEW, MANY = 2_000, 50_000
#: Values that a job reads at most: of a wide table fewer rows.
CELLS = 1_500_000
#: Rows that one statement asks for by their arrival numbers.
CHUNK = 5_000
#: An odd number far from small ratios, to scatter places: 2^32 by the golden ratio (D. Knuth, The
#: Art of Computer Programming, volume 3, section 6.4).
MIXER = 2_654_435_769
#: Rows under a filter that are summed up.
FITTING = 1_000
#: Fields whose summaries are one entry of the cache.
FIELDS_OF_PART = 32
KEPT_SECONDS = 30 * 24 * 3_600
FITTING_SECONDS = 60


@dataclass(frozen=True)
class Sums:
    """Summaries by field id.

    Attributes:
        sampled: rows that were read; of ``rows`` that there were.
        at: when.
        revision: of the table then.
    """

    sampled: int
    rows: int
    at: datetime
    revision: int
    of: Mapping[int, Summary] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether all rows were read."""
        return self.sampled >= self.rows


def kept(project: Project, fields: Typed) -> Sums | None:
    """What the cache has of these fields: one statement. None unless it has every one of them."""
    wanted = [described.pk for described, _type in fields]
    parts = cache.get_many([_head(project), *{_part(project, pk) for pk in wanted}])
    head = parts.pop(_head(project), None)
    if head is None:
        return None
    alike = [part["of"] for part in parts.values() if part["at"] == head["at"]]
    of = {pk: one for part in alike for pk, one in part.items()}
    if not of.keys() >= set(wanted):
        return None
    moment = datetime.fromtimestamp(head["at"], tz=UTC)
    return Sums(
        head["sampled"], head["rows"], moment, head["revision"], {pk: of[pk] for pk in wanted}
    )


def keep(project: Project, sums: Sums) -> None:
    """Put summaries into the cache; an older version of the fields has keys of its own."""
    at = sums.at.timestamp()
    entries: dict[str, Any] = {
        _head(project): {
            "at": at,
            "sampled": sums.sampled,
            "rows": sums.rows,
            "revision": sums.revision,
        }
    }
    for pk, one in sums.of.items():
        part = entries.setdefault(_part(project, pk), {"at": at, "of": {}})
        part["of"][pk] = one
    cache.set_many(entries, KEPT_SECONDS)


def summed(project: Project, fields: Typed, *, arrivals: int, revision: int, most: int) -> Sums:
    """Sum up the accepted rows among at most ``most`` arrival numbers spread over all."""
    most = max(FEW, min(most, CELLS // max(1, len(fields))))
    step = max(1, -(-arrivals // most))
    base = rows(project, Purpose.COUNT, [described for described, _type in fields])
    values: list[Sequence[Any]] = []
    if step == 1:
        values += _values(base, fields)
    else:
        wanted = _spread(arrivals, step)
        for start in range(0, len(wanted), CHUNK):
            part = base.filter(arrival__in=wanted[start : start + CHUNK])
            values += _values(part, fields)
    sampled = len(values)
    known = sampled if step == 1 else min(arrivals, sampled * step)
    return Sums(sampled, known, timezone.now(), revision, _of(fields, values))


def summed_view(view: DataView, plan: Plan, found: Sequence[Row] | None) -> Sums:
    """Sum up the newest rows of a view; ``found`` are all its rows, where the caller has them.

    Kept for a minute under everything that the view asks.
    """
    asked = [pair for pair in view.pairs() if pair[0] not in ("sort", "as")]
    digest = hashlib.sha256(repr(asked).encode()).hexdigest()
    key = f"fitting:{view.project.pk}:{view.project.schema_version}:{digest}"
    known: Sums | None = cache.get(key)
    if known is not None:
        return known
    if found is None:
        newest = rows_of(view, plan).order_by("-arrival")
        values = list(_values(newest[:FITTING], view.shown))
    else:
        columns = [described.column for described, _type in view.shown]
        values = [[getattr(row, column) for column in columns] for row in found]
        values = [_as_sampled(view.shown, row) for row in values]
    whole = len(values) < FITTING
    sums = Sums(
        len(values),
        len(values) if whole else len(values) + 1,
        timezone.now(),
        0,
        _of(view.shown, values),
    )
    cache.set(key, sums, FITTING_SECONDS)
    return sums


def _spread(arrivals: int, step: int) -> list[int]:
    """One arrival number of each ``step``, at a place that no period of the data can meet."""
    blocks = range(0, arrivals, step)
    places = (start + (at * MIXER >> 16) % step for at, start in enumerate(blocks))
    return [place for place in places if place < arrivals]


def _values(found: QuerySet[Row], fields: Typed) -> Iterable[Sequence[Any]]:
    """Of each row what the summaries read: of drawings only whether they are there."""
    read = {f"s{d.pk}": browsing_of(type_).sampled(d.column) for d, type_ in fields}
    return found.annotate(**read).values_list(*read) if read else found.values_list("pk")


def _as_sampled(fields: Typed, stored: Sequence[Any]) -> list[Any]:
    """Whole values of a row, as ``_values`` would have read them."""
    return [
        browsing_of(type_).as_sampled(value)
        for (_field, type_), value in zip(fields, stored, strict=True)
    ]


def _of(fields: Typed, values: Sequence[Sequence[Any]]) -> dict[int, Summary]:
    return {
        described.pk: browsing_of(type_).summarise([row[place] for row in values])
        for place, (described, type_) in enumerate(fields)
    }


def _head(project: Project) -> str:
    return f"columns:{project.pk}:{project.schema_version}:head"


def _part(project: Project, field_id: int) -> str:
    """Neighbours share an entry: in a table each entry costs statements of its own."""
    return f"columns:{project.pk}:{project.schema_version}:{field_id // FIELDS_OF_PART}"
