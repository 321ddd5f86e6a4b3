"""Flags: rows that somebody should look at, found once a night where rows have changed.

What it costs is bounded: shapes are measured on rows spread evenly over the project, and the rows
beyond them are asked for by one statement a field, the first few hundred of them.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from datasets.likeness.sketches import likeness, parts_of, spreads_of, vector_of, width_of
from datasets.models import DataTable, Field, Flag, Row
from datasets.queries import Purpose, rows, typed_fields
from datasets.queries.counts import has_classes, labels_of
from datasets.queries.quality import near_duplicates, spread
from datasets.records import Typed
from datasets.reviewing.claims import lock
from datasets.reviewing.outliers import Fences, Numbers, far_ones, fences_of, rare_pairs
from jobs.kinds import Kind, register
from jobs.models import Job
from jobs.services import enqueue, finish
from projects.models import Project

KIND = "flag_rows"
#: Open flags of one kind in one project: whoever looks at them sees the strongest first.
MOST = 500
#: Rows on which shapes are measured, and rows whose neighbours are looked at.
SAMPLE = 5_000
NEIGHBOURS = 1_500
PORTION = 500
#: Rows beyond one field's fences that are asked for.
BEYOND = 200
CLASS_FIELDS = 6
#: Projects with fewer rows have no shape yet.
LEAST_ROWS = 30


class Found(NamedTuple):
    """Why a row stands out."""

    strength: float
    detail: dict[str, Any]


#: What upper apps find, by the kind of the flag.
Finds = Callable[[Project], dict[int, Found]]
_finders: dict[str, Finds] = {}


def add_finder(kind: str, function: Finds) -> None:
    """Ask ``function`` once a night for the rows of a kind; the same kind replaces.

    Call it from ``AppConfig.ready``.
    """
    _finders[kind] = function


def install() -> None:
    """Register the job; called once the apps are ready."""
    register(Kind(KIND, "light", "datasets.services.flagging.flag_rows", time_limit=600))


def set_flags(project: Project, kind: str, found: Mapping[int, Found]) -> None:
    """Make these the open flags of a kind, the strongest of them.

    Rows that somebody let stand are not flagged again until their values change. Doing it twice
    does it once. Upper apps call it for what only they can find.

    Args:
        kind: a value of ``Flag.Kind``.
        found: why, by row.
    """
    strongest = sorted(found, key=lambda row: -found[row].strength)[:MOST]
    with transaction.atomic():
        lock(project)
        there = Flag.objects.filter(project=project, kind=kind)
        settled = set(there.filter(settled__isnull=False).values_list("row", flat=True))
        there.filter(settled=None).exclude(row__in=strongest).delete()
        Flag.objects.bulk_create(
            [
                Flag(project=project, row=row, kind=kind, **found[row]._asdict())
                for row in strongest
                if row not in settled
            ],
            update_conflicts=True,
            unique_fields=["project", "row", "kind"],
            update_fields=["strength", "detail"],
        )


def wish_for_flags() -> int:
    """Have the projects looked through whose rows changed since the last look; once a day each.

    A task of the housekeeping; returns how many jobs it wished for.
    """
    today = timezone.now().date().isoformat()
    wished = 0
    tables = DataTable.objects.filter(accepted__gte=LEAST_ROWS)
    for project, revision in tables.values_list("project_id", "revision"):
        if cache.get(_mark(project)) == revision:
            continue
        enqueue(KIND, f"{KIND}:{project}:{today}", payload={"project": project})
        wished += 1
    return wished


def flag_rows(job: Job) -> None:
    """Look one project through; killed it begins again."""
    project = Project.objects.filter(pk=job.payload["project"]).first()
    if project is not None:
        flag_project(project)
    if job.token is not None:
        with transaction.atomic():
            finish(job.pk, job.token)


def flag_project(project: Project) -> None:
    """Flag what stands out in a project: values, pairs, drawings, near-duplicates."""
    kept = DataTable.objects.filter(project=project).values_list("next_arrival", "revision").first()
    if kept is None:
        return
    last, revision = kept
    fields = typed_fields(project)
    sample = _sample(project, fields, last)
    found = _beyond_fences(project, fields, sample)
    for row, why in [*_rare(project, fields, sample), *_alone(project, fields)]:
        if row not in found or found[row].strength < why.strength:
            found[row] = why
    set_flags(project, Flag.Kind.OUTLIER, found)
    set_flags(project, Flag.Kind.DUPLICATE, _near(project))
    for kind, function in _finders.items():
        set_flags(project, kind, function(project))
    cache.set(_mark(project.pk), revision, None)


def _mark(project: int) -> str:
    return f"flagged-{project}"


def _table(project: Project, fields: Typed) -> QuerySet[Row]:
    return rows(project, Purpose.COUNT, [field for field, _type in fields])


def _sample(project: Project, fields: Typed, last: int) -> dict[str, list[Any]]:
    """The plain columns of rows spread evenly over the project, by column."""
    columns = [f.column for f, _t in [*_numbers(fields), *_classes(fields)]]
    if not columns:
        return {}
    table = _table(project, fields).order_by()
    listed: list[tuple[Any, ...]] = []
    numbers = spread(last, SAMPLE)
    for start in range(0, len(numbers), PORTION):
        portion = table.filter(arrival__in=numbers[start : start + PORTION])
        listed += portion.values_list(*columns)
    return {column: [row[at] for row in listed] for at, column in enumerate(columns)}


def _numbers(fields: Typed) -> Typed:
    plain = (Field.Kind.NUMBER, Field.Kind.INTEGER)
    return [(f, t) for f, t in fields if f.kind in plain and f.role != Field.Role.IGNORE]


def _classes(fields: Typed) -> Typed:
    found = [(f, t) for f, t in fields if has_classes(f) and f.role != Field.Role.IGNORE]
    return found[:CLASS_FIELDS]


def _beyond_fences(
    project: Project, fields: Typed, sample: Mapping[str, list[Any]]
) -> dict[int, Found]:
    found: dict[int, Found] = {}
    for field, _type in _numbers(fields):
        values = np.array(
            [value for value in sample[field.column] if value is not None], dtype=float
        )
        fences = fences_of(values)
        if fences is None:
            continue
        column = field.column
        out = Q(**{f"{column}__lt": fences.low}) | Q(**{f"{column}__gt": fences.high})
        listed = _table(project, fields).order_by().filter(out).values_list("pk", column)[:BEYOND]
        for row, value in listed:
            why = _why(field, fences, float(value))
            if row not in found or found[row].strength < why.strength:
                found[row] = why
    return found


def _why(field: Field, fences: Fences, value: float) -> Found:
    detail = {"field": field.name, "value": value, "low": fences.low, "high": fences.high}
    return Found(min(fences.strength(value), 1e6), detail)


def _rare(
    project: Project, fields: Typed, sample: Mapping[str, list[Any]]
) -> Iterable[tuple[int, Found]]:
    """Rows with a pair of classes that hardly comes."""
    for (one, _t1), (two, _t2) in combinations(_classes(fields), 2):
        for pair in rare_pairs(sample[one.column], sample[two.column]):
            both = {one.column: pair.first, two.column: pair.second}
            listed = _table(project, fields).order_by().filter(**both).values_list("pk", flat=True)
            words = [
                f"{one.name}: {_label(one, pair.first)}",
                f"{two.name}: {_label(two, pair.second)}",
            ]
            for row in listed[: BEYOND // 10]:
                yield row, Found(pair.strength, {"pair": words})


def _label(field: Field, code: int) -> str:
    return next((entry["label"] for entry in labels_of(field) if entry["code"] == code), str(code))


def _alone(project: Project, fields: Typed) -> Iterable[tuple[int, Found]]:
    """Rows among the newest whose drawing, curve or vector is far from every other one."""
    drawn = [(f, t) for f, t in fields if t.likeness == "angle"]
    parts = parts_of(drawn)
    if not parts:
        return
    columns = [part.field.column for part in parts]
    newest = _table(project, fields).order_by("-arrival").values_list("pk", *columns)
    listed = list(newest[:NEIGHBOURS])
    if len(listed) < LEAST_ROWS:
        return
    matrix = np.empty((len(listed), width_of(parts)), dtype=np.float32)
    for at, (_pk, *stored) in enumerate(listed):
        matrix[at] = vector_of(parts, stored)
    spreads = spreads_of(parts, matrix)
    nearest: Numbers = np.empty(len(listed))
    for at in range(len(listed)):
        alike = likeness(parts, spreads, matrix, matrix[at])
        alike[at] = 0.0
        nearest[at] = alike.max()
    for at, score in enumerate(far_ones(nearest)):
        if score > 0:
            yield listed[at][0], Found(float(score), {})


def _near(project: Project) -> dict[int, Found]:
    """All but the first rows of the largest groups of near-duplicates."""
    found: dict[int, Found] = {}
    for cluster in near_duplicates(project).clusters:
        for row, _arrival in cluster.rows[1:]:
            found[row] = Found(float(cluster.size), {"size": cluster.size})
    return found
