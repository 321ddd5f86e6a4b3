"""Projects and their schema."""

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from api.schemas.shared import SLUG, Strict, example
from projects.licences import LICENCES

Licence = Literal["CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "ODbL-1.0", "CDLA-Permissive-2.0"]
Task = Literal["classification", "regression"]
Right = Literal["read", "participate", "maintain", "own"]
assert {licence.spdx for licence in LICENCES} == set(Licence.__args__)  # type: ignore[attr-defined]

TABLE_SCHEMA = {
    "fields": [
        {
            "name": "flipper_length",
            "type": "number",
            "cc:unit": "mm",
            "constraints": {"minimum": 100, "maximum": 300},
        },
        {
            "name": "species",
            "type": "string",
            "categories": ["Adelie", "Chinstrap", "Gentoo"],
            "cc:role": "target",
        },
    ]
}


class ProjectOut(Schema):
    """A project as the token's person sees it."""

    slug: str = Field(description="The project's name in addresses; it stays.", examples=[SLUG])
    name: str
    pitch: str = Field(description="One sentence: what people add and why.")
    description: str = Field(description="Markdown.")
    guidelines: str = Field(description="Markdown: what counts as a good datapoint.")
    task: str = Field(description="classification, regression, …")
    licence: str = Field(description="The data's licence, by its SPDX identifier.")
    visibility: Literal["public", "unlisted", "private"]
    state: Literal["draft", "published"]
    goal: int | None = Field(description="How many datapoints are hoped for.")
    tags: list[str]
    schema_version: int = Field(description="Grows with every change of the fields.")
    data_version: int = Field(description="Grows with every change of any datapoint.")
    rows: int = Field(description="Accepted datapoints.")
    pending: int = Field(description="Datapoints that wait to be checked.")
    people: int = Field(description="People whose datapoints are accepted.")
    your_right: Right = Field(description="What you may do: each includes those before it.")
    created: datetime
    published: datetime | None
    url: str = Field(description="The project's page.")


class ProjectsOut(Schema):
    """One page of projects."""

    items: list[ProjectOut]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class ProjectNew(Strict):
    """A project to be opened."""

    model_config = example(
        {
            "name": "Which penguin is it?",
            "pitch": "Flippers measured by everybody, to tell three species apart.",
            "licence": "CC0-1.0",
            "table_schema": TABLE_SCHEMA,
            "publish": True,
        }
    )

    name: str = Field(max_length=60, min_length=1, description="The address is made from it.")
    pitch: str = Field(max_length=140, min_length=1)
    description: str = Field("", max_length=10_000, description="Markdown.")
    goal: int | None = Field(None, ge=1, le=10_000_000)
    licence: Licence
    visibility: Literal["unlisted", "private"] = Field(
        "unlisted", description="It can be made public later, once it shows what lists ask for."
    )
    tags: list[str] = Field(default_factory=list, max_length=5)
    table_schema: dict[str, Any] = Field(
        description=(
            "A Table Schema (Data Package v2), or a data package that has one. The field with "
            "`cc:role: target` is the one that models predict."
        )
    )
    publish: bool = Field(False, description="Open it to its crowd at once; else it is a draft.")


class ProjectMade(Schema):
    """A project that was opened."""

    project: ProjectOut
    notes: list[str] = Field(description="What was left out of the schema, or taken otherwise.")


class ProjectChange(Strict):
    """What is to be different; what is left out stays."""

    model_config = example({"pitch": "Three species, told apart by a flipper.", "goal": 5000})

    name: str = Field("", max_length=60, min_length=1)
    pitch: str = Field("", max_length=140, min_length=1)
    description: str = Field("", max_length=10_000)
    guidelines: str = Field("", max_length=5_000)
    goal: int | None = Field(None, ge=1, le=10_000_000)
    tags: list[str] = Field(default_factory=list, max_length=5)
    licence: Licence = Field("CC0-1.0", description="Only to a freer one; owners only.")
    visibility: Literal["public", "unlisted", "private"] = Field(
        "unlisted", description="Owners only."
    )


class SchemaOut(Schema):
    """The fields of a project."""

    project: str
    version: int = Field(description="The number of this version.")
    table_schema: dict[str, Any] = Field(description="Table Schema (Data Package v2).")
    row_schema: dict[str, Any] = Field(description="JSON Schema of a datapoint's values.")


class SchemaVersionOut(Schema):
    """One version of the fields."""

    number: int
    state: str = Field(description="applying, applied, undone or failed.")
    note: str
    author: str | None = Field(description="Who changed it.")
    rows_changed: int
    rows_invalid: int
    changes: list[Any] = Field(description="The operations that led here from the one before.")
    table_schema: dict[str, Any]
    created: datetime


class SchemaVersionsOut(Schema):
    """One page of versions, the newest first."""

    items: list[SchemaVersionOut]
    next: str | None


class MeOut(Schema):
    """Who asks."""

    username: str
    token: str = Field(description="The token's public part.", examples=["cc_0a1b2c3d"])
    token_name: str
    scopes: list[Literal["read", "contribute", "train", "admin"]]
    expires: datetime | None = Field(description="When the token ends; null: never.")
    url: str
