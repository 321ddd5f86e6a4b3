"""What people do in a room: say, delete, hide."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.idempotency import once
from accounts.models import User
from accounts.moderation import Reason, moderate
from chat.live import topic_of
from chat.models import Message
from chat.queries import payload_of
from common.errors import Forbidden, Refused
from common.limits import MESSAGE_CHARACTERS, MESSAGES_PER_10_SECONDS
from common.ratelimit import spend
from common.text import clean_text
from live.publish import publish
from projects.models import Project
from projects.services import note_event

#: Longer texts are cut before they are measured: a megabyte is not worth cleaning.
LONGEST = 10 * MESSAGE_CHARACTERS


def post_message(*, project: Project, author: User, text: str, key: str = "") -> int:
    """Say something in the project's room; returns the message's id.

    Raises:
        Refused: nothing was said, it is too long, or the person is too fast.
    """
    said = clean_text(text[:LONGEST], most=LONGEST)
    if not said:
        raise Refused(_("The message is empty. Write something first."), field="text")
    if len(said) > MESSAGE_CHARACTERS:
        raise Refused(
            _("The message has %(length)s characters, at most %(limit)s fit. Shorten it.")
            % {
                "length": len(said) if len(text) <= LONGEST else len(text),
                "limit": MESSAGE_CHARACTERS,
            },
            field="text",
        )
    spend("chat", author.pk, limit=MESSAGES_PER_10_SECONDS, seconds=10)

    def say() -> dict[str, Any]:
        message = Message.objects.create(project=project, author=author, text=said)
        note_event(project, author, "chat")
        publish(topic_of(project), "message", dict(payload_of(message)))
        return {"message": message.pk}

    answer = once(author, key, {"chat": project.pk, "text": said}, say)
    return int(answer.answer["message"])


def delete_message(*, message: Message, actor: User) -> None:
    """Delete an own message; doing it twice is the same as once.

    Raises:
        Forbidden: it is somebody else's.
    """
    if message.author_id != actor.pk:
        raise Forbidden(_("You can only delete your own messages."))
    with transaction.atomic():
        changed = Message.objects.filter(pk=message.pk, deleted__isnull=True).update(
            deleted=timezone.now(), text=""
        )
        if changed:
            publish(topic_of(message.project), "message_removed", {"id": message.pk})


def hide_message(*, message: Message, actor: User) -> None:
    """Take somebody's message off everybody's page; the moderation log says so.

    Raises:
        Forbidden: the actor is neither a moderator nor a maintainer of the project.
        Refused: it is hidden already.
    """
    moderate(actor=actor, target=message, action="hide", reason=Reason.ABUSE)


def tell_hidden(message: Message) -> None:
    """Tell the open windows that a message was hidden or shown again."""
    topic = topic_of(message.project)
    if message.hidden:
        publish(topic, "message_removed", {"id": message.pk})
    elif not message.deleted:
        publish(topic, "message", dict(payload_of(message)))
