"""Files of many datapoints on their way into a project."""

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from api.schemas.shared import Strict, example

ImportState = Literal["uploaded", "checking", "checked", "adding", "added", "cancelled", "failed"]


class ImportOut(Schema):
    """A file, and how far it is."""

    id: int
    project: str
    name: str
    state: ImportState = Field(
        description="uploaded → checking → checked → adding → added; or cancelled, failed."
    )
    reason: str = Field(description="Why it failed.")
    bytes: int
    sha256: str
    good: int = Field(description="Rows that fit and are new.")
    bad: int = Field(description="Rows that do not fit: `bad_rows_url` has them with reasons.")
    duplicates: int = Field(description="Rows that are there already, or twice in the file.")
    written: int = Field(description="Of the good ones, how many are written.")
    dialect: dict[str, Any] = Field(description="How the file was read.")
    report: dict[str, Any] = Field(description="First rows, counts per reason, columns.")
    contribution: int | None = Field(description="The contribution that it became.")
    bad_rows_url: str | None
    created: datetime
    started: datetime | None
    finished: datetime | None


class ImportsOut(Schema):
    """One page of your files in a project, the newest first."""

    items: list[ImportOut]
    next: str | None


class ImportConfirm(Strict):
    """That the good rows are to be added."""

    model_config = example({"agree": True})

    agree: bool = Field(
        False,
        description="That they are yours to give under the licence; once in each project.",
    )
