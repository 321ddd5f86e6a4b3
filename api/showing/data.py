"""Datapoints, contributions and snapshots as the API answers them."""

from django.urls import reverse

from api.requests import ApiRequest
from api.schemas.data import ContributionOut, FileOut, RowOut, SnapshotOut
from api.values import values_of
from datasets.models import Contribution, Row, RowState, Snapshot
from datasets.records import Typed
from projects.models import Project


def shown_row(request: ApiRequest, project: Project, fields: Typed, row: Row) -> RowOut:
    """One datapoint; its contribution and person were read with it."""
    assert row.arrival is not None
    here = reverse("api:read_row", args=[project.slug, row.pk])
    return RowOut(
        id=row.pk,
        number=row.arrival + 1,
        state=RowState(row.state).name.lower(),  # type: ignore[arg-type]
        contribution=row.contribution.pk,
        contributor=row.contribution.user.username,
        schema_version=row.schema_version,
        revision=row.revision,
        values=values_of(
            fields, row, lambda field: request.build_absolute_uri(f"{here}/photos/{field}")
        ),
        url=request.build_absolute_uri(reverse("row", args=[project.slug, row.pk])),
    )


def shown_contribution(contribution: Contribution, *, slug: str | None) -> ContributionOut:
    """One act of adding; ``slug`` is None for who may not see the project any more."""
    first = contribution.first_arrival
    return ContributionOut(
        id=contribution.pk,
        project=slug,
        state=contribution.state,  # type: ignore[arg-type]
        source=contribution.source,
        rows=contribution.rows,
        first_number=None if first is None else first + 1,
        licence=contribution.licence,
        created=contribution.created,
    )


def shown_snapshot(
    request: ApiRequest, project: Project, snapshot: Snapshot, formats: tuple[str, ...]
) -> SnapshotOut:
    """One version with the addresses of its files."""
    here = reverse("api:read_snapshot", args=[project.slug, snapshot.number])
    return SnapshotOut(
        number=snapshot.number,
        rows=snapshot.rows,
        schema_version=snapshot.schema_version,
        identity=snapshot.identity,
        file_sha256=snapshot.file_sha256,
        file_bytes=snapshot.file_bytes,
        changes=snapshot.changes,
        table_schema=snapshot.table_schema,
        files=[
            FileOut(format=one, url=request.build_absolute_uri(f"{here}/files/{one}"))
            for one in formats
        ],
        created=snapshot.created,
    )
