"""What a check found, and of which project."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from datasets.models import Field, Row
from datasets.tables import row_table
from projects.models import Project


@dataclass
class Finding:
    """One thing that is not as it should be."""

    project: Project
    #: What it is, in few words with dashes, for programs.
    code: str
    #: What it is, for people.
    detail: str
    #: How to heal it; None: somebody must look.
    cure: Callable[[], Any] | None = None
    #: Whether nothing else can be checked before it is healed.
    stops: bool = False
    healed: bool = field(default=False, init=False)

    def heal(self) -> None:
        """Heal it, where that is safe."""
        if self.cure is not None:
            self.cure()
            self.healed = True

    def json(self) -> dict[str, Any]:
        """The finding for programs."""
        return {
            "project": self.project.slug,
            "finding": self.code,
            "detail": self.detail,
            "heals": self.cure is not None,
            "healed": self.healed,
        }


class Checked:
    """One project under check."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @property
    def fields(self) -> list[Field]:
        """All fields, retired ones too."""
        return list(self.project.fields.all())

    @property
    def model(self) -> type[Row]:
        """The class of the rows, also of those that nobody may see."""
        return row_table(self.project, self.fields)

    @cached_property
    def name(self) -> str:
        """The table's name."""
        return str(self.model._meta.db_table)

    def found(self, code: str, detail: str, **more: Any) -> Finding:
        """A finding of this project."""
        return Finding(self.project, code, detail, **more)
