"""What the project's topic says of its data to a window that starts anew."""

from typing import Any

from datasets.queries import count_of, wall_revision
from projects.live import add_part
from projects.models import Project


def counts(project: Project) -> dict[str, Any]:
    """Counts; the wall itself is fetched from ``wall.json``, which is paged and cached."""
    return {**count_of(project)._asdict(), "goal": project.goal, "wall": wall_revision(project)}


def install() -> None:
    """Add the data's part to the snapshot of every project's topic."""
    add_part("counts", counts)
