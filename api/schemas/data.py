"""Datapoints, contributions, snapshots."""

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from api.schemas.shared import Strict, example
from common.limits import API_ROWS_PER_REQUEST

RowStateName = Literal["pending", "accepted", "rejected", "withdrawn"]
Values = dict[str, Any]


class RowOut(Schema):
    """A datapoint."""

    id: int
    number: int = Field(description="Its place on the wall, from 1.")
    state: RowStateName
    contribution: int
    contributor: str
    schema_version: int = Field(description="The version of the fields that it was last checked by")
    revision: int = Field(description="Grows with every change of the datapoint.")
    values: Values = Field(description="By field name; null where there is none.")
    url: str


class RowsOut(Schema):
    """One page of datapoints, in the order of their numbers."""

    items: list[RowOut]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")
    schema_version: int
    data_version: int


class RowsNew(Strict):
    """Datapoints to be added: all of them, or none."""

    model_config = example(
        {"rows": [{"flipper_length": 181.0, "species": "Adelie"}], "agree": True}
    )

    rows: list[Values] = Field(
        min_length=1,
        max_length=API_ROWS_PER_REQUEST,
        description="Each an object of values by field name; see the project's `row_schema`.",
    )
    agree: bool = Field(
        False,
        description=(
            "That they are yours to give, under the project's licence. Needed once in each "
            "project, and again when the licence changes."
        ),
    )


class ContributionOut(Schema):
    """One act of adding."""

    id: int
    project: str | None = Field(description="Null when you may not see the project any more.")
    state: Literal["open", "visible", "withdrawn", "rejected"]
    source: str = Field(description="form, paste, upload, api or seed.")
    rows: int
    first_number: int | None = Field(description="The number of its first datapoint.")
    licence: str
    created: datetime


class ContributionMade(Schema):
    """What was added."""

    contribution: ContributionOut
    row_ids: list[int] = Field(description="In the order in which they were sent.")
    schema_version: int
    data_version: int


class ContributionsOut(Schema):
    """One page of your contributions, the newest first."""

    items: list[ContributionOut]
    next: str | None


class FileOut(Schema):
    """A file of a version."""

    format: str
    url: str = Field(description="Takes the same token; the file comes with an ETag.")


class SnapshotOut(Schema):
    """An immutable version of the data."""

    number: int
    rows: int
    schema_version: int
    identity: str = Field(description="sha256 of the content: equal data is one version.")
    file_sha256: str = Field(description="Of the Parquet file.")
    file_bytes: int
    changes: dict[str, Any] = Field(description="What differs from the version before.")
    table_schema: dict[str, Any]
    files: list[FileOut]
    created: datetime


class SnapshotsOut(Schema):
    """One page of versions, the newest first."""

    items: list[SnapshotOut]
    next: str | None
