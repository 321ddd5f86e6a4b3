"""What a line of a feed says after the person's name: one sentence per kind of activity."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Payload = dict[str, Any]


def rows_added(payload: Payload) -> str:
    """Payload: rows, how many datapoints were added."""
    rows = int(payload["rows"])
    sentence = ngettext("added %(rows)d datapoint", "added %(rows)d datapoints", rows)
    return sentence % {"rows": rows}


def model_trained(payload: Payload) -> str:
    """Payload: number of the run and, where known, the label of its architecture."""
    architecture = payload.get("architecture")
    if architecture:
        return _("trained a model in run %(number)s (%(architecture)s)") % {
            "number": payload["number"],
            "architecture": architecture,
        }
    return _("trained a model in run %(number)s") % {"number": payload["number"]}


def project_published(payload: Payload) -> str:
    """Payload: nothing."""
    return _("opened the project")


def project_listed(payload: Payload) -> str:
    """Payload: nothing."""
    return _("listed the project: everybody finds it now")


def looks_after(payload: Payload) -> str:
    """Payload: nothing."""
    return _("looks after the project: checks what comes in and answers questions")


def member_joined(payload: Payload) -> str:
    """Payload: nothing."""
    return _("joined the project")


#: Every kind of activity there is: ``record_activity`` refuses others.
SENTENCES: dict[str, Callable[[Payload], str]] = {
    "rows_added": rows_added,
    "model_trained": model_trained,
    "project_published": project_published,
    "project_listed": project_listed,
    "looks_after": looks_after,
    "member_joined": member_joined,
}


def sentence(kind: str, payload: Payload) -> str:
    """The sentence of one activity, without its subject, in the active language."""
    return SENTENCES[kind](payload)
