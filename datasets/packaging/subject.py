"""One version as those files speak of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datasets.models import Snapshot
from datasets.services.snapshot_files import Stored
from projects.licences import Licence, licence_named
from projects.models import Project

#: The columns beside the fields, with their type in a Table Schema and what they are.
BESIDE = {
    "_row": ("integer", "The row's number in the project: the same in every version."),
    "_contributor": ("string", "A pseudonym: equal for rows of one person in this project."),
    "_group": ("integer", "Equal for rows that are nearly the same: keep them in one split."),
    "_labels": ("integer", "How many people labelled the row."),
    "_certainty": ("number", "How sure their labels make the target, 0 to 1."),
}
ALWAYS = ("_row", "_contributor", "_group")
#: The folder of a version calls its files so, with the ending behind.
FILE = "data"


@dataclass(frozen=True)
class Subject:
    """A version, its project, and where both are found: ``page`` and ``folder`` are absolute.

    ``files`` are those that were made, by their endings. With ``live`` the newest data are meant,
    whichever version has them, and ``folder`` leads to it.
    """

    project: Project
    snapshot: Snapshot
    page: str
    folder: str
    files: Mapping[str, Stored]
    live: bool = False

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The entries of the fields in the Table Schema of then."""
        listed: list[dict[str, Any]] = self.snapshot.table_schema["fields"]
        return listed

    @property
    def beside(self) -> list[str]:
        """The columns beside the fields that this version has."""
        labels = ("_labels", "_certainty") if self.snapshot.changes.get("labelling") else ()
        return [*ALWAYS, *labels]

    @property
    def licences(self) -> list[Licence]:
        """The licences under which its rows were given."""
        named = self.snapshot.changes.get("licences") or [self.project.licence]
        return [licence_named(spdx) for spdx in named]

    @property
    def title(self) -> str:
        """The project's name."""
        return self.project.name

    @property
    def summary(self) -> str:
        """The project's pitch, or its name where it has none."""
        return self.project.pitch or self.project.name

    @property
    def day(self) -> str:
        """When it was made, as an ISO date."""
        return self.snapshot.created.date().isoformat()

    @property
    def version(self) -> str:
        """Its number as three parts, as registries want them: data never change within one."""
        return f"{self.snapshot.number}.0.0"

    def address(self, name: str) -> str:
        """The absolute address of a file in the version's folder."""
        return f"{self.folder}{name}"
