"""Why a row was rejected: a code that votes and histories keep, and words for people.

A history keeps ``code`` or ``code: note``; ``words_of`` makes a sentence of either.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RowReason(models.TextChoices):
    """What is wrong with a row; the contributor reads the words."""

    WRONG_LABEL = "wrong-label", _("the label does not fit")
    WRONG_VALUE = "wrong-value", _("a value cannot be right")
    UNCLEAR = "unclear", _("it cannot be made out")
    OFF_TOPIC = "off-topic", _("it does not belong here")
    SPAM = "spam", _("it is spam or offends")
    PRIVATE = "private", _("it shows something private")
    OTHER = "other", _("something else, see the note")


#: Of rows that waited when their whole contribution was rejected: restored, they wait again.
WHOLE_CONTRIBUTION = "contribution"
#: Of an edit after a rejection: there is one a row.
REPAIRED = "repaired"
#: Of what the crowd decided, and of what waited when a project's rules changed.
BY_PEERS = "peers"
BY_RULES = "rules"
#: Of an item whose labels do not suffice any more, and of one that nobody can tell.
LABELS_GONE = "labels-gone"
NOBODY_TELLS = "nobody-tells"
#: Who or what decided, where a history needs it.
_MORE = {
    WHOLE_CONTRIBUTION: _("the whole contribution was rejected"),
    BY_PEERS: _("the people who checked it agreed"),
    REPAIRED: _("its contributor repaired it, so it waits for a new check"),
    LABELS_GONE: _("some of its labels do not count any more, so it is labelled again"),
    NOBODY_TELLS: _("nobody can tell what it is"),
    BY_RULES: _("everything that waited was accepted when the rules changed"),
}
REASONS = tuple(RowReason.values)


def written(code: str, note: str = "") -> str:
    """A reason as histories keep it."""
    return f"{code}: {note}" if note else code


def words_of(reason: str) -> str:
    """A kept reason in the reader's language, with its note; other text as it is."""
    code, _colon, note = reason.partition(": ")
    if code in RowReason.values:
        words = str(RowReason(code).label)
    elif code in _MORE:
        words = str(_MORE[code])
    else:
        return reason
    return f"{words}: {note}" if note else words
