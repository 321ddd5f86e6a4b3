"""What moderators, and the maintainers of a project, may do with a message."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.moderation import Change, register, set_hidden
from chat.models import Message
from chat.services import tell_hidden
from projects.access import Right, right_of


def hide(message: Message, actor: User) -> Change:
    """Take the message off everybody's page."""
    change = set_hidden(message, hidden=True)
    tell_hidden(message)
    return change


def restore(message: Message, actor: User) -> Change:
    """Show the message again, at its place."""
    change = set_hidden(message, hidden=False)
    tell_hidden(message)
    return change


def may_moderate(message: Message, actor: User) -> bool:
    """Whether the actor maintains the project in whose room the message stands."""
    right = right_of(actor, message.project)
    return right is not None and right >= Right.MAINTAIN


def install() -> None:
    """Register the actions; called once the apps are ready."""
    register(Message, "hide", _("hide"), hide, may=may_moderate)
    register(Message, "restore", _("restore"), restore, may=may_moderate)
