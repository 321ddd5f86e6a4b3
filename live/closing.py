"""Why a socket is closed: the codes and their sentences.

Daphne does not send the sentences on; ``live.js`` has its own for each code.
"""

from django.utils.translation import gettext as _

#: Hostile or mistaken messages.
NOT_UNDERSTOOD = 4400
#: A topic that does not exist, or that this person may not listen to (any more): the two are equal.
MISSING = 4404
#: More than somebody may have or send.
TOO_MUCH = 4429
#: The server could not look; the window comes back by itself.
TRY_AGAIN = 1011


def missing_reason() -> str:
    """The sentence for a topic that is missing, private, or no longer theirs."""
    return _("There is nothing here that you may watch. Load the page again.")
