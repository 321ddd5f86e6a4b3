"""Shapes that all subjects share."""

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field

#: Of numbers in addresses: larger ones are nobody's.
LARGEST = 2**63 - 1
#: Slugs and file names that examples show.
SLUG = "which-penguin-is-it"


class Strict(Schema):
    """A body: nothing in it is guessed, and nothing that we do not know is dropped."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Misfit(Schema):
    """One value that does not fit."""

    pointer: str | None = Field(
        None, description="Where it stands in the body, as a JSON pointer (RFC 6901)."
    )
    parameter: str | None = Field(None, description="The query parameter or header it came in.")
    detail: str = Field(description="What is wrong, and what would be right.")


class ProblemOut(Schema):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(title="Problem", extra="allow")

    type: str = Field(description="The kind of problem: an address that says the way out.")
    title: str = Field(description="The kind of problem, in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened this time, and what to do.")
    errors: list[Misfit] = Field(
        default_factory=list, description="Each value that does not fit, where there are some."
    )
    request_id: str = Field("", description="The request, as the site's log calls it.")


def example(value: Any) -> Any:
    """The configuration of a body with one example of it."""
    return ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [value]})
