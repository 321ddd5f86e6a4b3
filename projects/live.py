"""The topic ``project:<id>``: what happens in a project, live in every open window.

Upper apps add their part to its snapshot by ``add_part``, called from ``AppConfig.ready``.
"""

from collections.abc import Callable
from typing import Any

from live.topics import Topic
from projects.access import Person, may_read
from projects.models import Project
from projects.queries import newest, told

Part = Callable[[Project], object]

_parts: dict[str, Part] = {}


def add_part(name: str, snapshot: Part) -> None:
    """Add a part to the snapshot: what ``snapshot(project)`` returns stands there under ``name``.

    The same name replaces.
    """
    _parts[name] = snapshot


def snapshot(project_id: int) -> dict[str, Any]:
    """The whole state of a project's topic, composed of the registered parts."""
    project = Project.objects.get(pk=project_id)
    return {name: part(project) for name, part in _parts.items()}


def may_listen(user: Person, project_id: int) -> bool:
    """Whether the person may read that project; one that does not exist looks the same."""
    return may_read(user, project_id)


def topic_of(project_id: int) -> str:
    """The topic of a project."""
    return f"project:{project_id}"


PROJECT = Topic("project", may_listen=may_listen, snapshot=snapshot)

add_part("activity", lambda project: [told(activity) for activity in newest(project)])
