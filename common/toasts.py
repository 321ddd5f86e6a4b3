"""Short notes after an act, shown as toasts on the next page."""

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

_PARTS = "\n"


def saved(request: HttpRequest, text: str, *, undo_url: str = "", draft: str = "") -> None:
    """Say that an act succeeded.

    Args:
        request: the request whose next page shows the note.
        text: one translated sentence.
        undo_url: a same-site path that undoes the act on POST; the toast offers it for 10 s.
        draft: the ``data-draft-key`` of the form or pad whose stored draft is now done with.
    """
    messages.success(request, text, extra_tags=_PARTS.join((undo_url, draft)))


def undo_url(message: Message) -> str:
    """Return the path that undoes the act behind a note, or an empty text."""
    return _part(message, 0)


def draft_key(message: Message) -> str:
    """Return the key of the draft that the act behind a note has used up, or an empty text."""
    return _part(message, 1)


def _part(message: Message, index: int) -> str:
    parts = (message.extra_tags or "").split(_PARTS)
    return parts[index] if len(parts) == 2 else ""
