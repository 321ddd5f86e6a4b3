"""The topic ``chat:<project id>``: whoever may read the project may listen."""

from typing import Any

from chat.queries import latest, payload_of
from live.topics import Topic
from projects.access import may_read
from projects.models import Project


def snapshot(project_id: int) -> dict[str, Any]:
    """The newest messages, for a window that was away too long."""
    project = Project.objects.get(pk=project_id)
    return {"messages": [payload_of(message) for message in latest(project)]}


CHAT = Topic(prefix="chat", may_listen=may_read, snapshot=snapshot)


def topic_of(project: Project) -> str:
    """The topic of the project's room."""
    return f"chat:{project.pk}"
