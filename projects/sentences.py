"""What a line of a feed says after the person's name: one sentence per kind of activity."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.numbers import readable, share

Payload = dict[str, Any]


def rows_added(payload: Payload) -> str:
    """Payload: rows, how many datapoints were added."""
    rows = int(payload["rows"])
    sentence = ngettext("added %(rows)d datapoint", "added %(rows)d datapoints", rows)
    return sentence % {"rows": rows}


def labelled(payload: Payload) -> str:
    """Payload: labels, how many the person has given in the project by now."""
    labels = int(payload["labels"])
    sentence = ngettext("labelled the first item", "has labelled %(labels)s items by now", labels)
    return sentence % {"labels": readable(labels)}


def model_trained(payload: Payload) -> str:
    """Payload: number of the run and, where known, the label of its architecture."""
    architecture = payload.get("architecture")
    if architecture:
        return _("trained a model in run %(number)s (%(architecture)s)") % {
            "number": payload["number"],
            "architecture": architecture,
        }
    return _("trained a model in run %(number)s") % {"number": payload["number"]}


def learnt(payload: Payload) -> str:
    """Payload: rows, metric; where known score, before (the score before), worse, new (rows)."""
    new = int(payload["new"] if "new" in payload else payload["rows"])
    if "before" not in payload:
        told = ngettext(
            "learnt from its first %(count)s datapoint",
            "learnt from its first %(count)s datapoints",
            new,
        )
    elif new > 0:
        told = ngettext(
            "learnt from %(count)s new datapoint", "learnt from %(count)s new datapoints", new
        )
    else:
        new = int(payload["rows"])
        told = ngettext(
            "trained again on %(count)s datapoint", "trained again on %(count)s datapoints", new
        )
    told = told % {"count": readable(new)}
    if "score" not in payload:
        return told
    figures = {
        "told": told,
        "score": _figure(payload, "score"),
        "before": _figure(payload, "before"),
    }
    if "before" not in payload:
        return _("%(told)s: %(score)s") % figures
    if payload.get("worse"):
        return _("%(told)s: %(score)s, worse than before (%(before)s)") % figures
    return _("%(told)s: %(score)s (before %(before)s)") % figures


def _figure(payload: Payload, key: str) -> str:
    """A score as people read it: a share as a percentage, else with its metric's name."""
    if payload["metric"] == "accuracy":
        return share(payload.get(key))
    return f"{str(payload['metric']).upper()} {readable(payload.get(key))}"


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


def schema_changed(payload: Payload) -> str:
    """Payload: number of the version."""
    return _("changed the fields: version %(number)s of the schema") % {"number": payload["number"]}


#: Kinds that no person did, though the line carries somebody: who did them, as the line says.
ITSELF = frozenset({"learnt"})


def who(kind: str, username: str) -> str:
    """Who did it, in the active language."""
    return _("The living champion") if kind in ITSELF else username


#: Every kind of activity there is: ``record_activity`` refuses others.
SENTENCES: dict[str, Callable[[Payload], str]] = {
    "rows_added": rows_added,
    "labelled": labelled,
    "model_trained": model_trained,
    "learnt": learnt,
    "project_published": project_published,
    "project_listed": project_listed,
    "looks_after": looks_after,
    "member_joined": member_joined,
    "schema_changed": schema_changed,
}


def sentence(kind: str, payload: Payload) -> str:
    """The sentence of one activity, without its subject, in the active language."""
    return SENTENCES[kind](payload)
