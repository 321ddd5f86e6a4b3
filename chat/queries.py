"""Reads of messages."""

from typing import TypedDict

from django.db.models import QuerySet

from chat.models import Message
from projects.models import Project

PAGE = 50


class MessagePayload(TypedDict):
    """What a browser is told about one message; also the payload of the event ``message``."""

    id: int
    author: str
    text: str
    created: str


def payload_of(message: Message) -> MessagePayload:
    """The message as the wire carries it."""
    return {
        "id": message.pk,
        "author": message.author.username,
        "text": message.text,
        "created": message.created.isoformat(),
    }


def readable(project: Project) -> QuerySet[Message]:
    """The messages of the project that people see, oldest first."""
    return Message.objects.filter(
        project=project, deleted__isnull=True, hidden=False
    ).select_related("author")


def latest(project: Project, *, before: int | None = None) -> list[Message]:
    """The newest page of messages older than ``before``, oldest first."""
    messages = readable(project).order_by("-id")
    if before is not None:
        messages = messages.filter(pk__lt=before)
    return list(reversed(messages[:PAGE]))
